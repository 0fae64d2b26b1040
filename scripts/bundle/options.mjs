// The command line of `npm run bundle`.
import { SetupError } from '../setup/say.mjs';

/** The data sets that can travel in a bundle. */
export const DATASETS = ['cifar-10'];

export const HELP = `Usage: npm run bundle -- [options]

Writes Saddlepoint as one folder, and as a .tar.xz of it, for machines with Linux on x86-64 that have neither a network
nor Node. There, a C++ compiler, CMake and a Python with torch are enough: unpack it and run ./saddlepoint setup.

  --with-addon <ENGINE>  take the addon of this engine along (a folder of build/); used where it loads, rebuilt where it
                         does not; repeatable
  --dataset cifar-10     add the data set, as pieces beside the archive that hold less than 45 MB each
  --with-pictures        take the decoder of JPEG, PNG and WebP files along, for folders of images (7 MB)
  --output <FOLDER>      where to write (default: build/bundle)
  --help                 this text
`;

/**
 * @typedef {object} Options
 * @property {string[]} engines
 * @property {string[]} datasets
 * @property {boolean} pictures
 * @property {string | undefined} output
 * @property {boolean} help
 */

/**
 * @param {string[]} words
 * @returns {Options}
 */
export function parseOptions(words) {
  /** @type {Options} */
  const options = { engines: [], datasets: [], pictures: false, output: undefined, help: false };
  // `--name=value` is `--name value`.
  const rest = words.flatMap((word) =>
    /^--[a-z-]+=/.test(word) ? [word.replace(/=.*/s, ''), word.replace(/^[^=]*=/, '')] : [word],
  );
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') options.help = true;
    else if (word === '--with-addon') options.engines.push(valueOf(word, rest));
    else if (word === '--dataset') options.datasets.push(datasetOf(valueOf(word, rest)));
    else if (word === '--with-pictures') options.pictures = true;
    else if (word === '--output') options.output = valueOf(word, rest);
    else throw new SetupError(`unknown option ${word}`, ['npm run bundle -- --help lists the options']);
  }
  return options;
}

/**
 * @param {string} option
 * @param {string[]} rest
 */
function valueOf(option, rest) {
  const value = rest.shift();
  if (value === undefined || value === '' || value.startsWith('--')) {
    throw new SetupError(`${option} needs a value`, ['npm run bundle -- --help lists the options']);
  }
  return value;
}

/** @param {string} name */
function datasetOf(name) {
  if (DATASETS.includes(name)) return name;
  throw new SetupError(`expected --dataset ${DATASETS.join(' or ')}, received ${name}`, [
    'carry the files of any other data set over by hand and name their folder with --data',
  ]);
}
