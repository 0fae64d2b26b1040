/**
 * What a run's files say of it besides its curves: what is trained, on what, how the machine computes, what was
 * measured.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { parseYaml } from '../engine/yaml.js';
import type { RobustErrorRate } from '../evaluation/results.js';
import { planInTodaysWords } from '../monitoring/earlier-words.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import { attackSettings, epsilon, interval, normName, percent, rateName, sampledBound } from '../report/format.js';
import { readEvaluations } from '../report/read-evaluations.js';
import { readJson, readText } from '../report/read-json.js';
import { type RecipeFacts, recipeFacts } from '../report/recipe-facts.js';
import { environmentSchema, type Schema } from '../report/schemas.js';
import { strongestAttack } from '../report/strongest-attack.js';
import type { ShownFacts, ShownRate, ShownRobustRate } from './protocol.js';

export interface RunFacts extends ShownFacts {
  /** How long the training is to be. */
  readonly length: TrainingLength;
  readonly evaluated: boolean;
}

export interface TrainingLength {
  readonly epochs?: number;
  /** Of a training by the clock. */
  readonly steps?: number;
  readonly within?: number;
  /** It says so itself when it is done. */
  readonly took?: number;
}

/** The files that {@link readFacts} reads, as they are now: the same text, the same facts. */
export function factsSignature(folder: RunFolder): string {
  const files = [folder.recipe, folder.environment, folder.plan, folder.timePlan, ...folder.evaluations];
  return files.map(signatureOf).join('\n');
}

/** A file that is not there, or that nobody may look at, has none. */
function signatureOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${file} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return '-';
  }
}

/** Of a run whose files cannot be read, with the reason. */
export function unreadableFacts(reason: string): RunFacts {
  const unknown = { dataset: '', training: '', architecture: '', budget: '', startedAt: '', machine: [] };
  return { ...unknown, length: {}, evaluated: false, clean: null, robust: null, remarks: [reason] };
}

/** Reads them; what is missing or damaged is left out. */
export function readFacts(folder: RunFolder): RunFacts {
  const recipe = readText(folder, folder.recipe).value ?? '';
  const told = recipeFacts(recipe);
  const { evaluation, remarks } = readEvaluations(folder, told);
  const measured = evaluation.value;
  const strongest = measured === null ? null : strongestAttack([measured]);
  return {
    dataset: told.dataset ?? measured?.dataset ?? '',
    training: told.training ?? '',
    architecture: told.architecture ?? '',
    budget: budgetOf(told),
    startedAt: text(environmentOf(folder).startedAt),
    machine: machineOf(folder),
    length: lengthOf(folder, recipe),
    evaluated: measured !== null,
    clean: measured === null ? null : shownRate(measured.clean.error, measured.clean.interval),
    robust: strongest === null ? null : shownRobustRate(strongest.rates[0]),
    remarks,
  };
}

function budgetOf({ trainedEpsilon, trainedNorm }: RecipeFacts): string {
  if (trainedEpsilon === undefined) return '';
  return `${normName(trainedNorm ?? 'linf')} ≤ ${epsilon(trainedEpsilon)}`;
}

function shownRate(error: number, bounds: readonly [number, number]): ShownRate {
  return { error: percent(error), interval: interval(bounds) };
}

function shownRobustRate(rate: RobustErrorRate): ShownRobustRate {
  return {
    ...shownRate(rate.robustError, rate.interval),
    name: rateName(rate),
    settings: attackSettings(rate),
    bound: sampledBound(rate),
    doubt: rate.doubt ?? '',
  };
}

/** What of a JSON file is an object; its values are looked at one by one. */
const object: Schema<Readonly<Record<string, unknown>>> = {
  safeParse: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { success: true, data: value as Readonly<Record<string, unknown>> }
      : { success: false, error: { issues: [] } },
};

function environmentOf(folder: RunFolder) {
  return readJson(folder, folder.environment, environmentSchema).value ?? {};
}

function machineOf(folder: RunFolder): readonly (readonly [string, string])[] {
  const { processor, cores, device, libtorch, threads, commit } = environmentOf(folder);
  const plan = inTodaysWords(readJson(folder, folder.plan, object).value ?? {});
  const said: readonly (readonly [string, unknown])[] = [
    ['Processor', processor],
    ['Cores', cores],
    ['Device', device],
    ['Threads', threads],
    ['LibTorch', libtorch],
    ['Commit', commit],
    ['Attack computes as', plan.attackBackend],
    ['Shares of a batch', plan.attackSplit],
    ['Training computes as', plan.backend],
  ];
  return said.flatMap(([label, value]) => {
    const shown = text(value);
    return shown === '' ? [] : [[label, shown] as const];
  });
}

function inTodaysWords(plan: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return planInTodaysWords(plan) as Readonly<Record<string, unknown>>;
}

function lengthOf(folder: RunFolder, recipe: string): TrainingLength {
  const timePlan = readJson(folder, folder.timePlan, object).value ?? {};
  const lengths = {
    epochs: timePlan.epochs ?? epochsOf(recipe),
    steps: timePlan.steps,
    within: timePlan.within,
    took: timePlan.took,
  };
  return Object.fromEntries(Object.entries(lengths).filter(([, value]) => Number.isFinite(value)));
}

function epochsOf(recipe: string): unknown {
  try {
    return (parseYaml(recipe) as { training?: { epochs?: unknown } } | null)?.training?.epochs;
  } catch {
    return undefined; // it is shown as it is, elsewhere
  }
}

/** Short, whatever lies there. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : '';
}
