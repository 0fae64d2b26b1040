/**
 * `saddlepoint evaluate --clean-only`: the error without any attack.
 *
 * @module
 */
import { join } from 'node:path';
import { disposeSplit, pick } from '../data/index.js';
import {
  checkBeforeEvaluation,
  cleanError,
  classesWithout,
  describeSource,
  hashExamples,
  identityOf,
  provenanceOf,
  selectExamples,
  shortName,
  unusualParts,
  type EvaluationResult,
  type Selection,
} from '../evaluation/index.js';
import type { EvaluationRun } from './evaluation-run.js';
import { writeResult } from './write-result.js';

/** @returns what it wrote into a file of the output folder */
export async function evaluateClean(run: EvaluationRun, signal: AbortSignal): Promise<EvaluationResult> {
  const { model, source, options, dataset, asked, elsewhere, output, say } = run;
  const selection = selectExamples(dataset.test, asked, options.sample);
  const result = await measure(run, selection, signal);
  const identity = identityOf({ model, source, split: dataset.test, dataset, selection, settings: 'clean', seed: 1 });
  const unusual = unusualParts({ sample: options.sample, dataset: elsewhere });
  const name = ['clean', asked, ...unusual, shortName(identity)].join('-');
  const file = join(output, `${name}.json`);
  const written = writeResult(file, result);
  for (const note of result.notes) say(`  note: ${note}`);
  say(`Result: ${file}`);
  return written;
}

async function measure({ model, source, dataset }: EvaluationRun, selection: Selection, signal: AbortSignal) {
  const { test } = dataset;
  const { positions, name, seed } = selection;
  const started = performance.now();
  const part = pick(test, positions);
  try {
    // One call of a randomised network is an answer of its own; that its answers differ is said.
    const { notes } = await checkBeforeEvaluation(model, part, {
      allLabels: test.labels,
      allow: ['repeatable'],
      signal,
    });
    const clean = await cleanError(model, part, { signal });
    const seconds = (performance.now() - started) / 1000;
    const sample = seed === undefined ? {} : { sample: { seed } };
    const data = { name: dataset.name, selection: name, sha256: hashExamples(test, positions) };
    return {
      of: provenanceOf(describeSource(model, source), data, test.images.device),
      dataset: dataset.name,
      split: name,
      examples: positions.length,
      clean,
      attacks: {},
      curve: [],
      ...sample,
      notes: [
        ...(source.notes ?? []),
        ...notes.map(({ message }) => message),
        ...classesWithout(dataset.classes, part.labels.toNumbers()),
      ],
      seconds,
    };
  } finally {
    disposeSplit(part);
  }
}
