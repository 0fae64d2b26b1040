// Step 3: the addon, built into the engine's folder beside an engine.json that says what it was built against.
import { createHash, randomBytes } from 'node:crypto';
import { constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';

import { filesUnder, fingerprint, readIfThere, readJson, writeWhole } from './files.mjs';
import { identity, inWords, pythonFor } from './libtorch.mjs';
import { nodeApiHeaders } from './places.mjs';
import { SetupError, say, secondsSince } from './say.mjs';
import { runLogged } from './shell.mjs';
import { findCompiler, generator } from './tools.mjs';

/**
 * @typedef {import('./libtorch.mjs').LibTorch} LibTorch
 * @typedef {import('./places.mjs').Places} Places
 * @typedef {object} Engine
 * @property {string} id
 * @property {string} addon relative to the engine's folder
 * @property {LibTorch & {python: string | null, pythonPath: string | null}} libtorch
 * @property {string} builtAt
 * @property {string} fingerprint
 */

export const ADDON = 'saddlepoint.node';

/** The name beside an addon by which one built elsewhere finds its LibTorch (native/CMakeLists.txt). */
export const LINK = 'libtorch';

/**
 * @param {Places} places
 * @param {LibTorch} libtorch
 */
export function engineId(places, libtorch) {
  const source = libtorch.source === 'LIBTORCH' ? 'folder' : libtorch.source;
  // Of these a user's projects may have several of one version, each its own.
  const anywhere = places.kind === 'package' && (source === 'folder' || source === 'python');
  const place = anywhere ? `-${createHash('sha256').update(libtorch.library).digest('hex').slice(0, 8)}` : '';
  return `libtorch-${libtorch.version}-${source}${place}${libtorch.sanitized ? '-sanitized' : ''}`;
}

/** @param {Places} places */
export function defaultId(places) {
  return readIfThere(join(places.engines, 'default'))?.trim() ?? null;
}

/**
 * @param {Places} places
 * @param {string} id
 */
export function makeDefault(places, id) {
  writeWhole(join(places.engines, 'default'), `${id}\n`);
}

/**
 * @param {string} engines the folder of engines
 * @param {string} id
 * @returns {Engine | null}
 */
export function readEngine(engines, id) {
  const value = readJson(join(engines, id, 'engine.json'));
  if (typeof value !== 'object' || value === null || !('libtorch' in value) || !('fingerprint' in value)) return null;
  return /** @type {Engine} */ (value);
}

/**
 * Everything the addon depends on, or null when its LibTorch is gone.
 * @param {string} root
 * @param {LibTorch} libtorch
 */
function dependsOn(root, libtorch) {
  const { version, source, library, include, cxxStandard, cxx11Abi, cuda, sanitized } = libtorch;
  const files = filesUnder(join(root, 'native')).filter((file) => /(\.(cc|h)|CMakeLists\.txt)$/.test(file));
  const kept = identity({ version, source, library, include, cxxStandard, cxx11Abi, cuda, sanitized });
  if (kept === null) return null;
  const flags = [
    findCompiler(),
    process.env.CXXFLAGS ?? '',
    process.env.LDFLAGS ?? '',
    cuda ? (process.env.CUDA_HOME ?? '') : '',
  ];
  // The path of LibTorch counts, which the addon remembers; the folder of the sources and the version of Node do not.
  return fingerprint(join(root, 'native'), files, [kept, nodeApiHeaders(root)?.version, flags]);
}

/**
 * @param {Places} places
 * @param {Engine} engine
 */
export function isFresh(places, engine) {
  if (!existsSync(join(places.engines, engine.id, engine.addon))) return false;
  return dependsOn(places.root, engine.libtorch) === engine.fingerprint;
}

/**
 * Builds the addon unless it is there and fresh.
 * @param {Places} places
 * @param {LibTorch} libtorch
 * @returns {Engine}
 */
export function ensureAddon(places, libtorch) {
  const id = engineId(places, libtorch);
  const built = readEngine(places.engines, id);
  if (built !== null && isFresh(places, built) && built.libtorch.library === libtorch.library) return built;

  const start = performance.now();
  say('addon', `building against ${inWords(libtorch)}; this takes a minute or two`);
  const folder = join(places.engines, id);
  // Without engine.json the engine does not count as built: it is written last.
  rmSync(join(folder, 'engine.json'), { force: true });
  rmSync(join(folder, LINK), { force: true });
  const before = dependsOn(places.root, libtorch);
  const made = compile(places.root, folder, libtorch);
  const addon = join(folder, ADDON);
  // A running process may have the old addon mapped: replace the name, do not write into the file.
  const temporary = `${addon}.${randomBytes(8).toString('hex')}.tmp`;
  copyFileSync(join(made, ADDON), temporary, constants.COPYFILE_EXCL);
  renameSync(temporary, addon);
  // What makes the next build quick is for those who change the sources; it is a thousand times the addon's size.
  if (places.kind === 'package') rmSync(made, { recursive: true, force: true });
  const engine = recordEngine(places, libtorch, before);
  say('addon', `built ${addon} (${secondsSince(start)})`);
  return engine;
}

/**
 * Writes down what the addon in an engine's folder was made for; from now on it counts as built.
 * @param {Places} places
 * @param {LibTorch} libtorch
 * @param {string | null} [fingerprint] of what it was built from, where that was read before the build
 * @returns {Engine}
 */
export function recordEngine(places, libtorch, fingerprint = dependsOn(places.root, libtorch)) {
  const id = engineId(places, libtorch);
  /** @type {Engine} */
  const engine = {
    id,
    addon: ADDON,
    libtorch: { ...libtorch, ...pythonFor(libtorch) },
    builtAt: new Date().toISOString(),
    // Sources edited while the compiler ran give a fingerprint that is stale from the start, as it should be.
    fingerprint: fingerprint ?? '',
  };
  writeWhole(join(places.engines, id, 'engine.json'), `${JSON.stringify(engine, null, 2)}\n`);
  return engine;
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {LibTorch} libtorch
 * @returns the folder in which the addon lies
 */
function compile(root, folder, libtorch) {
  const headers = nodeApiHeaders(root);
  if (headers === null) {
    throw new SetupError('the package node-api-headers is not installed', ['run npm install in your project']);
  }
  const cmake = join(folder, 'cmake');
  // A cache of another LibTorch, generator or place is worse than none; one of this very engine makes rebuilds quick.
  const recipe = JSON.stringify([root, generator(), findCompiler(), identity(libtorch)]);
  if (readIfThere(join(cmake, 'recipe.json')) !== recipe) rmSync(cmake, { recursive: true, force: true });
  writeWhole(join(cmake, 'recipe.json'), recipe);
  const definitions = {
    CMAKE_BUILD_TYPE: 'Release',
    TORCH_INCLUDE: libtorch.include.join(';'),
    TORCH_LIBRARY: libtorch.library,
    TORCH_CXX_STANDARD: libtorch.cxxStandard,
    TORCH_CXX11_ABI: libtorch.cxx11Abi,
    NODE_API_INCLUDE: headers.include,
    SANITIZE: libtorch.sanitized ? 'ON' : 'OFF',
  };
  const options = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  const log = join(folder, 'build.log');
  const remedies = ['run the same command again after mending the cause', `start the build afresh: remove ${folder}`];
  const configure = ['-S', join(root, 'native'), '-B', cmake, '-G', generator(), ...options];
  runLogged('configuring the addon', log, 'cmake', configure, { remedies });
  const jobs = String(compilers(availableParallelism(), freemem()));
  runLogged('building the addon', log, 'cmake', ['--build', cmake, '--parallel', jobs], { remedies });
  return cmake;
}

/**
 * How many compilers to run at a time: one a core, but beyond four only where the memory suffices.
 * @param {number} cores
 * @param {number} freeBytes
 */
export function compilers(cores, freeBytes) {
  const largest = 2e9; // one compiler, on LibTorch's headers
  return Math.min(cores, Math.max(4, Math.floor(freeBytes / largest)));
}
