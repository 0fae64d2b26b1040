/**
 * The run folders below a folder.
 *
 * @module
 */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

/** A run that is served: what it is called and where it lies. */
export interface FoundRun {
  /** Its path from the folder served, with slashes: `demo/adversarial`. */
  readonly name: string;
  readonly path: string;
}

/** Names may have folders of their own, `series/first`; deeper are not ours. */
const DEEPEST = 4;
/** More folders than this are no folder of runs, but somebody's home. */
const MOST_FOLDERS = 20_000;
/** One of them makes a folder a run's. */
const FILES = new Set(['environment.json', 'metrics.jsonl', 'recipe.yaml']);
/** A run's own folders, and those that cannot hold one. */
const PASSED_OVER = /^(checkpoints|evaluation|node_modules|\..*)$/;

/** The runs in one or several folders, each of which may itself be one, in the order of their names. */
export async function findRuns(folders: readonly string[]): Promise<FoundRun[]> {
  const found = new Map<string, FoundRun>();
  const bases = basesOf(folders);
  for (const [index, folder] of folders.entries()) {
    let left = MOST_FOLDERS;
    const visit = async (path: string, depth: number): Promise<void> => {
      left -= 1;
      const entries = await entriesOf(path);
      if (isRun(entries) && !found.has(path)) {
        const name = relative(bases[index]!, path).split(sep).join('/');
        found.set(path, { name: name === '' ? path : name, path });
      }
      if (depth === DEEPEST) return;
      for (const entry of entries) {
        if (left > 0 && entry.isDirectory() && !PASSED_OVER.test(entry.name)) {
          await visit(join(path, entry.name), depth + 1);
        }
      }
    };
    await visit(resolve(folder), 0);
  }
  return [...found.values()].sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

/** What names are relative to: of one folder itself, of several what lies above them, so that names stay apart. */
function basesOf(folders: readonly string[]): string[] {
  const paths = folders.map((folder) => resolve(folder));
  if (paths.length === 1) return paths;
  let shared = paths[0]!.split(sep).slice(0, -1);
  for (const path of paths) {
    const parts = path.split(sep);
    const different = shared.findIndex((part, index) => part !== parts[index]);
    if (different >= 0) shared = shared.slice(0, different);
  }
  return paths.map(() => shared.join(sep) || sep);
}

function isRun(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.isFile() && FILES.has(entry.name));
}

/** None of a folder that cannot be read, or was removed meanwhile. Links are not followed: they may lead in circles. */
async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
