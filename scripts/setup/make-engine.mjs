// Steps 2 and 3 where anything may be installed: a LibTorch, and the addon for it.
import { ensureAddon } from './addon.mjs';
import { obtain } from './install.mjs';
import { inWords } from './libtorch.mjs';
import { say } from './say.mjs';

/**
 * @param {import('./places.mjs').Places} places
 * @param {import('./options.mjs').Options} options
 */
export async function makeEngine(places, options) {
  const libtorch = await obtain(places.downloads, options.libtorch);
  say('libtorch', `using ${inWords(libtorch)}`);
  return ensureAddon(places, options.sanitize ? { ...libtorch, sanitized: true } : libtorch);
}
