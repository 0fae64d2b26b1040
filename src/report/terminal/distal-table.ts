/**
 * Distal adversarial examples in the terminal: the detection error at each threshold.
 *
 * @module
 */
import { formatBudget } from '../../attacks/budget.js';
import type { DistalResult } from '../../evaluation/distal/distal-result.js';
import type { ResultRow } from './result-row.js';
import { terminalTable, wrap } from './terminal-table.js';

/** One text, or none where the network was shown no noise. */
export function distalTables({ training, architecture, result: { distal } }: ResultRow, width: number): string[] {
  if (distal === undefined) return [];
  const rows = distal.atTpr.map(({ tpr, threshold, fpr, interval: [low, high], noiseFpr }) => [
    `${Number((100 * tpr).toFixed(1))} %`,
    threshold.toFixed(3),
    `${percent(fpr)} %  [${percent(low)}, ${percent(high)}]`,
    `${percent(noiseFpr)} %`,
  ]);
  const table = terminalTable(['images kept', 'threshold', 'detection error', 'before the attack'], rows, width);
  const name = [training, architecture].filter((word) => word !== '').join(', ');
  return [`${table}\n${wrap(`${name}, ${captionOf(distal)}`, width)}`];
}

function captionOf(result: DistalResult): string {
  const { noise, norm, epsilon, steps, restarts, examples, rocAuc, meanConfidence } = result;
  return [
    `the share of noise of which the network is as sure as of correct images: ${examples} images of ${noise} noise, ` +
      `${norm}, epsilon ${formatBudget(epsilon)}, ${steps} steps, ` +
      `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`,
    `Area under the ROC ${rocAuc.toFixed(3)}; mean confidence in the attacked noise ${meanConfidence.toFixed(3)}. ` +
      'Brackets: 95 % interval.',
  ].join('\n');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
