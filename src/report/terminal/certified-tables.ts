/**
 * Certificates by randomised smoothing in the terminal: certified accuracy against the radius, a table for each sigma.
 *
 * @module
 */
import type { SmoothingResult } from '../../evaluation/smoothing/certificate.js';
import type { ResultRow } from './result-row.js';
import { terminalTable, wrap } from './terminal-table.js';

/** One text for each standard deviation of the noise. */
export function certifiedTables({ training, architecture, result }: ResultRow, width: number): string[] {
  const name = [training, architecture].filter((word) => word !== '').join(', ');
  return (result.smoothing ?? []).map((smoothing) => {
    const rows = smoothing.curve.map(({ radius, accuracy, interval: [low, high] }) => [
      String(radius),
      `${percent(accuracy)} %  [${percent(low)}, ${percent(high)}]`,
    ]);
    const table = terminalTable(['L2 radius', 'certified accuracy'], rows, width);
    return `${table}\n${wrap(`${name}, ${captionOf(smoothing)}`, width)}`;
  });
}

function captionOf(result: SmoothingResult): string {
  const { sigma, examples, selectionSamples, samples, alpha, averageRadius, abstentions } = result;
  return [
    `smoothed with Gaussian noise of sigma ${sigma}: on ${examples} test images, ${selectionSamples} + ` +
      `${samples} noisy copies of each, alpha ${alpha}`,
    `Average certified radius ${averageRadius.toFixed(3)}; abstained from ${abstentions} of ${examples}. ` +
      'Brackets: 95 % interval.',
  ].join('\n');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
