// Step 2: which LibTorch to build against. Looks, in order, at LIBTORCH, python3's torch, the system's, and a wheel that
// an earlier set-up installed; installing one is install.mjs's.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { isFolder, readIfThere } from './files.mjs';
import { OLDEST_LIBTORCH } from './preferences.mjs';
import { SetupError, say } from './say.mjs';
import { findProgram, run } from './shell.mjs';
import { compareVersions, cxx11AbiIn, cxxStandardFor, versionInHeader } from './versions.mjs';

/**
 * @typedef {'LIBTORCH' | 'python' | 'system' | 'wheel'} Source
 * @typedef {object} LibTorch
 * @property {string} version
 * @property {Source} source
 * @property {string} library the folder of libtorch_cpu
 * @property {string[]} include
 * @property {17 | 20} cxxStandard
 * @property {0 | 1} cxx11Abi
 * @property {boolean} cuda
 * @property {boolean | undefined} [sanitized] the addon is built against it with AddressSanitizer and UndefinedBehaviorSanitizer
 */

const REMEDIES = [
  'unset LIBTORCH to let set-up find or install one',
  'or set LIBTORCH to a LibTorch folder with include/ and lib/ (an unpacked libtorch archive, or site-packages/torch)',
];

/**
 * @param {string} folder
 * @param {string} name without lib and suffix
 */
export function sharedLibrary(folder, name) {
  return ['so', 'dylib'].map((suffix) => join(folder, `lib${name}.${suffix}`)).find((path) => existsSync(path)) ?? null;
}

/**
 * Reads what a LibTorch says about itself; null where the folders hold none.
 * @param {Source} source
 * @param {string} include
 * @param {string} library
 * @param {string} config the folder of TorchConfig.cmake
 * @returns {LibTorch | null}
 */
export function describe(source, include, library, config) {
  // From 2.9 on the numbers are in the second of these.
  const headers = ['torch/csrc/api/include/torch/version.h', 'torch/headeronly/version.h'];
  const version = headers
    .map((path) => versionInHeader(readIfThere(join(include, path)) ?? ''))
    .find((found) => typeof found === 'string');
  if (version === undefined || sharedLibrary(library, 'torch_cpu') === null) return null;
  return {
    version,
    source,
    library,
    include: [include, join(include, 'torch/csrc/api/include')],
    cxxStandard: cxxStandardFor(version),
    cxx11Abi: cxx11AbiIn(readIfThere(join(config, 'TorchConfig.cmake'))),
    cuda: sharedLibrary(library, 'torch_cuda') !== null,
  };
}

/**
 * A folder laid out as the libtorch archive and the Python package are.
 * @param {Source} source
 * @param {string} folder
 */
export function inFolder(source, folder) {
  return describe(source, join(folder, 'include'), join(folder, 'lib'), join(folder, 'share/cmake/Torch'));
}

/**
 * The LibTorch in a folder the user named. Anything wrong with it is an error: it was asked for.
 * @param {string} folder
 * @param {string} saidBy "LIBTORCH" or "--libtorch"
 */
export function named(folder, saidBy) {
  const path = resolve(folder);
  const absent = [path, join(path, 'include'), join(path, 'lib')].find((part) => !isFolder(part));
  if (absent !== undefined) {
    throw new SetupError(`${saidBy} names ${path}, which is not a LibTorch: there is no folder ${absent}`, REMEDIES);
  }
  const found = inFolder('LIBTORCH', path);
  if (found === null) {
    throw new SetupError(
      `${saidBy} names ${path}, which is not a LibTorch: torch/version.h or libtorch_cpu is missing`,
      REMEDIES,
    );
  }
  return requireNewEnough(found);
}

/** @param {LibTorch} found */
export function requireNewEnough(found) {
  if (compareVersions(found.version, OLDEST_LIBTORCH) < 0) {
    throw new SetupError(
      `LibTorch ${OLDEST_LIBTORCH} or newer is needed; ${found.library} holds ${found.version}`,
      REMEDIES,
    );
  }
  return found;
}

