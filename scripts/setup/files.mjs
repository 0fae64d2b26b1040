// Files written whole or not at all, and fingerprints of what a step depends on.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param {string} path
 * @param {string} text
 */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  writeFileSync(temporary, text, { flag: 'wx' }); // nothing may be there, not even a link
  renameSync(temporary, path);
}

/**
 * The text of a file, or null where there is none.
 * @param {string} path
 */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * The parsed JSON of a file, or null where there is none or it is not JSON.
 * @param {string} path
 * @returns {unknown}
 */
export function readJson(path) {
  const text = readIfThere(path);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} path */
export function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Every file under a folder, as paths relative to it, sorted; none where there is no such folder.
 * @param {string} folder
 * @returns {string[]}
 */
export function filesUnder(folder) {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(join(folder, entry.name)).map((path) => join(entry.name, path)) : [entry.name],
    )
    .sort();
}

/**
 * One hash over names and contents, so that touching a file without changing it rebuilds nothing.
 * @param {string} folder
 * @param {string[]} files relative to the folder
 * @param {unknown} rest anything else the result depends on
 */
export function fingerprint(folder, files, rest) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  }
  return hash.update(JSON.stringify(rest)).digest('hex');
}
