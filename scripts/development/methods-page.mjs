/**
 * docs/methods.md, made of what the files of the training methods say of themselves, of their schemas, and of
 * comparisons: `npm run methods` writes it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const methods = new URL('src/training/methods/', root);
const PAGE = new URL('docs/methods.md', root);
/** The comparisons that the page shows, files of docs/results/comparisons, with their headings. */
const COMPARISONS = [
  ['fashion-mnist', 'Beside each other'],
  ['robust-overfitting', 'With few images'],
  ['catastrophic-overfitting', 'With one attack step'],
];

const HEAD = `# Training methods

\`training.method\` of a recipe names one; its options stand beside the others of \`training\`. What the field writes as a loss
is a method, how its adversarial images are made is \`training.attack\`, and weight averages, weight perturbation, label
smoothing, gradient clipping, optimizer and schedule go with any of them. A method is one file: CONTRIBUTING.md says how
one is added. This page is made of those files (\`npm run methods\`).

A recipe of each lies in [recipes/fashion-mnist](../recipes/fashion-mnist/methods), for the demo's small network, and in
[recipes/cifar10](../recipes/cifar10/methods), for one that two CPU cores can train; those of CIFAR-10 have not been run to
their end here.
`;

/** The page's text. */
export function methodsPage() {
  const sections = methodFiles().map(({ name, file }) => section(name, readFileSync(new URL(file, methods), 'utf8')));
  const tables = COMPARISONS.map(([file = '', heading = '']) => comparisonTable(file, heading));
  return [HEAD, ...tables, ...sections].join('\n');
}

/**
 * Names of the table in index.ts, in its order, and the files that they come from.
 *
 * @returns {{ name: string; file: string }[]}
 */
function methodFiles() {
  const index = readFileSync(new URL('index.ts', methods), 'utf8');
  const files = new Map(
    [...index.matchAll(/import \{ (\w+) \} from '\.\/([\w-]+)\.js'/g)].map(([, name = '', file = '']) => [name, file]),
  );
  const table = found(/const OWN = \{([^}]*)\}/, index);
  return [...table.matchAll(/^ {2}'?([\w-]+)'?(?:: (\w+))?,$/gm)].map(([, name = '', identifier = name]) => {
    return { name, file: `${files.get(identifier) ?? identifier}.ts` };
  });
}

/**
 * What a file's first comment says, and its options.
 *
 * @param {string} name
 * @param {string} source
 */
function section(name, source) {
  const comment = found(/^\/\*\*\n([\s\S]*?)\n \*\n \* @module/, source);
  const text = comment.replaceAll(/^ \* ?/gm, '').replaceAll(/\{@link (\w+)\}/g, '`$1`');
  const listed = optionsOf(source).map(({ option, about, schema }) => `- \`${option}\`${defaultOf(schema)}: ${about}`);
  const list = listed.length === 0 ? [] : ['Options:', '', ...listed, ''];
  return [`## \`${name}\``, '', text, '', ...list].join('\n');
}

/**
 * The options that a file gives its method, those that it shares with others included.
 *
 * @param {string} source
 * @returns {{ option: string; about: string; schema: string }[]}
 */
function optionsOf(source) {
  const shared = /^ {2}options: (\w+),$|^ {2}options: \{ ?\n? *\.\.\.(\w+),/m.exec(source);
  const name = shared?.[1] ?? shared?.[2];
  const own = listOf(/^ {2}options: \{\n([\s\S]*?)^ {2}\},$/m.exec(source)?.[1] ?? '');
  if (name === undefined) return own;
  const file = found(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '\\./([\\w-]+)\\.js'`), source);
  const others = readFileSync(new URL(`${file}.ts`, methods), 'utf8');
  return [...listOf(found(new RegExp(`const ${name} = \\{\\n([\\s\\S]*?)^\\};$`, 'm'), others)), ...own];
}

/** @param {string} body the lines between the braces */
function listOf(body) {
  return [...body.matchAll(/^ +\/\*\*([\s\S]*?)\*\/\n +(\w+): ([\s\S]*?),\n(?= +\/\*\*|$)/gm)].map(
    ([, about = '', option = '', schema = '']) => {
      return { option, about: about.replaceAll(/\s*\n\s*\* ?/g, ' ').trim(), schema };
    },
  );
}

/** @param {string} schema */
function defaultOf(schema) {
  const single = /\.default\(([^)]*)\)/.exec(schema)?.[1];
  const [, first, last] = /between\(.*, ([\d.]+), ([\d.]+)\)$/.exec(schema) ?? [];
  if (first !== undefined) return ` (default [${first}, ${last}])`;
  return single === undefined ? ' (to be said)' : ` (default ${single})`;
}

/**
 * @typedef {{ mean: number; deviation: number | null }} Spread
 * @typedef {{ method: string; cleanError: Spread; robustErrors: Record<string, Spread>; trainingSeconds: Spread }} Row
 */

/**
 * Errors in per cent, means over the seeds with their standard deviations.
 *
 * @param {string} file
 * @param {string} heading
 */
function comparisonTable(file, heading) {
  const path = new URL(`docs/results/comparisons/${file}.json`, root);
  const read = /** @type {unknown} */ (JSON.parse(readFileSync(path, 'utf8')));
  const { about, methods: rows } = /** @type {{ about: string; methods: Row[] }} */ (read);
  return [
    `## ${heading}`,
    '',
    about,
    '',
    '| method | clean error, % | PGD-40, % | AutoAttack, % | training, s |',
    '|---|---|---|---|---|',
    ...rows.map(({ method, cleanError, robustErrors: { pgd, autoattack }, trainingSeconds }) => {
      const errors = [cleanError, pgd, autoattack].map(percent);
      return `| ${[method, ...errors, trainingSeconds.mean.toFixed(0)].join(' | ')} |`;
    }),
    '',
  ].join('\n');
}

/** @param {Spread | undefined} spread */
function percent(spread) {
  if (spread === undefined) return '';
  const { mean, deviation } = spread;
  return `${(100 * mean).toFixed(1)} ± ${(100 * (deviation ?? 0)).toFixed(1)}`;
}

/**
 * The first group of the only match there has to be.
 *
 * @param {RegExp} pattern
 * @param {string} text
 */
function found(pattern, text) {
  const group = pattern.exec(text)?.[1];
  if (group === undefined) throw new Error(`expected ${pattern.source} in the file of a training method, found none`);
  return group;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, methodsPage());
