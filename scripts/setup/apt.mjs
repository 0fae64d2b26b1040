// Debian's LibTorch and the BLAS it needs to be quick.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { DEBIAN_OPENBLAS, DEBIAN_PACKAGES } from './preferences.mjs';
import { megabytes, say, secondsSince } from './say.mjs';
import { findProgram, isRoot, lastLines, run } from './shell.mjs';

const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const INSTALL = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];

/**
 * How many packages apt would download and their bytes, from `apt-get install --print-uris`.
 * @param {string} text lines of: 'address' file size hash
 */
export function parseUris(text) {
  const sizes = [...text.matchAll(/^'[^']+' \S+ (\d+)( |$)/gm)].map((match) => Number(match[1]));
  return { packages: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Why packages cannot be installed here, in one line, or null when they can. */
function obstacle() {
  if (findProgram('apt-get') === null) return 'there is no apt-get';
  return isRoot() ? null : 'set-up is not running as root';
}

/**
 * Installs Debian packages, after saying what that downloads. Returns null when done, or one line that says why not.
 * @param {string[]} packages
 * @returns {string | null}
 */
function install(packages) {
  const reason = obstacle();
  if (reason !== null) return reason;
  const start = performance.now();
  const aptGet = (/** @type {string[]} */ options, /** @type {number} */ seconds) =>
    run('apt-get', options, { seconds, environment: ENVIRONMENT });
  // A fresh machine has no lists at all. Where they cannot be refreshed, those at hand may still do.
  aptGet(['update', '-qq'], 300);
  const uris = aptGet([...INSTALL, '--print-uris', ...packages], 60);
  if (!uris.ok) return `apt-get cannot install ${packages.join(' ')}: ${lastLines(uris.stderr, 1)}`;
  const { packages: count, bytes } = parseUris(uris.stdout);
  // apt lists no address for what its cache already holds.
  const size = count > 0 ? `${megabytes(bytes)} in ${count} packages` : 'nothing to download';
  say('libtorch', `installing ${packages.join(' and ')} with apt-get: ${size}`);
  const outcome = aptGet([...INSTALL, '-qq', ...packages], 1200);
  if (!outcome.ok)
    return outcome.timedOut ? 'apt-get did not finish' : `apt-get failed: ${lastLines(outcome.stderr, 1)}`;
  say('libtorch', `installed (${secondsSince(start)})`);
  return null;
}

export function installDebian() {
  return install(DEBIAN_PACKAGES);
}

/**
 * True where the libraries of this folder use the reference BLAS.
 * @param {string} library
 */
export function usesReferenceBlas(library) {
  const blas = join(library, 'libblas.so.3');
  return existsSync(blas) && realpathSync(blas).includes('/blas/');
}

/**
 * Makes sure that Debian's LibTorch has a quick BLAS; a slow one is worth a warning, not a failure.
 * @param {string} library
 */
export function ensureOpenBlas(library) {
  if (!usesReferenceBlas(library)) return;
  const reason = install([DEBIAN_OPENBLAS]);
  if (reason === null) return;
  say('warning', `LibTorch uses the reference BLAS, 20 to 50 times slower than OpenBLAS, and ${reason}`);
  say('warning', `mend it with: sudo apt-get install ${DEBIAN_OPENBLAS}`);
}
