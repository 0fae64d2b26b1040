/**
 * How true the forecasts of `saddlepoint evaluate` are: twenty evaluations of different networks, attacks, norms, numbers of
 * images and orders; what was said before each, what it took, and the table of both as a page.
 *
 *   node benchmarks/forecasts/forecasts.mjs [--demo runs/demo] [--data <folder of CIFAR-10>] [--output docs/forecasts.md]
 *
 * The demo's networks take part where `--demo` names its run folders; else the shipped ones are evaluated in their place.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { demo: { type: 'string' }, data: { type: 'string' }, output: { type: 'string' } },
});
const inProject = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const program = inProject('bin/saddlepoint.mjs');
const shipped = (/** @type {string} */ name) => inProject(`models/cifar10-resnet18-16-${name}.safetensors`);
const data = ['--dataset', 'cifar-10', ...(values.data === undefined ? [] : ['--data', values.data])];
const robust = { name: 'robust ResNet-18, CIFAR-10', run: shipped('linf'), data };
const standard = { name: 'standard ResNet-18, CIFAR-10', run: shipped('standard'), data };
const trained = (/** @type {string} */ name, /** @type {string} */ run) => ({
  name,
  run: join(values.demo ?? '', run),
  data: [],
});
const small = values.demo === undefined ? robust : trained("demo's robust network", 'adversarial');
const smallStandard = values.demo === undefined ? standard : trained("demo's standard network", 'standard');

/** @typedef {{ name: string, run: string, data: string[] }} Network */

/** @type {[Network, string][]} */
const EVALUATIONS = [
  [robust, '--attack pgd --epsilon 8/255 --steps 20 --examples 1000'],
  [robust, '--attack pgd --epsilon 8/255 --steps 50 --restarts 5 --examples 200'],
  [robust, '--attack fgsm --epsilon 8/255 --examples 1000'],
  [robust, '--attack apgd --epsilon 4/255 --steps 100 --examples 200'],
  [robust, '--attack square --epsilon 8/255 --steps 500 --examples 200'],
  [robust, '--attack fab --norm l2 --epsilon 0.5 --steps 20 --examples 64'],
  [robust, '--attack cw --norm l2 --epsilon 0.5 --steps 20 --examples 64'],
  [robust, '--attack deepfool --norm l2 --epsilon 0.5 --steps 30 --examples 200'],
  [robust, '--attack ddn --norm l2 --epsilon 0.5 --steps 100 --examples 200'],
  [robust, '--attack autoattack --epsilon 8/255 --order sampled --examples 200'],
  [robust, '--attack autoattack --epsilon 8/255 --examples 50'],
  [robust, '--attack autoattack --norm l2 --epsilon 0.5 --order sampled --examples 100'],
  [standard, '--attack pgd --epsilon 1/255 --steps 40 --examples 500'],
  [standard, '--attack autoattack --epsilon 1/255 --order sampled --examples 200'],
  [standard, '--attack autoattack --epsilon 8/255 --examples 500'],
  [small, '--attack pgd --epsilon 0.1 --steps 100 --restarts 10 --examples 500'],
  [small, '--attack autoattack --epsilon 0.1 --examples 200'],
  [small, '--attack autoattack --norm l1 --epsilon 6 --order sampled --examples 200'],
  [small, '--attack square --norm l2 --epsilon 1 --examples 200'],
  [smallStandard, '--attack autoattack --epsilon 0.1 --order sampled --examples 1000'],
];

/** What a line of the program says, as numbers. */
const SAID = /: about (\S+ \S+) \((\S+ \S+) to (\S+ \S+)\) for (\d+) images/;
const UNITS = { s: 1, min: 60, h: 3600 };

function seconds(/** @type {string} */ text) {
  const [number, unit] = text.split(' ');
  return Number(number) * UNITS[/** @type {keyof typeof UNITS} */ (unit)];
}

/**
 * @param {Network} network
 * @param {string} options
 * @returns {Promise<{ said: number, from: number, to: number, took: number }>}
 */
async function evaluate({ run, data }, options) {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-forecasts-'));
  const child = spawn(process.execPath, [program, 'evaluate', run, ...options.split(' '), ...data, '--out', folder]);
  let [said, begun, errors] = ['', 0, ''];
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (begun === 0 && SAID.test(said)) begun = performance.now();
  });
  child.stderr.on('data', (chunk) => (errors += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  rmSync(folder, { recursive: true, force: true });
  const match = SAID.exec(said);
  if (status !== 0 || match === null) throw new Error(`${options}: ended with ${status}: ${errors.slice(-500)}`);
  const [, about, from, to] = match;
  const took = (performance.now() - begun) / 1000;
  return { said: seconds(about ?? ''), from: seconds(from ?? ''), to: seconds(to ?? ''), took };
}

const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

const rows = [];
for (const [network, options] of EVALUATIONS) {
  const result = await evaluate(network, options);
  const factor = Math.max(result.took / result.said, result.said / result.took);
  rows.push({ network: network.name, options, ...result, factor });
  say(
    `${network.name} ${options}: said ${result.said} s, took ${result.took.toFixed(1)} s, factor ${factor.toFixed(2)}`,
  );
}

const doctor = JSON.parse(execFileSync(process.execPath, [program, 'doctor', '--json'], { encoding: 'utf8' }));
const units = ['avx512f', 'amx_bf16'].filter((flag) => readFileSync('/proc/cpuinfo', 'utf8').includes(flag));
const kind = units.length === 0 ? doctor.engine.vectorUnits : units.join(', ');
const near = rows.filter(({ factor }) => factor <= 1.5).length;
const within = rows.filter(({ took, from, to }) => took >= from && took <= to).length;
const table = rows.map(({ network, options, said, from, to, took, factor }) => {
  return `| ${network} | \`${options}\` | ${said} (${from} to ${to}) | ${took.toFixed(1)} | ${factor.toFixed(2)} |`;
});
const page = `# How true the forecasts are

Before it begins, \`saddlepoint evaluate\` runs each stage's attack for a few steps on a few images and says how long all will take.
Twenty evaluations on ${doctor.machine.cores} cores of ${doctor.machine.processor} (${kind}), LibTorch ${doctor.engine.libtorch} (${doctor.engine.source}),
Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, the machine otherwise idle:

    node benchmarks/forecasts/forecasts.mjs${values.demo === undefined ? '' : ' --demo runs/demo'} --data <folder of CIFAR-10>

| network | evaluation | said, s | took, s | factor |
|---|---|---|---|---|
${table.join('\n')}

${near} of ${rows.length} are within a factor of 1.5; ${within} lie in the range that was said.
`;
if (values.output !== undefined) writeFileSync(values.output, page);
say(`\n${near} of ${rows.length} within a factor of 1.5, ${within} within the range`);
