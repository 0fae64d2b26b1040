#!/usr/bin/env node
/**
 * Saddlepoint's AutoAttack beside the reference implementation, on the same weights, images and threads.
 *
 *     node benchmarks/autoattack/compare.mjs --reference <checkout of fra31/auto-attack> --python <python3 with torch> \
 *       --task runs/demo/adversarial:linf:0.1:500 --task runs/cpu:l2:0.5:200 [--data <folder>] [--output docs/autoattack.md]
 *
 * A task is run folder, norm, epsilon and how many of the first test images. For each: the reference stage by stage, the
 * exact order, the sampled order, and each gradient attack alone. Results go to --json as they come; a task found there
 * is not run again. A `note` that is added to it there is printed below the tables.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
    threads: { type: 'string', default: String(cpus().length) },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: 'runs/autoattack-comparison.json' },
    output: { type: 'string' },
  },
});
if (options.reference === undefined || options.task.length === 0) {
  throw new Error(
    'expected --reference <checkout of fra31/auto-attack> and at least one --task <run>:<norm>:<epsilon>:<images>',
  );
}
const [threads, seed] = [Number(options.threads), Number(options.seed)];

const ALONE = ['apgd-ce', 'apgd-t', 'fab-t'];

const { done, references } = existsSync(options.json)
  ? JSON.parse(readFileSync(options.json, 'utf8'))
  : { done: {}, references: {} };
mkdirSync(dirname(options.json), { recursive: true }); // before hours of work
const save = () => writeFileSync(options.json, `${JSON.stringify({ done, references }, null, 2)}\n`);
for (const task of options.task) {
  if (done[task] !== undefined) continue;
  done[task] = await compare(task);
  save();
}
const document = describe(done);
process.stdout.write(document);
if (options.output !== undefined) writeFileSync(options.output, document);

async function compare(task) {
  const [path, norm, written, count] = task.split(':');
  const [epsilon, examples] = [saddlepoint.parseBudget(written), Number(count)];
  const { recipe, model, description, dataset } = openRun(saddlepoint, path, options.data);
  const temporary = mkdtempSync(join(tmpdir(), 'saddlepoint-autoattack-'));
  try {
    say(`${task}: the reference`);
    // The longest part: kept as soon as it is there.
    const reference = (references[task] ??= runReference({
      model,
      description,
      dataset,
      norm,
      epsilon,
      examples,
      temporary,
    }));
    save();
    const classes = dataset.classes.length;
    const stages = saddlepoint.autoAttackStages({ norm, epsilon, classes });
    const whole = saddlepoint.autoAttackPlan({ norm, epsilon, classes });
    const evaluate = async (name, plan, order) => {
      say(`${task}: ${name}`);
      const started = performance.now();
      const { result, finish } = await saddlepoint.runEvaluationJob({
        model,
        dataset,
        plan,
        order,
        seed,
        split: dataset.test,
        preflight: false,
        selection: saddlepoint.selectExamples(dataset.test, examples),
        parallel: { workers: threads, description },
        chooseBackend: () => fastestBackend(model, dataset),
        folder: join(temporary, name),
      });
      finish();
      return {
        errors: result.attacks.autoattack.errors,
        stages: result.stages,
        bound: result.bound,
        seconds: (performance.now() - started) / 1000,
      };
    };
    const exact = await evaluate('exact', whole, 'exact');
    const sampled = await evaluate('sampled', whole, 'sampled');
    const alone = {};
    for (const name of ALONE) {
      const stage = stages.find((each) => each.name === name);
      alone[name] = (
        await evaluate(
          name,
          { ...whole, stages: [stage], settings: JSON.stringify({ ...JSON.parse(whole.settings), alone: name }) },
          'exact',
        )
      ).errors;
    }
    return {
      run: path,
      training: recipe.training.method,
      architecture: description.architecture,
      dataset: dataset.name,
      norm,
      epsilon: written,
      examples,
      reference,
      exact,
      sampled,
      alone,
      environment: environment(),
    };
  } finally {
    model.dispose();
    for (const split of [dataset.train, dataset.test]) saddlepoint.disposeSplit(split);
    rmSync(temporary, { recursive: true });
  }
}

/** The backend the evaluation's command line would choose. */
function fastestBackend(model, dataset) {
  return saddlepoint.tidy(() => {
    const { images } = saddlepoint.gatherBatch(dataset.test, firstPositions(saddlepoint, 16));
    return saddlepoint.chooseAttackBackend(model.eval(), images, ['plain', 'channels-last', 'winograd']).name;
  });
}

