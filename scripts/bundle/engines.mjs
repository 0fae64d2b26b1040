// The addons that a bundle takes along.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ADDON, isFresh, readEngine } from '../setup/addon.mjs';
import { writeWhole } from '../setup/files.mjs';
import { inside } from '../setup/places.mjs';
import { PREBUILT } from '../setup/prebuilt.mjs';
import { SetupError, say } from '../setup/say.mjs';

/**
 * Stops unless all of these engines are there and built from the sources as they are now.
 * @param {string} root
 * @param {readonly string[]} ids
 */
export function checkEngines(root, ids) {
  const places = inside(root, 'clone');
  for (const id of ids) {
    const engine = readEngine(places.engines, id);
    if (engine === null) {
      const built = readdirSync(places.engines).filter((name) => readEngine(places.engines, name) !== null);
      throw new SetupError(`--with-addon ${id}: there is no such engine; built are ${built.join(', ') || 'none'}`, [
        'npm run setup -- --libtorch <folder> builds one',
      ]);
    }
    if (!isFresh(places, engine)) {
      throw new SetupError(`--with-addon ${id}: it was built from other sources than these, or its LibTorch is gone`, [
        `npm run setup -- --libtorch ${engine.libtorch.source === 'python' ? 'python' : '<its folder>'} builds it again`,
      ]);
    }
  }
}

/**
 * @param {string} root
 * @param {readonly string[]} ids
 * @param {string} bundle
 */
export function copyEngines(root, ids, bundle) {
  const { engines } = inside(root, 'clone');
  for (const id of ids) {
    const engine = readEngine(engines, id);
    const target = join(bundle, PREBUILT, id);
    mkdirSync(target, { recursive: true });
    copyFileSync(join(engines, id, ADDON), join(target, ADDON));
    writeWhole(join(target, 'engine.json'), `${JSON.stringify(engine, null, 2)}\n`);
    say('addon', `${id} comes along`);
  }
}
