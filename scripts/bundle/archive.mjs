// The bundle as one compressed file.
import { renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { SetupError, megabytes, say, secondsSince } from '../setup/say.mjs';
import { findProgram, run } from '../setup/shell.mjs';
import { PIECES } from './pieces.mjs';

/** Stops where a program is missing that the archive needs. */
export function checkArchiver() {
  const missing = ['tar', 'xz'].filter((name) => findProgram(name) === null);
  if (missing.length > 0) {
    throw new SetupError(`missing: ${missing.join(', ')}`, ['Debian, Ubuntu: apt-get install --yes tar xz-utils']);
  }
}

/**
 * Writes <bundle>.tar.xz beside a bundle, without the pieces of its data sets, and returns its path.
 * @param {string} bundle
 */
export function writeArchive(bundle) {
  const start = performance.now();
  const archive = `${bundle}.tar.xz`;
  const partial = `${archive}.tmp`;
  // The lists of the pieces stay in, so that set-up can tell what is missing.
  const pieces = `--exclude=${join(basename(bundle), PIECES)}/*.br`;
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--sort=name'];
  const outcome = run('tar', ['-cJf', partial, ...owner, pieces, '-C', dirname(bundle), basename(bundle)], {
    seconds: 1800,
    environment: { XZ_OPT: '-3 --threads=0' },
  });
  if (!outcome.ok) {
    rmSync(partial, { force: true });
    throw new SetupError(`the archive could not be written: ${outcome.stderr.trim()}`, ['make room on the disk']);
  }
  renameSync(partial, archive);
  say('archive', `${archive}: ${megabytes(statSync(archive).size)} (${secondsSince(start)})`);
  return archive;
}
