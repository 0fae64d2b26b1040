/**
 * docs/networks.md: the networks of torchvision and timm that were exported and compared with PyTorch.
 *
 *     python scripts/golden/exported_networks.py <folder> torchvision timm preact wrn small
 *     npm run build && node scripts/development/tried-networks.mjs <folder>      once with each LibTorch
 *     node scripts/development/tried-networks.mjs                                the page alone
 *
 * What a run finds lies in docs/results/networks, a file for each version of LibTorch; the page is made of them all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtime } from '../../dist/engine/index.js';
import { readExported } from '../../dist/models/index.js';
import { networksPage, plain, RESULTS, VARIANTS } from './networks-page.mjs';
import { TOLERANCE, tryNetwork } from './try-network.mjs';

/** @typedef {import('./networks-page.mjs').Outcome} Outcome */
/** @typedef {import('./networks-page.mjs').Row} Row */
/** @typedef {import('./networks-page.mjs').Variant} Variant */
/** @typedef {import('./networks-page.mjs').Tried} Tried */
/**
 * @typedef {object} Entry of index.json
 * @property {string} name
 * @property {string} source
 * @property {string} torch
 * @property {number[]} [input]
 * @property {number | null} [rounding]
 * @property {{ operators: string[] } | string} [dynamic]
 */

const [folder] = process.argv.slice(2);
if (folder !== undefined) measure(folder);
writeFileSync(new URL('../../docs/networks.md', import.meta.url), networksPage());

/**
 * Compares every network of a folder, with the LibTorch that is set up.
 *
 * @param {string} folder
 */
function measure(folder) {
  const read = /** @type {unknown} */ (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')));
  const entries = /** @type {Entry[]} */ (read).filter(({ input }) => input !== undefined);
  /** @type {Row[]} */
  const networks = entries.map(({ name, source, input = [], rounding = null, dynamic }) => {
    const { program, state } = readExported(join(folder, `${name}.dynamic.pt2`));
    for (const tensor of state.values()) tensor.dispose();
    const parameters = program.inputs.filter(({ parameter }) => parameter);
    const sizes = new Map(parameters.map(({ key, shape }) => [key, shape.reduce((a, b) => a * b, 1)]));
    /** @type {Partial<Record<Variant, Outcome>>} */
    const outcomes = {};
    for (const variant of VARIANTS) {
      const values = join(folder, `${name}.safetensors`);
      const outcome = tryNetwork(join(folder, `${name}.${variant}.pt2`), values);
      if (outcome !== undefined) outcomes[variant] = outcome;
    }
    process.stdout.write(`${name} ${JSON.stringify(outcomes)}\n`);
    return {
      name: name.replace(/^(torchvision|timm)-/, ''),
      from: plain(source),
      images: input.slice(1).join(' × '),
      parameters: [...sizes.values()].reduce((sum, size) => sum + size, 0),
      operators: typeof dynamic === 'object' ? dynamic.operators.length : 0,
      rounding,
      ...outcomes,
    };
  });
  const libtorch = runtime().version;
  /** @type {Tried} */
  const tried = { libtorch, torch: entries[0]?.torch ?? '', tolerance: TOLERANCE, networks };
  const lines = networks.map((network) => `    ${JSON.stringify(network)}`).join(',\n');
  const head = JSON.stringify({ ...tried, networks: undefined }, undefined, 2).replace(/\n\}$/, ',\n');
  writeFileSync(new URL(`${plain(libtorch)}.json`, RESULTS), `${head}  "networks": [\n${lines}\n  ]\n}\n`);
}
