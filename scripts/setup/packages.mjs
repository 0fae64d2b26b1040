// Step 1: the npm packages, exactly as package-lock.json names them.
import { join } from 'node:path';

import { isFolder, readJson } from './files.mjs';
import { SetupError, say, secondsSince } from './say.mjs';
import { lastLines, run } from './shell.mjs';

/**
 * @typedef {{version?: string, integrity?: string, optional?: boolean, link?: boolean}} LockedPackage
 * @typedef {{packages: Record<string, LockedPackage>}} LockFile
 */

/**
 * The locked packages that are not installed as locked. npm writes what it installed to node_modules/.package-lock.json
 * as its last act, so an interrupted installation counts as none. Optional packages are those of other platforms.
 * @param {LockFile} wanted
 * @param {LockFile | null} installed
 * @returns {string[]}
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted.packages)
    .filter(([path, entry]) => path !== '' && entry.link !== true)
    .filter(([path, entry]) => {
      const present = installed?.packages[path];
      if (present === undefined) return entry.optional !== true;
      return present.version !== entry.version || present.integrity !== entry.integrity;
    })
    .map(([path]) => path);
}

/**
 * @param {unknown} value
 * @returns {value is LockFile}
 */
function isLockFile(value) {
  return typeof value === 'object' && value !== null && 'packages' in value && typeof value.packages === 'object';
}

/** @param {string} root */
export function ensurePackages(root) {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (!isLockFile(wanted)) {
    throw new SetupError('package-lock.json is missing or damaged', ['git checkout package-lock.json']);
  }
  const found = readJson(join(root, 'node_modules', '.package-lock.json'));
  const installed = isLockFile(found) ? found : null;
  const missing = missingPackages(wanted, installed);
  const deleted = Object.keys(installed?.packages ?? {}).filter((path) => !isFolder(join(root, path)));
  if (missing.length === 0 && deleted.length === 0) return;

  const start = performance.now();
  say('packages', 'installing the npm packages of package-lock.json');
  const outcome = run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    folder: root,
    seconds: 900,
  });
  if (!outcome.ok) {
    const reason = outcome.timedOut ? 'took more than 15 minutes' : 'failed';
    throw new SetupError(`npm ci ${reason}:\n${lastLines(outcome.stderr || outcome.stdout, 20)}`, [
      'check that npm reaches its registry: npm ping',
      'run the same command again: an interrupted installation is started afresh',
    ]);
  }
  say('packages', `installed ${countInstalled(root)} (${secondsSince(start)})`);
}

/** @param {string} root */
function countInstalled(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  return isLockFile(installed) ? `${Object.keys(installed.packages).length} packages` : 'the packages';
}
