/**
 * docs/networks.md, made of what tried-networks.mjs found with each LibTorch.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {import('./try-network.mjs').Outcome} Outcome */
/** @typedef {'static' | 'dynamic' | 'decomposed'} Variant */
/** @typedef {{ name: string; from: string; images: string; parameters: number; operators: number; rounding: number | null } & Partial<Record<Variant, Outcome>>} Row */
/** @typedef {{ libtorch: string; torch: string; tolerance: number; networks: Row[] }} Tried */

export const RESULTS = new URL('../../docs/results/networks/', import.meta.url);
/** @type {readonly Variant[]} */
export const VARIANTS = ['static', 'dynamic', 'decomposed'];
const SMALL = 'small-';

/** The name and version without how it was built. @param {string} version */
export const plain = (version) => version.replace(/\+.*/, '');

/**
 * @param {string} name
 * @returns {Tried}
 */
function readTried(name) {
  const read = /** @type {unknown} */ (JSON.parse(readFileSync(new URL(name, RESULTS), 'utf8')));
  return /** @type {Tried} */ (read);
}

/** The page's text. */
export function networksPage() {
  const runs = readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .reverse()
    .map(readTried);
  const [first] = runs;
  if (first === undefined) throw new Error('expected results in docs/results/networks, found none');
  const real = first.networks.filter(({ name }) => !name.startsWith(SMALL));
  return [head(first, real.length), ...runs.map(summary), networkTable(runs, real), smallTable(runs, first)].join('\n');
}

/**
 * @param {Tried} first
 * @param {number} count
 */
const head = ({ torch, tolerance }, count) => `# Networks that came in as \`.pt2\`

${count} networks, exported by PyTorch ${plain(torch)} with \`torch.export\`, were computed here and compared with PyTorch itself: logits, and the
gradient of the cross-entropy with respect to the images, of 5 images in batches of two and of three. The weights are random. Each
was exported three times: for a batch of two (static), for any batch (dynamic), and for any batch in PyTorch's core operators
(decomposed). A network counts as equal where no number differs by more than ${scientific(tolerance)} of the largest.

This page is made by a script, [tried-networks.mjs](../scripts/development/tried-networks.mjs); its first lines say how.
`;

/**
 * What of one LibTorch is to be said.
 *
 * @param {Tried} tried
 */
function summary({ libtorch, tolerance, networks }) {
  const tries = networks.flatMap((network) =>
    VARIANTS.flatMap((variant) => {
      const outcome = network[variant];
      return outcome === undefined
        ? []
        : [{ name: `${network.name} (${network.from.split(' ')[0]}, ${variant})`, outcome }];
    }),
  );
  const missing = tries.flatMap(({ name, outcome }) => ('refused' in outcome ? [`- ${name}: ${outcome.refused}`] : []));
  const figures = tries.flatMap(({ name, outcome }) => ('refused' in outcome ? [] : [{ name, ...outcome }]));
  const steep = figures.filter((each) => each.steep !== undefined);
  const equal = figures.filter(({ logits, gradient }) => Math.max(logits, gradient) <= tolerance);
  const largest = Math.max(...figures.map(({ logits }) => logits));
  const wide = Math.max(...steep.map((each) => each.steep?.inFloat64 ?? 0));
  const text = [
    `## LibTorch ${plain(libtorch)}`,
    '',
    `${figures.length} of ${tries.length} archives run, and ${equal.length} of them are equal to PyTorch. The largest difference of any logits is ${scientific(largest)}.`,
    '',
  ];
  if (missing.length > 0) text.push('Not available:', '', ...missing, '');
  if (steep.length > 0) {
    const images = [...new Set(steep.map(({ steep: of }) => `${of?.images} of ${of?.of}`))].join(' or ');
    text.push(
      `Of ${steep.length} archives the gradient of ${images} images differs by more. All logits and the other images' gradients agree, and where`,
      `the same LibTorch computes the same programs in float64, the gradients of all images are within ${scientific(wide)} of PyTorch's:`,
      'the operators are the same, and what differs is the rounding of float32, where it decides on which side of zero the input of a',
      'ReLU lies, and so its slope. These archives are marked with † in the table.',
      '',
    );
  }
  return text.join('\n');
}

/**
 * @param {Tried[]} runs
 * @param {Row[]} networks
 */
function networkTable(runs, networks) {
  const engines = runs.map(({ libtorch }) => plain(libtorch));
  const columns = engines.flatMap((engine) => VARIANTS.map((variant) => `${engine} ${variant}`));
  return [
    '## All of them',
    '',
    'Largest relative differences from PyTorch, of logits / of gradients. “Rounding” is the same between float32 and float64 in PyTorch',
    'itself.',
    '',
    table(
      ['network', 'from', 'images', 'parameters', 'operators', 'rounding', ...columns],
      networks.map((network) => [
        network.name,
        network.from,
        network.images,
        network.parameters.toLocaleString('en'),
        String(network.operators),
        network.rounding === null ? '' : scientific(network.rounding),
        ...runs.flatMap((run) => cells(run, network)),
      ]),
    ),
  ].join('\n');
}

/**
 * @param {Tried[]} runs
 * @param {Tried} first
 */
function smallTable(runs, { networks }) {
  const small = networks.filter(({ name }) => name.startsWith(SMALL));
  const columns = runs.flatMap(({ libtorch }) => VARIANTS.map((variant) => `${plain(libtorch)} ${variant}`));
  return [
    '## One thing each',
    '',
    'Small networks, each for one kind of argument, result or weight that an archive can have; they are among the tests.',
    '',
    table(
      ['network', ...columns],
      small.map((network) => [network.name.replace(SMALL, ''), ...runs.flatMap((run) => cells(run, network))]),
    ),
  ].join('\n');
}

/**
 * @param {Tried} run
 * @param {Row} network
 */
function cells({ networks }, { name, from }) {
  const row = networks.find((each) => each.name === name && each.from === from);
  return VARIANTS.map((variant) => {
    const outcome = row?.[variant];
    if (outcome === undefined) return 'not exported';
    if ('refused' in outcome) return 'not available';
    return `${scientific(outcome.logits)} / ${scientific(outcome.gradient)}${outcome.steep === undefined ? '' : ' †'}`;
  });
}

/** @param {number} value */
const scientific = (value) => (value === 0 ? '0' : value.toExponential(0));

/**
 * @param {string[]} columns
 * @param {string[][]} rows
 */
function table(columns, rows) {
  return [columns, columns.map(() => '---'), ...rows].map((cell) => `| ${cell.join(' | ')} |`).join('\n') + '\n';
}
