// Set-up in a clone of the repository: everything is fetched and built that is not there.
import { makeEngine } from './make-engine.mjs';
import { ensurePackages } from './packages.mjs';
import { checkTools } from './tools.mjs';
import { ensureTypeScript } from './typescript.mjs';

/**
 * @param {import('./places.mjs').Places} places
 * @param {import('./options.mjs').Options} options
 * @param {() => import('./addon.mjs').Engine | null} current the default engine where it is still good
 */
export async function setUpClone(places, options, current) {
  // Before anything is downloaded: the machine may lack what only its owner can install.
  if (current() === null) checkTools();
  ensurePackages(places.root);
  const engine = current() ?? (await makeEngine(places, options));
  ensureTypeScript(places.root);
  return engine;
}
