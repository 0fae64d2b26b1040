// The command line of set-up.
import { SetupError } from './say.mjs';

export const HELP = `Usage: npx saddlepoint setup [options]
In a clone of the repository: npm run setup -- [options]

Finds or installs LibTorch and builds the engine for it; in a clone also npm's packages and the TypeScript sources. Does
nothing the second time. A clone has its engines in build/; those of an installed package are kept for all projects of a
user in $SADDLEPOINT_CACHE, or in the saddlepoint folder of the user's cache (~/.cache).

LibTorch is looked for in this order: the folder LIBTORCH names, python3's torch, the system's, the wheel an earlier
set-up installed; else one is installed. What was found stays the default until LIBTORCH or --libtorch says otherwise.

  --libtorch <wheel|debian|system|python|FOLDER>
                   use this LibTorch, installing it where it is a wheel or Debian's; stays beside the default engine
                   unless there is no default (choose an engine at run time with SADDLEPOINT_ENGINE=<id>)
  --sanitize       build the addon with AddressSanitizer and UndefinedBehaviorSanitizer, beside the other; tests run on it
                   with \`npm run test:asan\`
  --default        make that engine the default
  --print-engine   write the engine's id, and nothing else, to standard output
  --help           this text
`;

/**
 * @typedef {object} Options
 * @property {string | undefined} libtorch
 * @property {boolean} makeDefault
 * @property {boolean} sanitize
 * @property {boolean} printEngine
 * @property {boolean} help
 */

/**
 * @param {string[]} words
 * @returns {Options}
 */
export function parseOptions(words) {
  /** @type {Options} */
  const options = { libtorch: undefined, makeDefault: false, sanitize: false, printEngine: false, help: false };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') options.help = true;
    else if (word === '--default') options.makeDefault = true;
    else if (word === '--sanitize') options.sanitize = true;
    else if (word === '--print-engine') options.printEngine = true;
    else if (word.startsWith('--libtorch=')) options.libtorch = word.slice('--libtorch='.length);
    else if (word === '--libtorch') options.libtorch = rest.shift() ?? '';
    else throw new SetupError(`unknown option ${word}`, ['--help lists the options']);
  }
  if (options.libtorch === '' || options.libtorch?.startsWith('--')) {
    throw new SetupError('--libtorch needs a value: wheel, debian, system, python or a folder');
  }
  return options;
}
