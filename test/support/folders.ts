/**
 * Folders of a test's own, below the system's for temporary files.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A new and empty folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'saddlepoint-test-'));
}

/** A new folder with these files; a name may have folders in it. */
export function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