/** The torch of `python3`, found without importing it (an import takes seconds). */
export function ofPython() {
  const python = findProgram('python3');
  if (python === null) return null;
  const script = 'import importlib.util as u; s = u.find_spec("torch"); print(s.origin if s and s.origin else "")';
  const origin = run(python, ['-c', script], { folder: '/' }).stdout.trim();
  return origin === '' ? null : inFolder('python', dirname(origin));
}

const MULTIARCH = new Map([
  ['x64', 'x86_64-linux-gnu'],
  ['arm64', 'aarch64-linux-gnu'],
  ['ppc64', 'powerpc64le-linux-gnu'],
  ['s390x', 's390x-linux-gnu'],
  ['riscv64', 'riscv64-linux-gnu'],
]);

/** LibTorch among the system's packages: Debian's layout first. */
export function ofSystem() {
  const multiarch = join('/usr/lib', MULTIARCH.get(process.arch) ?? process.arch);
  for (const library of [multiarch, '/usr/lib64', '/usr/lib', '/usr/local/lib']) {
    const include = library.startsWith('/usr/local') ? '/usr/local/include' : '/usr/include';
    const found = describe('system', include, library, join(library, 'cmake/Torch'));
    if (found !== null) return found;
  }
  return null;
}

/** @param {string} downloads where an earlier set-up installed the wheel */
export function ofWheel(downloads) {
  return inFolder('wheel', join(downloads, 'wheel/torch'));
}

/**
 * The first usable LibTorch on the machine, or null. One that is too old and was not asked for is passed over.
 * @param {string} downloads
 * @returns {LibTorch | null}
 */
export function search(downloads) {
  for (const look of [ofPython, ofSystem, () => ofWheel(downloads)]) {
    const found = look();
    if (found === null) continue;
    if (compareVersions(found.version, OLDEST_LIBTORCH) >= 0) return found;
    say('libtorch', `passing over ${found.version} in ${found.library}: ${OLDEST_LIBTORCH} or newer is needed`);
  }
  return null;
}

/**
 * What must stay the same for a built addon to stay good.
 * @param {LibTorch} libtorch
 */
export function identity(libtorch) {
  const library = sharedLibrary(libtorch.library, 'torch_cpu');
  if (library === null) return null;
  const { size, mtimeMs } = statSync(library);
  // An archive, and so a container's image, keeps whole seconds.
  return { ...libtorch, size, seconds: Math.floor(mtimeMs / 1000) };
}

/** @param {LibTorch} libtorch */
export function inWords(libtorch) {
  return `LibTorch ${libtorch.version} ${libtorch.cuda ? 'with CUDA' : 'for the CPU'} (${libtorch.source}: ${libtorch.library})`;
}

/**
 * An interpreter that imports this very LibTorch, so that `npm run bench` compares like with like.
 * @param {LibTorch} libtorch
 * @returns {{python: string | null, pythonPath: string | null}}
 */
export function pythonFor(libtorch) {
  // Which libtorch_cpu a process has mapped is the one proof that does not depend on how the package was laid out.
  const script = `
import sys, torch
for line in open("/proc/self/maps"):
    if "libtorch_cpu.so" in line:
        print(sys.executable)
        print(line.split(None, 5)[5].strip())
        break
`;
  const paths = libtorch.source === 'system' ? [null] : [null, dirname(dirname(libtorch.library))];
  for (const python of [findProgram('python3'), '/usr/bin/python3']) {
    if (python === null || !existsSync(python)) continue;
    for (const pythonPath of paths) {
      const environment = pythonPath === null ? {} : { PYTHONPATH: pythonPath };
      const outcome = run(python, ['-c', script], { folder: '/', environment });
      const [executable, mapped] = outcome.stdout.trim().split('\n');
      if (!executable || !mapped) continue;
      if (realpathSync(dirname(mapped)) === realpathSync(libtorch.library)) return { python: executable, pythonPath };
    }
  }
  return { python: null, pythonPath: null };
}
