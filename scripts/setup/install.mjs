// Installing a LibTorch when the machine has none: a wheel into a folder of ours, or Debian's packages.
import { ensureOpenBlas, installDebian } from './apt.mjs';
import * as libtorch from './libtorch.mjs';
import { installWheel } from './pip.mjs';
import { INSTALL_ORDER } from './preferences.mjs';
import { SetupError, say } from './say.mjs';

/** @typedef {import('./libtorch.mjs').LibTorch} LibTorch */

const REMEDIES = [
  'Debian, Ubuntu, as root: apt-get install libtorch-dev libopenblas0-pthread',
  'anywhere: install torch for python3 (the CPU build, where there is no NVIDIA GPU)',
  'or unpack a libtorch archive and set LIBTORCH to its folder (the one with include/ and lib/)',
];

/** @type {Record<'wheel' | 'debian', (downloads: string) => Promise<string | null>>} */
const INSTALLERS = {
  wheel: installWheel,
  debian: () => Promise.resolve(installDebian()),
};

/** @type {Record<'wheel' | 'debian', (downloads: string) => LibTorch | null>} */
const FINDERS = {
  wheel: libtorch.ofWheel,
  debian: libtorch.ofSystem,
};

/**
 * @param {string} downloads
 * @param {readonly ('wheel' | 'debian')[]} [order]
 * @returns {Promise<LibTorch>}
 */
export async function installFirst(downloads, order = INSTALL_ORDER) {
  const reasons = [];
  for (const kind of order) {
    const reason = (await INSTALLERS[kind](downloads)) ?? null;
    const found = reason === null ? FINDERS[kind](downloads) : null;
    if (found !== null) return libtorch.requireNewEnough(found);
    reasons.push(`${kind}: ${reason ?? 'installed, but no LibTorch was found where it should be'}`);
    say(
      'libtorch',
      `not as a ${kind === 'wheel' ? 'wheel' : 'Debian package'}: ${reason ?? 'it is not where it should be'}`,
    );
  }
  throw new SetupError(`no LibTorch was found and none could be installed (${reasons.join('; ')})`, REMEDIES);
}

/**
 * The LibTorch the user asked for, or else the first found, or else the first that can be installed.
 * @param {string} downloads
 * @param {string | undefined} wanted wheel, debian, system, python, a folder, or nothing
 * @returns {Promise<LibTorch>}
 */
export async function obtain(downloads, wanted) {
  const found = await choose(downloads, wanted);
  if (found.source === 'system') ensureOpenBlas(found.library);
  return found;
}

/**
 * @param {string} downloads
 * @param {string | undefined} wanted
 */
async function choose(downloads, wanted) {
  switch (wanted) {
    case undefined:
      if (process.env.LIBTORCH) return libtorch.named(process.env.LIBTORCH, 'LIBTORCH');
      return libtorch.search(downloads) ?? (await installFirst(downloads));
    case 'wheel':
    case 'debian': {
      const found = FINDERS[wanted](downloads);
      return found === null ? await installFirst(downloads, [wanted]) : libtorch.requireNewEnough(found);
    }
    case 'system':
    case 'python': {
      const found = wanted === 'system' ? libtorch.ofSystem() : libtorch.ofPython();
      if (found !== null) return libtorch.requireNewEnough(found);
      const where = wanted === 'system' ? "among the system's packages" : 'for python3';
      throw new SetupError(`--libtorch ${wanted}: there is no LibTorch ${where}`, REMEDIES);
    }
    default:
      return libtorch.named(wanted, '--libtorch');
  }
}
