// Set-up in a bundle (scripts/bundle.mjs makes them): nothing is downloaded or compiled but the addon, and everything
// that can be wrong is looked at first.
import { checkPieces, packedDataSets, unpackPieces } from '../bundle/pieces.mjs';
import { ensureAddon } from './addon.mjs';
import * as libtorch from './libtorch.mjs';
import { adoptPrebuilt } from './prebuilt.mjs';
import { SetupError, say } from './say.mjs';
import { findProgram } from './shell.mjs';
import { BUILD_BYTES, checkSpace } from './space.mjs';
import { checkTools } from './tools.mjs';

/**
 * The LibTorch that was asked for, or that of python3's torch; nothing else is guessed, and nothing installed.
 * @param {string | undefined} wanted
 */
export function chooseLibTorch(wanted) {
  if (wanted === 'wheel' || wanted === 'debian') {
    throw new SetupError(`--libtorch ${wanted}: a bundle installs nothing`, [
      'use python, system or a folder (the default is the torch of python3)',
    ]);
  }
  if (wanted === 'system') {
    const found = libtorch.ofSystem();
    if (found === null) throw new SetupError("--libtorch system: there is no LibTorch among the system's packages");
    return libtorch.requireNewEnough(found);
  }
  if (wanted !== undefined && wanted !== 'python') return libtorch.named(wanted, '--libtorch');
  if (wanted === undefined && process.env.LIBTORCH) return libtorch.named(process.env.LIBTORCH, 'LIBTORCH');
  const found = libtorch.ofPython();
  if (found !== null) return libtorch.requireNewEnough(found);
  const python = findProgram('python3');
  const what =
    python === null ? 'there is no python3 on PATH' : `${python} has no torch (with its headers and libraries)`;
  throw new SetupError(`no LibTorch: ${what}`, [
    'make the environment that has torch the active one: source …/bin/activate, conda activate or module load',
    'or name its folder: --libtorch …/site-packages/torch, or that of an unpacked libtorch archive',
  ]);
}

/**
 * Makes a bundle ready: checks, then the addon it brought or a build, then the data sets.
 * @param {import('./places.mjs').Places} places
 * @param {string | undefined} wanted
 * @param {import('./addon.mjs').Engine | null} current the default engine where it is still good
 */
export function setUpBundle(places, wanted, current) {
  const { root } = places;
  const dataSets = packedDataSets(root);
  checkPieces(dataSets);
  const dataBytes = dataSets.flatMap(({ pieces }) => pieces).reduce((sum, { bytes }) => sum + bytes, 0);
  if (dataBytes > 0) checkSpace(root, dataBytes, 'unpacking the data sets');
  const engine = current ?? makeEngine(places, chooseLibTorch(wanted), dataBytes);
  unpackPieces(dataSets);
  return engine;
}

/**
 * @param {import('./places.mjs').Places} places
 * @param {import('./libtorch.mjs').LibTorch} found
 * @param {number} dataBytes what has to fit beside the build
 */
function makeEngine(places, found, dataBytes) {
  say('libtorch', `using ${libtorch.inWords(found)}`);
  const adopted = adoptPrebuilt(places, found);
  if (adopted !== null) return adopted;
  checkTools(['or make the bundle where they are: npm run bundle -- --with-addon <engine>']);
  checkSpace(places.root, BUILD_BYTES + dataBytes, 'building the addon');
  return ensureAddon(places, found);
}
