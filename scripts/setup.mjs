#!/usr/bin/env node
// Sets Saddlepoint up on a fresh machine, and does nothing on one that is set up. Needs no npm package.
// The steps are in scripts/setup/, one idea a file.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defaultId, isFresh, makeDefault, readEngine } from './setup/addon.mjs';
import { inWords } from './setup/libtorch.mjs';
import { withLock } from './setup/lock.mjs';
import { HELP, parseOptions } from './setup/options.mjs';
import { placesOf } from './setup/places.mjs';
import { SetupError, explain, say, secondsSince, speakTo } from './setup/say.mjs';
import { asDiskTrouble } from './setup/space.mjs';
import { checkNode } from './setup/tools.mjs';

/**
 * @typedef {import('./setup/addon.mjs').Engine} Engine
 * @typedef {import('./setup/options.mjs').Options} Options
 * @typedef {import('./setup/places.mjs').Places} Places
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The default engine when nothing asks for another and it is still good.
 * @param {Places} places
 * @param {Options} options
 */
function current(places, options) {
  const asked = options.libtorch !== undefined || process.env.LIBTORCH || options.sanitize;
  const id = asked ? null : defaultId(places);
  const engine = id === null ? null : readEngine(places.engines, id);
  return engine !== null && isFresh(places, engine) ? engine : null;
}

/**
 * The steps of a kind of place, imported when they are needed: a package has no bundle's files.
 * @param {Places} places
 * @param {Options} options
 * @returns {Promise<Engine>}
 */
async function takeSteps(places, options) {
  const lookAgain = () => current(places, options);
  switch (places.kind) {
    case 'clone':
      return (await import('./setup/cloned.mjs')).setUpClone(places, options, lookAgain);
    case 'bundle':
      return (await import('./setup/bundled.mjs')).setUpBundle(places, options.libtorch, lookAgain());
    case 'package':
      return lookAgain() ?? (await import('./setup/installed.mjs')).setUpPackage(places, options);
  }
}

/**
 * Makes an engine the default where it is to be.
 * @param {Places} places
 * @param {string} id
 * @param {Options} options
 */
function chooseDefault(places, id, options) {
  const stored = defaultId(places);
  const first = stored === null || readEngine(places.engines, stored) === null;
  const usual = options.libtorch === undefined && !options.sanitize;
  if (first || options.makeDefault || usual) makeDefault(places, id);
}

/** @param {Options} options */
async function setUp(options) {
  const start = performance.now();
  const places = await placesOf(root);
  // A package that is set up asks for no lock: its cache may be read-only by now.
  const ready = places.kind === 'package' ? current(places, options) : null;
  const engine =
    ready ??
    (await withLock(places.lock, async () => {
      const made = await takeSteps(places, options);
      chooseDefault(places, made.id, options);
      return made;
    }));
  if (places.kind === 'package') say('engine', `in ${places.engines}, for ${inWords(engine.libtorch)}`);
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
    const engine = await setUp(options);
    if (options.printEngine) process.stdout.write(`${engine.id}\n`);
  }
} catch (caught) {
  const error = asDiskTrouble(caught) ?? caught;
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
