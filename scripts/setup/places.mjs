// Where set-up reads and writes: in a clone and a bundle inside their own folder, for a package in the user's cache.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readJson } from './files.mjs';

/** The file that makes a folder a bundle, and says when and of what it was made. */
export const MARK = 'bundle.json';

/**
 * @typedef {object} Places
 * @property {'clone' | 'bundle' | 'package'} kind
 * @property {string} root the folder with native/; a package's is never written to
 * @property {string} engines one folder for each engine, and `default`, which names one of them
 * @property {string} downloads where a LibTorch goes that set-up installs itself
 * @property {string} lock
 */

/**
 * @param {string} root
 * @returns {Promise<Places>}
 */
export async function placesOf(root) {
  if (existsSync(join(root, MARK))) return inside(root, 'bundle');
  if (existsSync(join(root, 'src'))) return inside(root, 'clone');
  // A package comes compiled; where its engines are is for the engine to say, which looks for them.
  const { cacheFolder, enginesFolder } = await import('../../dist/engine/installation.js');
  const cache = cacheFolder();
  const engines = enginesFolder(root);
  return { kind: 'package', root, engines, downloads: join(cache, 'libtorch'), lock: join(cache, '.setup.lock') };
}

/**
 * @param {string} root
 * @param {'clone' | 'bundle'} kind
 * @returns {Places}
 */
export function inside(root, kind) {
  const engines = join(root, 'build');
  return { kind, root, engines, downloads: join(root, '.libtorch'), lock: join(engines, '.setup.lock') };
}

/**
 * Node-API's headers, wherever npm or another package manager put them; null before they are installed.
 * @param {string} root
 * @returns {{include: string, version: string} | null}
 */
export function nodeApiHeaders(root) {
  for (let folder = root; ; folder = dirname(folder)) {
    const headers = join(folder, 'node_modules/node-api-headers');
    const about = readJson(join(headers, 'package.json'));
    if (typeof about === 'object' && about !== null && 'version' in about) {
      return { include: join(headers, 'include'), version: String(about.version) };
    }
    if (dirname(folder) === folder) return null;
  }
}
