/**
 * Made-up run folders for the tests of the report.
 *
 * @module
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationResult, Gallery } from '../evaluation/results.js';
import { RunFolder } from '../monitoring/run-folder.js';

/** A PNG of one grey pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'saddlepoint-report-'));
}

/** What an evaluation with these errors on 1,000 images says. */
export function evaluation(clean: number, robust: number): EvaluationResult {
  const rate = (errors: number, epsilon: number, restarts: number) => ({
    attack: 'pgd',
    norm: 'linf',
    epsilon,
    steps: 40,
    restarts,
    examples: 1000,
    errors,
    robustError: errors / 1000,
    interval: [errors / 1000 - 0.01, Math.min(1, errors / 1000 + 0.01)] as const,
  });
  return {
    dataset: 'Fashion-MNIST',
    split: 'test[0:1000]',
    examples: 1000,
    clean: { errors: clean, examples: 1000, error: clean / 1000, interval: [clean / 1000 - 0.02, clean / 1000 + 0.02] },
    attacks: { pgd: rate(robust, 0.1, 5) },
    curve: [rate(Math.round((clean + robust) / 2), 0.05, 1), rate(robust, 0.1, 1)],
    seconds: 12,
  };
}

export function gallery(adversarialPrediction: string): Gallery {
  const item = {
    index: 7,
    label: 'Coat',
    original: PIXEL,
    adversarial: PIXEL,
    perturbation: PIXEL,
    cleanPrediction: 'Coat',
    cleanConfidence: 0.914,
    adversarialPrediction,
    adversarialConfidence: 0.653,
  };
  return { attack: 'pgd', norm: 'linf', epsilon: 0.1, scale: 5, items: [item] };
}

/** The files of a complete run; a test replaces or leaves out what it is about. */
export function runFiles(training: 'standard' | 'adversarial'): Record<string, unknown> {
  return {
    'environment.json': { startedAt: '2026-02-03T10:11:12Z', command: 'npm run demo', commit: '0f3c9d2', seed: 1 },
    'recipe.yaml': `training:\n  method: ${training}\n  attack:\n    epsilon: 0.1\nmodel:\n  architecture: SimpleNet\n`,
    'metrics.jsonl': [
      { step: 100, epoch: 0, seconds: 1, 'train/error': 0.4, 'train/loss': 1.1, 'train/lr': 0.1 },
      {
        step: 200,
        epoch: 1,
        seconds: 2,
        'train/error': 0.3,
        'validation/error': 0.2,
        'validation/adversarial_error': 0.5,
      },
    ]
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
    'evaluation/test.json': training === 'standard' ? evaluation(99, 998) : evaluation(142, 271),
    'evaluation/gallery.json': gallery(training === 'standard' ? 'Bag' : 'Coat'),
  };
}

/** Writes the files into a new run folder. */
export function makeRun(files: Readonly<Record<string, unknown>>): RunFolder {
  const folder = new RunFolder(join(temporaryFolder(), 'run')).create();
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** The same evaluation as one that says of which network and images it is, and what became of each. */
export function paired(result: EvaluationResult, weights: string, seed = 1): EvaluationResult {
  const data = { name: 'fashion-mnist', selection: result.split, sha256: 'd'.repeat(64) };
  const network = { weights, architecture: 'a'.repeat(64) };
  const engine = { saddlepoint: '0.1.0', libtorch: '1.13.1', device: 'cpu' };
  const letters = (wrong: number, fooled: number) =>
    'w'.repeat(wrong) + 'f'.repeat(fooled) + 'r'.repeat(result.examples - wrong - fooled);
  const { clean, attacks } = result;
  const { pgd } = attacks;
  const settings = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 40, restarts: 5 };
  return {
    ...result,
    of: { network, data, engine, date: '2026-02-03T10:11:12Z' },
    clean: { ...clean, outcomes: letters(clean.errors, 0) },
    attacks: {
      pgd: {
        ...pgd!,
        outcomes: letters(clean.errors, pgd!.errors - clean.errors),
        of: { settings, order: 'exact', seed, data },
      },
    },
  };
}

/** A page as a reader sees it: ordinary spaces, and without the values that cells are sorted by. */
export function asRead(html: string): string {
  return html.replaceAll('\u00a0', ' ').replaceAll(/ data-value="[^"]*"/g, '');
}
