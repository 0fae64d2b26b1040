#!/usr/bin/env node
// Sets Saddlepoint up on a fresh machine, and does nothing on one that is set up. Needs no npm package.
// The steps are in scripts/setup/, one idea a file.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defaultId, ensureAddon, isFresh, makeDefault, readEngine } from './setup/addon.mjs';
import { readBundle, setUpBundle } from './setup/bundled.mjs';
import { obtain } from './setup/install.mjs';
import { inWords } from './setup/libtorch.mjs';
import { withLock } from './setup/lock.mjs';
import { HELP, parseOptions } from './setup/options.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { SetupError, explain, say, secondsSince, speakTo } from './setup/say.mjs';
import { asDiskTrouble } from './setup/space.mjs';
import { checkNode, checkTools } from './setup/tools.mjs';
import { ensureTypeScript } from './setup/typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The default engine when nothing asks for another and it is still good. */
function current(/** @type {import('./setup/options.mjs').Options} */ options) {
  const asked = options.libtorch !== undefined || process.env.LIBTORCH || options.sanitize;
  const id = asked ? null : defaultId(root);
  const engine = id === null ? null : readEngine(root, id);
  return engine !== null && isFresh(root, engine) ? engine : null;
}

/** @param {import('./setup/options.mjs').Options} options */
async function ensureEngine(options) {
  const libtorch = await obtain(root, options.libtorch);
  say('libtorch', `using ${inWords(libtorch)}`);
  return ensureAddon(root, options.sanitize ? { ...libtorch, sanitized: true } : libtorch);
}

/** In a clone: everything is fetched and built that is not there. */
async function setUpClone(/** @type {import('./setup/options.mjs').Options} */ options) {
  // Before anything is downloaded: the machine may lack what only its owner can install.
  if (current(options) === null) checkTools();
  ensurePackages(root);
  const engine = current(options) ?? (await ensureEngine(options));
  ensureTypeScript(root);
  return engine;
}

/**
 * Makes an engine the default where it is to be.
 * @param {string} id
 * @param {import('./setup/options.mjs').Options} options
 */
function chooseDefault(id, options) {
  const stored = defaultId(root);
  const first = stored === null || readEngine(root, stored) === null;
  const usual = options.libtorch === undefined && !options.sanitize;
  if (first || options.makeDefault || usual) makeDefault(root, id);
}

/** @param {import('./setup/options.mjs').Options} options */
async function setUp(options) {
  const start = performance.now();
  const engine =
    readBundle(root) === null ? await setUpClone(options) : setUpBundle(root, options.libtorch, current(options));
  chooseDefault(engine.id, options);
  say('ready', `engine ${engine.id} (${secondsSince(start)})`);
  return engine;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
  } else {
    if (options.printEngine) speakTo(process.stderr);
    checkNode();
    const engine = await withLock(join(root, 'build/.setup.lock'), () => setUp(options));
    if (options.printEngine) process.stdout.write(`${engine.id}\n`);
  }
} catch (caught) {
  const error = asDiskTrouble(caught) ?? caught;
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
