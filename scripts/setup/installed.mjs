// Set-up of a package in somebody's project: npm brought the packages and the compiled TypeScript, so that only LibTorch
// and the addon are missing. Both go to the user's cache, nothing to node_modules.
import { mkdirSync } from 'node:fs';

import { makeEngine } from './make-engine.mjs';
import { BUILD_BYTES, checkSpace } from './space.mjs';
import { checkTools } from './tools.mjs';

/**
 * @param {import('./places.mjs').Places} places
 * @param {import('./options.mjs').Options} options
 */
export async function setUpPackage(places, options) {
  checkTools();
  mkdirSync(places.engines, { recursive: true });
  checkSpace(places.engines, BUILD_BYTES, 'building the addon');
  return makeEngine(places, options);
}
