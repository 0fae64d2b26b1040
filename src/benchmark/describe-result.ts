/**
 * What `saddlepoint bench` prints when it is done.
 *
 * @module
 */
import { describeMachine } from './performance-page.js';
import type { BenchResult } from './result.js';
import { candidateTable, failures, limitTable, mainWorkloads, memoryTable, ratioTable, stepTable } from './tables.js';

export function describeResult(result: BenchResult): string {
  const { machine, steps, best, pairs } = result;
  const failed = failures(result);
  const [training, attack] = [mainWorkloads(result, 'training'), mainWorkloads(result, 'attack')];
  return [
    describeMachine(machine),
    ...(training.length === 0
      ? []
      : [
          'A full adversarial training step (PGD-10); time PyTorch / Saddlepoint, quartiles in brackets:',
          ratioTable(result, 'training'),
        ]),
    ...(attack.length === 0 ? [] : ['One PGD-10 attack; likewise:', ratioTable(result, 'attack')]),
    ...(best.length === 0
      ? []
      : ['PyTorch at its best; those in bold took part in the rounds:', candidateTable(result)]),
    ...(training.length + attack.length === 0
      ? []
      : ['Peak memory:', memoryTable(result), 'Share of the rate of matrix products:', limitTable(result)]),
    ...(steps === null || 'failed' in steps
      ? []
      : ['Single steps, both doing the same; time Saddlepoint / PyTorch:', stepTable(steps.measurements)]),
    ...(failed.length === 0 ? [] : [['Failed:', ...failed.map((line) => `  ! ${line}`)].join('\n')]),
    `at least ${pairs} rounds; load of the machine at the start: ${machine.loadAtStart}`,
  ].join('\n\n');
}
