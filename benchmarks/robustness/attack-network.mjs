#!/usr/bin/env node
/**
 * Whether networks come out as robust when training attacks its frozen view instead of the model itself: the same recipe
 * with both, for some seeds.
 *
 *     node benchmarks/robustness/attack-network.mjs --recipe recipes/fashion-mnist/adversarial.yaml --seeds 1,2,3 \
 *       [--backends model,plain] [--set training.epochs=2] [--data <folder>] [--output docs/attack-network.md]
 *
 * Each run lies in runs/attack-network/; one that is complete is not run again. The table of one recipe takes the place of
 * its earlier one in --output and leaves those of other recipes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { values: options } = parseArgs({
  options: {
    recipe: { type: 'string' },
    seeds: { type: 'string', default: '1,2,3' },
    backends: { type: 'string', default: 'model,plain' },
    set: { type: 'string', multiple: true, default: [] },
    data: { type: 'string' },
    output: { type: 'string' },
  },
});
if (options.recipe === undefined) throw new Error('expected --recipe <file>, received none');
const seeds = options.seeds.split(',').map(Number);
const backends = options.backends.split(',');
const name = basename(dirname(options.recipe)) + '-' + basename(options.recipe, '.yaml');

const results = backends.map((backend) => ({ backend, runs: seeds.map((seed) => trained(backend, seed)) }));
const table = describe(results);
process.stdout.write(table);
if (options.output !== undefined) writeFileSync(options.output, withTable(options.output, table));

/** The result of one run, which is trained and evaluated unless it was. */
function trained(backend, seed) {
  const folder = folderOf(backend, seed);
  const file = join(folder, 'evaluation', 'test.json');
  if (!existsSync(file)) {
    const settings = [`seed=${seed}`, `training.attackBackend=${backend}`, 'training.attackSplit=1', ...options.set];
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, 'bin', 'saddlepoint.mjs'),
        ...['train', options.recipe, '--runs', dirname(folder), '--name', basename(folder)],
        ...(options.data === undefined ? [] : ['--data', options.data]),
        ...settings.flatMap((setting) => ['--set', setting]),
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    if (status !== 0) throw new Error(`the run in ${folder} ended with ${status}`);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

function folderOf(backend, seed) {
  return join('runs', 'attack-network', `${name}-${backend}-${seed}`);
}

function machineOf(folder) {
  const { libtorch, threads, processor } = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
  return `LibTorch ${libtorch}, ${threads} threads of ${processor}`;
}

function describe(all) {
  const measures = [
    ['clean', ({ clean }) => clean.error],
    ['PGD', ({ attacks }) => attacks.pgd.robustError],
    ...(all[0].runs[0].attacks.autoattack === undefined
      ? []
      : [['AutoAttack', ({ attacks }) => attacks.autoattack.robustError]]),
  ];
  const percent = (share) => (100 * share).toFixed(1);
  const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const rows = measures.flatMap(([measure, of]) => {
    const figures = all.map(({ backend, runs }) => ({ backend, errors: runs.map(of) }));
    const spread = Math.max(...figures.map(({ errors }) => Math.max(...errors) - Math.min(...errors)));
    return figures.map(({ backend, errors }) => {
      const difference = mean(errors) - mean(figures[0].errors);
      const judged = backend === backends[0] ? '' : `${difference < 0 ? '' : '+'}${percent(difference)}`;
      return `| ${measure} error | ${backend} | ${errors.map(percent).join(' | ')} | ${percent(mean(errors))} | ${judged} | ${percent(spread)} |`;
    });
  });
  const { pgd } = all[0].runs[0].attacks;
  const machines = new Set(backends.flatMap((backend) => seeds.map((seed) => machineOf(folderOf(backend, seed)))));
  return [
    `## ${name}`,
    '',
    `\`${[options.recipe, ...options.set.map((setting) => `--set ${setting}`)].join(' ')}\`; PGD: ${pgd.norm}, ${pgd.steps} steps, ${pgd.restarts} restarts, on ${pgd.examples} test images. ${[...machines].join('; ')}.`,
    '',
    `| % | attacked in training | ${seeds.map((seed) => `seed ${seed}`).join(' | ')} | mean | difference of means | largest spread between seeds |`,
    `|---|---|${'---|'.repeat(seeds.length)}---|---|---|`,
    ...rows,
    '',
  ].join('\n');
}

/** The page with this recipe's table, and the others it had. */
function withTable(path, table) {
  const introduction =
    '# Robustness with and without the attack network\n\n' +
    'Made by `benchmarks/robustness/attack-network.mjs`, which says how to run it. The same recipe is trained with the\n' +
    '`model` itself attacked in every step, and with a form of its frozen view.\n\n';
  const text = existsSync(path) ? readFileSync(path, 'utf8') : introduction;
  const [head, ...sections] = text.split(/^(?=## )/m);
  const others = sections
    .filter((section) => !section.startsWith(`## ${name}\n`))
    .map((section) => `${section.trimEnd()}\n`);
  return `${[`${head.trimEnd()}\n`, ...others, table].join('\n')}`;
}
