// Step 3: the addon, built into build/<engine>/ beside an engine.json that says what it was built against.
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { filesUnder, fingerprint, readIfThere, readJson, writeWhole } from './files.mjs';
import { identity, inWords, pythonFor } from './libtorch.mjs';
import { say, secondsSince } from './say.mjs';
import { runLogged } from './shell.mjs';
import { findCompiler, generator } from './tools.mjs';

/**
 * @typedef {import('./libtorch.mjs').LibTorch} LibTorch
 * @typedef {object} Engine
 * @property {string} id
 * @property {string} addon relative to the engine's folder
 * @property {LibTorch & {python: string | null, pythonPath: string | null}} libtorch
 * @property {string} builtAt
 * @property {string} fingerprint
 */

const ADDON = 'saddlepoint.node';

/** @param {LibTorch} libtorch */
export function engineId(libtorch) {
  const source = libtorch.source === 'LIBTORCH' ? 'folder' : libtorch.source;
  return `libtorch-${libtorch.version}-${source}`;
}

/** @param {string} root */
export function defaultId(root) {
  return readIfThere(join(root, 'build/default'))?.trim() ?? null;
}

/**
 * @param {string} root
 * @param {string} id
 */
export function makeDefault(root, id) {
  writeWhole(join(root, 'build/default'), `${id}\n`);
}

/**
 * @param {string} root
 * @param {string} id
 * @returns {Engine | null}
 */
export function readEngine(root, id) {
  const value = readJson(join(root, 'build', id, 'engine.json'));
  if (typeof value !== 'object' || value === null || !('libtorch' in value) || !('fingerprint' in value)) return null;
  return /** @type {Engine} */ (value);
}

/**
 * Everything the addon depends on, or null when its LibTorch is gone.
 * @param {string} root
 * @param {LibTorch} libtorch
 */
function dependsOn(root, libtorch) {
  const { version, source, library, include, cxxStandard, cxx11Abi, cuda } = libtorch;
  const files = filesUnder(join(root, 'native')).filter((file) => /(\.(cc|h)|CMakeLists\.txt)$/.test(file));
  const kept = identity({ version, source, library, include, cxxStandard, cxx11Abi, cuda });
  if (kept === null) return null;
  const headers = readJson(join(root, 'node_modules/node-api-headers/package.json'));
  const flags = [
    findCompiler(),
    process.env.CXXFLAGS ?? '',
    process.env.LDFLAGS ?? '',
    cuda ? (process.env.CUDA_HOME ?? '') : '',
  ];
  // The path counts: the addon remembers where its LibTorch is, and CMake where its sources are.
  return fingerprint(join(root, 'native'), files, [root, kept, headers, flags]);
}

/**
 * @param {string} root
 * @param {Engine} engine
 */
export function isFresh(root, engine) {
  if (!existsSync(join(root, 'build', engine.id, engine.addon))) return false;
  return dependsOn(root, engine.libtorch) === engine.fingerprint;
}

/**
 * Builds the addon unless it is there and fresh.
 * @param {string} root
 * @param {LibTorch} libtorch
 * @returns {Engine}
 */
export function ensureAddon(root, libtorch) {
  const id = engineId(libtorch);
  const built = readEngine(root, id);
  if (built !== null && isFresh(root, built) && built.libtorch.library === libtorch.library) return built;

  const start = performance.now();
  say('addon', `building against ${inWords(libtorch)}; this takes a minute or two`);
  const folder = join(root, 'build', id);
  // Without engine.json the engine does not count as built: it is written last.
  rmSync(join(folder, 'engine.json'), { force: true });
  const before = dependsOn(root, libtorch);
  compile(root, folder, libtorch);
  const addon = join(folder, ADDON);
  // A running process may have the old addon mapped: replace the name, do not write into the file.
  copyFileSync(join(folder, 'cmake', ADDON), `${addon}.tmp`);
  renameSync(`${addon}.tmp`, addon);
  /** @type {Engine} */
  const engine = {
    id,
    addon: ADDON,
    libtorch: { ...libtorch, ...pythonFor(libtorch) },
    builtAt: new Date().toISOString(),
    // Sources edited while the compiler ran give a fingerprint that is stale from the start, as it should be.
    fingerprint: before ?? '',
  };
  writeWhole(join(folder, 'engine.json'), `${JSON.stringify(engine, null, 2)}\n`);
  say('addon', `built build/${id}/${ADDON} (${secondsSince(start)})`);
  return engine;
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {LibTorch} libtorch
 */
function compile(root, folder, libtorch) {
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
    NODE_API_INCLUDE: join(root, 'node_modules/node-api-headers/include'),
  };
  const options = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  const log = join(folder, 'build.log');
  const remedies = ['run the same command again after mending the cause', 'start the build afresh: remove build/'];
  const configure = ['-S', join(root, 'native'), '-B', cmake, '-G', generator(), ...options];
  runLogged('configuring the addon', log, 'cmake', configure, { remedies });
  // A compiler process takes up to 2 GB on these headers; more than 4 at a time gain little for so few files.
  const jobs = String(Math.min(4, availableParallelism()));
  runLogged('building the addon', log, 'cmake', ['--build', cmake, '--parallel', jobs], { remedies });
}
