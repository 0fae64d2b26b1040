#!/usr/bin/env node
/**
 * Whether AutoAttack is the standard: the robust error after each of its stages, beside the reference implementation's, for
 * any norm and version, on the same weights and images.
 *
 *     node benchmarks/autoattack/stages.mjs --reference <checkout of fra31/auto-attack> --python <python3 with torch> \
 *       --task runs/demo/adversarial:l1:6:200 --task runs/demo/adversarial:linf:0.1:100:rand:0.05 [--data <folder>]
 *
 * A task is run folder, norm, epsilon, how many of the first test images, version (default: standard) and the deviation of
 * normal noise that is added to the images in every pass, which makes the network a random one (default: none). Results go to
 * --json as they come; a task found there is not run again. The table goes to standard output.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { askReference, firstPositions } from './ask-reference.mjs';
import { openRun } from './open-run.mjs';

process.env['OMP_WAIT_POLICY'] ??= 'PASSIVE';
const saddlepoint = await import('./library.mjs');

const { values: options } = parseArgs({
  options: {
    reference: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    task: { type: 'string', multiple: true, default: [] },
    data: { type: 'string' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: 'runs/autoattack-stages.json' },
  },
});
if (options.reference === undefined || options.task.length === 0) {
  throw new Error(
    'expected --reference <checkout of fra31/auto-attack> and at least one --task <run>:<norm>:<epsilon>:<images>',
  );
}
const [threads, seed] = [Number(options.threads), Number(options.seed)];

/** Adds normal numbers to the images in every pass. */
class Noisy extends saddlepoint.nn.Module {
  constructor(model, deviation) {
    super();
    this.model = model;
    this.deviation = deviation;
    this.passes = 0;
  }

  forward(images) {
    const stream = new saddlepoint.RandomStream(seed, 'noise', (this.passes += 1));
    const [count, ...shape] = images.shape;
    const noise = stream.normal(firstPositions(saddlepoint, count), shape);
    return this.model.forward(images.add(noise.mul(this.deviation)));
  }
}

const { done, references } = existsSync(options.json)
  ? JSON.parse(readFileSync(options.json, 'utf8'))
  : { done: {}, references: {} };
const save = () => writeFileSync(options.json, `${JSON.stringify({ done, references }, null, 2)}\n`);
for (const task of options.task) {
  if (done[task] !== undefined) continue;
  done[task] = await compare(task);
  save();
}
process.stdout.write(table(Object.values(done)));

async function compare(task) {
  const [path, norm, written, count, version = 'standard', noise = '0'] = task.split(':');
  const [epsilon, examples, deviation] = [saddlepoint.parseBudget(written), Number(count), Number(noise)];
  const { recipe, model, description, dataset } = openRun(saddlepoint, path, options.data);
  const temporary = mkdtempSync(join(tmpdir(), 'saddlepoint-autoattack-'));
  try {
    say(`${task}: the reference`);
    // The longest part: kept as soon as it is there.
    const theirs = (references[task] ??= askReference({
      saddlepoint,
      model,
      description,
      temporary,
      python: options.python,
      batch: () => saddlepoint.gatherBatch(dataset.test, firstPositions(saddlepoint, examples)),
      settings: { reference: options.reference, norm, epsilon, threads, seed, version, noise: deviation },
    }));
    save();
    say(`${task}: ours`);
    const { result, finish } = await saddlepoint.runEvaluationJob({
      model: deviation > 0 ? new Noisy(model, deviation) : model,
      dataset,
      seed,
      order: 'exact',
      split: dataset.test,
      preflight: false,
      plan: saddlepoint.autoAttackPlan({ version, norm, epsilon, classes: dataset.classes.length }),
      selection: saddlepoint.selectExamples(dataset.test, examples),
      folder: join(temporary, 'ours'),
    });
    finish();
    const errors = (stage) => examples - Math.round(examples * (1 - stage.robustError));
    return {
      training: recipe.training.method,
      architecture: description.architecture,
      dataset: dataset.name,
      norm,
      epsilon: written,
      examples,
      version,
      noise: deviation,
      // A reference that leaves no example standing ends before its last stages.
      clean: [examples - theirs.clean, result.clean.errors],
      stages: result.stages.map((stage) => [stage.name, examples - (theirs.after[stage.name] ?? 0), errors(stage)]),
    };
  } finally {
    model.dispose();
    for (const split of [dataset.train, dataset.test]) saddlepoint.disposeSplit(split);
    rmSync(temporary, { recursive: true });
  }
}

function table(results) {
  const rows = results.map((row) => {
    const { training, architecture, dataset, norm, epsilon, examples, version, noise, clean, stages } = row;
    const percent = (errors) => ((100 * errors) / examples).toFixed(1);
    const both = ([theirs, ours]) => `${percent(theirs)} / ${percent(ours)}`;
    const random = noise > 0 ? `, noise ${noise}` : '';
    const after = stages.map(([name, ...pair]) => `${name} ${both(pair)}`).join(', ');
    const [, ...last] = stages.at(-1);
    return `| ${dataset}, ${architecture}, ${training}${random} | ${version}, ${norm} ${epsilon} | ${examples} | ${both(clean)} | ${after} | ${both(last)} |`;
  });
  return [
    '| network | attack | images | clean: reference / ours | after each stage: reference / ours | robust error: reference / ours |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function say(line) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
