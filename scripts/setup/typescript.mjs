// Step 4: src/ to dist/.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { filesUnder, fingerprint, readIfThere, writeWhole } from './files.mjs';
import { SetupError, say, secondsSince } from './say.mjs';
import { lastLines, run } from './shell.mjs';

const STAMP = 'dist/.fingerprint';
/** Everything, and the scripts of the page that `export --web` writes. */
const PROJECTS = ['tsconfig.json', 'tsconfig.web.json'];

/** @param {string} file */
function isCompiled(file) {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts');
}

/**
 * The files in dist/ whose source is gone.
 * @param {string[]} sources relative to src/
 * @param {string[]} outputs relative to dist/
 */
export function orphans(sources, outputs) {
  const kept = new Set(sources.map((file) => file.replace(/\.ts$/, '')));
  return outputs.filter(
    (file) => /\.(js|js\.map|d\.ts)$/.test(file) && !kept.has(file.replace(/\.(js|js\.map|d\.ts)$/, '')),
  );
}

/** @param {string} root */
export function ensureTypeScript(root) {
  const source = join(root, 'src');
  const sources = filesUnder(source).filter(isCompiled);
  if (sources.length === 0) return;
  const configuration = [...PROJECTS, 'package-lock.json'].map((file) => readIfThere(join(root, file)));
  const wanted = fingerprint(source, sources, configuration);
  if (readIfThere(join(root, STAMP)) === wanted) return;

  const start = performance.now();
  rmSync(join(root, STAMP), { force: true });
  // An incremental build trusts that its outputs are still there; if the entry is not, neither is the rest.
  if (!existsSync(join(root, 'dist/index.js'))) rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  for (const project of PROJECTS) {
    const outcome = run(process.execPath, [compiler, '--project', join(root, project)], { folder: root, seconds: 600 });
    if (outcome.ok) continue;
    throw new SetupError(`the TypeScript sources do not compile:\n${lastLines(outcome.stdout || outcome.stderr, 40)}`, [
      'mend the lines above and run the same command again',
    ]);
  }
  for (const file of orphans(sources, filesUnder(join(root, 'dist')))) rmSync(join(root, 'dist', file));
  writeWhole(join(root, STAMP), wanted);
  say('typescript', `compiled ${sources.length} files to dist/ (${secondsSince(start)})`);
}
