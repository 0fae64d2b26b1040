// Addons that a bundle brings along, each built against a LibTorch of the same version somewhere else.
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { ADDON, LINK, engineId, readEngine, recordEngine } from './addon.mjs';
import { filesUnder } from './files.mjs';
import { say } from './say.mjs';
import { lastLines, run } from './shell.mjs';

/** @typedef {import('./libtorch.mjs').LibTorch} LibTorch */

/** Where they are in a bundle: prebuilt/<engine>/, as in build/. */
export const PREBUILT = 'prebuilt';

/**
 * True where an addon for one LibTorch may load with another; whether it does is tried.
 * @param {LibTorch} one
 * @param {LibTorch} other
 */
export function isAlike(one, other) {
  return one.version === other.version && one.cuda === other.cuda && one.cxx11Abi === other.cxx11Abi;
}

/**
 * Puts an addon of the bundle in place where one was built for such a LibTorch and loads with this one.
 * @param {import('./places.mjs').Places} places
 * @param {LibTorch} libtorch
 * @returns {import('./addon.mjs').Engine | null} null where the addon has to be built
 */
export function adoptPrebuilt(places, libtorch) {
  const prebuilt = join(places.root, PREBUILT);
  const files = filesUnder(prebuilt).filter((file) => file.endsWith('/engine.json'));
  for (const file of files) {
    const id = file.slice(0, -'/engine.json'.length);
    const engine = readEngine(prebuilt, id);
    if (engine === null || !isAlike(engine.libtorch, libtorch)) {
      say('addon', `${PREBUILT}/${id} is for another LibTorch`);
      continue;
    }
    const folder = join(places.engines, engineId(places, libtorch));
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, LINK), { force: true });
    symlinkSync(libtorch.library, join(folder, LINK));
    const addon = join(folder, ADDON);
    copyFileSync(join(prebuilt, id, ADDON), `${addon}.tmp`);
    const trouble = whyNotLoaded(`${addon}.tmp`, libtorch);
    if (trouble === null) {
      renameSync(`${addon}.tmp`, addon);
      say('addon', `${PREBUILT}/${id} loads with this LibTorch`);
      return recordEngine(places, libtorch);
    }
    rmSync(`${addon}.tmp`);
    say('addon', `${PREBUILT}/${id} does not load here: ${trouble}`);
  }
  return null;
}

/**
 * Loads an addon in a process of its own, every symbol bound, and asks it for the LibTorch it found.
 * @param {string} addon
 * @param {LibTorch} libtorch
 * @returns {string | null} one line, or null where all is well
 */
function whyNotLoaded(addon, libtorch) {
  const script = `const m = { exports: {} }; process.dlopen(m, process.argv[1]); console.log(m.exports.runtime().version)`;
  const outcome = run(process.execPath, ['-e', script, addon], { seconds: 120, environment: { LD_BIND_NOW: '1' } });
  if (!outcome.ok) return /^Error: .*$/m.exec(outcome.stderr)?.[0] ?? (lastLines(outcome.stderr, 1) || 'it crashed');
  const version = outcome.stdout.trim();
  return version.startsWith(libtorch.version) ? null : `it found LibTorch ${version}`;
}
