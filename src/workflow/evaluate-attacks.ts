/**
 * The attacks of `saddlepoint evaluate`, each a job whose state and result lie in the output folder.
 *
 * @module
 */
import { join } from 'node:path';
import { SaddlepointError } from '../engine/index.js';
import { count } from '../data/index.js';
import {
  combineEvaluations,
  evaluationId,
  examplesWithin,
  forecastEvaluation,
  identityOf,
  probeEvaluation,
  runEvaluationJob,
  selectExamples,
  unfinishedEvaluations,
  mostWorkers,
  usualWorkers,
  type AttackPlan,
  type EvaluationNaming,
  type EvaluationBackend,
  type EvaluationResult,
  type Probe,
  type Selection,
} from '../evaluation/index.js';
import { describeSeconds } from '../monitoring/index.js';
import { chooseEvaluationBackend } from './evaluate-backend.js';
import { describeForecast } from './describe-forecast.js';
import type { EvaluationRun } from './evaluation-run.js';
import { writeResult } from './write-result.js';

/** One attack after the other. @returns all of them together */
export async function evaluateAttacks(run: EvaluationRun, signal: AbortSignal): Promise<EvaluationResult> {
  const results: EvaluationResult[] = [];
  for (const plan of run.plans) results.push(await evaluateAttack(run, plan, signal));
  return results.reduce((all, one) => combineEvaluations([all, one]));
}

async function evaluateAttack(run: EvaluationRun, plan: AttackPlan, signal: AbortSignal): Promise<EvaluationResult> {
  const { model, description, source, dataset, seed, options, output, elsewhere, say, progress } = run;
  const { order, sample, batchSize } = options;
  const { test } = dataset;
  const naming: EvaluationNaming = { seed, order, dataset: elsewhere, backend: options.backend };
  const { chosen, probe, backend } = forecast(run, plan);
  const selection = selectExamples(test, chosen, sample);
  const id = evaluationId(plan, selection, naming, identityIn(run, plan, selection));
  const { result, finish } = await runEvaluationJob({
    model,
    source,
    split: test,
    dataset,
    plan,
    selection,
    seed,
    order,
    batchSize,
    parallel: { workers: workersOf(run), description },
    backend: options.backend,
    chooseBackend: () => backend ?? backendOf(run),
    probe,
    folder: join(output, id),
    progress,
    onWarning: (sentence) => {
      say(`  warning: ${sentence}`);
    },
    signal,
  });
  const file = join(output, `${id}.json`);
  const written = writeResult(file, result);
  finish();
  tell(result, say);
  say(`Result: ${file}`);
  return written;
}

function workersOf({ options: { workers, device, batchSize = 100 } }: EvaluationRun): number {
  if (workers !== undefined && workers > mostWorkers()) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected --workers of at most ${mostWorkers()} on this machine, received ${workers}`,
    );
  }
  return workers ?? usualWorkers(device, batchSize);
}

function identityIn({ model, source, dataset, seed, options }: EvaluationRun, plan: AttackPlan, selection: Selection) {
  const { settings } = plan;
  return identityOf({ model, source, split: dataset.test, dataset, selection, settings, seed, order: options.order });
}

function backendOf({ model, dataset, description, options }: EvaluationRun): EvaluationBackend {
  return options.backend ?? chooseEvaluationBackend(model, dataset.test, description, dataset.classes.length);
}

interface Plausible {
  /** How many examples to evaluate. */
  readonly chosen: number;
  readonly probe?: Probe;
  readonly backend?: EvaluationBackend;
}

/** Says how long it will take; with a time given, how many examples fit it. */
function forecast(run: EvaluationRun, plan: AttackPlan): Plausible {
  const { model, output, asked, say, dataset, options, seed } = run;
  const { timeLimit, order, examples, sample } = options;
  const { test } = dataset;
  const unfinished = unfinishedEvaluations(output, identityIn(run, plan, selectExamples(test, asked, sample)));
  const begun = timeLimit === undefined ? unfinished.find((number) => number === asked) : unfinished[0];
  if (begun !== undefined) {
    say(`  ${plan.attack}: going on with the unfinished evaluation of ${begun} images`);
    return { chosen: begun };
  }
  const backend = backendOf(run);
  const probe = probeEvaluation(model, test, plan, { backend, workers: workersOf(run), seed });
  const fitting =
    timeLimit === undefined ? asked : examplesWithin(plan, order, timeLimit, examples ?? count(test), probe);
  const time = describeForecast(forecastEvaluation(plan, order, fitting, probe));
  const reason = timeLimit === undefined ? '' : `, chosen to fit ${describeSeconds(timeLimit)}`;
  say(`  ${plan.attack}: ${time} for ${fitting} images${reason}`);
  return { chosen: fitting, probe, backend };
}

function tell(
  { stages = [], bound, notes = [], verified, eightBit }: EvaluationResult,
  say: (line: string) => void,
): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  for (const { name, attacked, errors, robustError, seconds } of stages) {
    say(
      `  ${name}: ${errors} of ${attacked} fooled, robust error ${percent(robustError)}, ${describeSeconds(seconds)}`,
    );
  }
  if (bound !== undefined) {
    const { stages: audited, sample, of, robustError } = bound;
    say(
      `  ${audited.join(', ')} ran on ${sample} of ${of}: with 95 % confidence the robust error is at most ${percent(robustError)}`,
    );
  }
  for (const note of notes) say(`  note: ${note}`);
  if (verified !== undefined && eightBit !== undefined) {
    say(
      `  verified from the saved images: ${percent(verified.robustError)}; rounded to 8 bits: ${percent(eightBit.robustError)}`,
    );
  }
}
