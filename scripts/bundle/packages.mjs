// Which npm packages a bundle carries: those that some packages need, found in package-lock.json as Node finds them.
import { SetupError } from '../setup/say.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, {optional?: boolean}>} [peerDependenciesMeta]
 * @property {boolean} [optional]
 */

/** What runs and tests Saddlepoint beside its dependencies: Node's headers for the addon, the runner of the tests. */
export const NEEDED_FOR_TESTS = ['node-api-headers', 'vitest'];

/**
 * The folders in node_modules of packages and of everything they need, sorted. Optional ones count where they are
 * installed: those of other platforms are not.
 * @param {Record<string, LockedPackage>} locked package-lock.json's `packages`
 * @param {readonly string[]} names
 * @param {(path: string) => boolean} isInstalled
 */
export function closure(locked, names, isInstalled) {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = names.map((name) => ({ from: '', name, optional: false }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const path = resolve(locked, next.from, next.name);
    if (path === null || !isInstalled(path)) {
      if (next.optional) continue;
      throw new SetupError(`the package ${next.name} is not installed`, ['npm run setup installs it']);
    }
    if (found.has(path)) continue;
    found.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = locked[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })) {
      const optional = optionalDependencies?.[name] !== undefined || peerDependenciesMeta?.[name]?.optional === true;
      // An optional peer comes along only where something else asks for it.
      if (peerDependenciesMeta?.[name]?.optional === true && dependencies?.[name] === undefined) continue;
      waiting.push({ from: path, name, optional });
    }
  }
  return [...found].sort();
}

/**
 * Where a package finds another: in its own node_modules, or in those of the folders above it.
 * @param {Record<string, LockedPackage>} locked
 * @param {string} from
 * @param {string} name
 */
function resolve(locked, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in locked) return path;
    if (folder === '') return null;
  }
}
