#!/usr/bin/env node
/**
 * Whether AutoAttack's answer depends on the batch size: the same evaluation at several, example by example.
 *
 *     node benchmarks/autoattack/batch-sizes.mjs --run runs/demo/adversarial --epsilon 0.1 [--norm linf] [--examples 500] \
 *       [--sizes 7,100,500] [--order exact] [--data <folder>]
 *
 * Random numbers belong to the example, so only rounding inside the convolutions may differ.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { openRun } from './open-run.mjs';

process.env['OMP_WAIT_POLICY'] ??= 'PASSIVE';
const saddlepoint = await import('./library.mjs');

const { values: options } = parseArgs({
  options: {
    run: { type: 'string' },
    norm: { type: 'string', default: 'linf' },
    epsilon: { type: 'string' },
    examples: { type: 'string', default: '500' },
    sizes: { type: 'string', default: '7,100,500' },
    order: { type: 'string', default: 'exact' },
    data: { type: 'string' },
  },
});
if (options.run === undefined || options.epsilon === undefined) {
  throw new Error('expected --run <folder> and --epsilon <budget>');
}
const { norm, order, run } = options;
const [epsilon, examples] = [saddlepoint.parseBudget(options.epsilon), Number(options.examples)];
const { model, dataset } = openRun(saddlepoint, run, options.data);
const plan = saddlepoint.autoAttackPlan({ norm, epsilon, classes: dataset.classes.length });

const results = [];
for (const batchSize of options.sizes.split(',').map(Number)) {
  const started = performance.now();
  const flags = await evaluate(batchSize);
  const errors = flags.filter(Boolean).length;
  results.push({ batchSize, flags, errors, seconds: (performance.now() - started) / 1000 });
  process.stderr.write(`batch size ${batchSize}: ${errors} of ${examples}\n`);
}
const [first] = results;
const rows = results.map(({ batchSize, flags, errors, seconds }) => {
  const same = flags.filter((flag, i) => flag === first.flags[i]).length;
  return `| ${batchSize} | ${((100 * errors) / examples).toFixed(1)} % | ${same} of ${examples} | ${seconds.toFixed(0)} s |`;
});
process.stdout.write(
  [
    `AutoAttack (${order}), ${norm} ${options.epsilon}, ${run}, first ${examples} test images`,
    '',
    `| batch size | robust error | as at ${first.batchSize} | time |`,
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n'),
);

/** Whether each example is an error, as the evaluation's own journal has it. */
async function evaluate(batchSize) {
  const temporary = mkdtempSync(join(tmpdir(), 'saddlepoint-batch-size-'));
  try {
    const { close } = await saddlepoint.runEvaluationJob({
      model,
      dataset,
      plan,
      order,
      batchSize,
      split: dataset.test,
      seed: 1,
      preflight: false,
      backend: 'plain',
      selection: saddlepoint.selectExamples(dataset.test, examples),
      folder: temporary,
    });
    close();
    const wrong = readFileSync(join(temporary, 'journal.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(JSON.parse)
      .flatMap((line) => line.wrong ?? line.fooled ?? []);
    return Array.from({ length: examples }, (_, position) => wrong.includes(position));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