function runReference({ model, description, dataset, norm, epsilon, examples, temporary }) {
  const { right, robust, stages } = askReference({
    saddlepoint,
    model,
    description,
    temporary,
    python: options.python,
    batch: () => saddlepoint.gatherBatch(dataset.test, firstPositions(saddlepoint, examples)),
    settings: { reference: options.reference, norm, epsilon, threads, seed },
  });
  const wrong = examples - right.length;
  return {
    cleanErrors: wrong,
    errors: examples - robust.length,
    seconds: Object.values(stages).reduce((sum, stage) => sum + stage.seconds, 0),
    stages: Object.fromEntries(
      Object.entries(stages).map(([name, { attacked, fooled, seconds }]) => [
        name,
        { attacked, fooled: fooled.length, seconds },
      ]),
    ),
    alone: Object.fromEntries(ALONE.map((name) => [name, wrong + stages[name].alone.length])),
  };
}

function environment() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads,
    node: process.version,
    engine: saddlepoint.engineVersion?.(),
  };
}

function describe(results) {
  const percent = (errors, examples) => `${((100 * errors) / examples).toFixed(1)}`;
  const rows = Object.values(results);
  const subject = ({ training, architecture, dataset, norm, epsilon }) =>
    `${dataset}, ${architecture}, ${training} | ${norm} ${epsilon}`;
  const totals = rows.map((row) => {
    const { examples, reference, exact, sampled } = row;
    const ratio = ({ seconds }) => `${(seconds / reference.seconds).toFixed(2)} (${seconds.toFixed(0)} s)`;
    const errors = [reference.cleanErrors, reference.errors, exact.errors, sampled.errors].map((count) =>
      percent(count, examples),
    );
    return `| ${subject(row)} | ${examples} | ${errors.join(' | ')} | 1 (${reference.seconds.toFixed(0)} s) | ${ratio(exact)} | ${ratio(sampled)} |`;
  });
  const alone = rows.map((row) => {
    const each = ALONE.map((name) =>
      [row.reference, row].map((side) => percent(side.alone[name], row.examples)).join(' | '),
    );
    return `| ${subject(row)} | ${each.join(' | ')} |`;
  });
  const stages = rows.flatMap((row) =>
    Object.entries(row.reference.stages).map(([name, { seconds, attacked }]) => {
      const ours = [row.exact, row.sampled].map((side) =>
        describeStage(side.stages.find((each) => each.name === name)),
      );
      return `| ${subject(row)} | ${name} | ${seconds.toFixed(1)} (${attacked}) | ${ours.join(' | ')} |`;
    }),
  );
  const notes = rows
    .filter(({ note }) => note !== undefined)
    .map((row) => `- ${subject(row).replace(' |', ',')}: ${row.note}`);
  const machines = [
    ...new Set(rows.map(({ environment: { cpu, threads: used, node } }) => `${used} threads of ${cpu}, Node ${node}`)),
  ];
  return [
    '# AutoAttack beside the reference implementation',
    '',
    'Made by `benchmarks/autoattack/compare.mjs`, which says how to run it. The reference is `fra31/auto-attack`, run from its own',
    'checkout in PyTorch on the same weights, images and threads. Errors in per cent of all images, those that are wrong',
    'without an attack included.',
    '',
    '| network | budget | images | clean | AutoAttack: reference | exact | sampled | time: reference | exact | sampled |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...totals,
    '',
    'Each attack alone, on all images the network gets right:',
    '',
    `| network | budget | ${ALONE.map((name) => `${name}: reference | ours`).join(' | ')} |`,
    `|---|---|${'---|---|'.repeat(ALONE.length)}`,
    ...alone,
    '',
    'Seconds of each stage, and how many images it was run on:',
    '',
    '| network | budget | stage | reference | exact | sampled |',
    '|---|---|---|---|---|---|',
    ...stages,
    '',
    ...(notes.length === 0 ? [] : [...notes, '']),
    `Measured on ${machines.join('; ')}.`,
    '',
  ].join('\n');
}

/** Its seconds, and on how many images it ran. */
function describeStage(stage) {
  if (stage === undefined) return 'none left';
  const { seconds, audit, attacked } = stage;
  const ran = audit === undefined || audit.ranOnAll ? attacked : `${audit.sample} of ${audit.of}`;
  return `${seconds.toFixed(1)} (${ran})`;
}

function say(line) {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
