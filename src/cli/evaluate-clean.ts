/**
 * `saddlepoint evaluate --clean-only`: the error without any attack.
 *
 * @module
 */
import { join } from 'node:path';
import { writeFileAtomically } from '../engine/index.js';
import { disposeSplit, pick } from '../data/index.js';
import { cleanError, selectExamples, type EvaluationResult, type Selection } from '../evaluation/index.js';
import { toJson } from './evaluate-recipe.js';
import type { EvaluationRun } from './run-evaluation.js';

/** @returns what it wrote into a file of the output folder */
export async function evaluateClean(run: EvaluationRun, signal: AbortSignal): Promise<EvaluationResult> {
  const { options, dataset, asked, elsewhere, output, say } = run;
  const selection = selectExamples(dataset.test, asked, options.sample);
  const result = await measure(run, selection, signal);
  const sampled = options.sample === undefined ? [] : [`sample${options.sample}`];
  const name = ['clean', asked, ...sampled, ...(elsewhere === undefined ? [] : [elsewhere])].join('-');
  const file = join(output, `${name}.json`);
  writeFileAtomically(file, toJson(result));
  say(`Result: ${file}`);
  return result;
}

async function measure({ model, dataset }: EvaluationRun, selection: Selection, signal: AbortSignal) {
  const { test } = dataset;
  const { positions, name, seed } = selection;
  const started = performance.now();
  const part = pick(test, positions);
  try {
    const clean = await cleanError(model, part, { signal });
    const seconds = (performance.now() - started) / 1000;
    const sample = seed === undefined ? {} : { sample: { seed } };
    return {
      dataset: dataset.name,
      split: name,
      examples: positions.length,
      clean,
      attacks: {},
      curve: [],
      ...sample,
      seconds,
    };
  } finally {
    disposeSplit(part);
  }
}
