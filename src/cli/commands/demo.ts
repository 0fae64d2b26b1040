/**
 * `saddlepoint demo`: the whole path on real data in a few minutes.
 *
 * @module
 */
import type { Command } from 'commander';
import type { DemoOptions } from '../../workflow/run-demo.js';
import { deviceOption } from '../device.js';
import { collect } from '../options.js';
import { sayBeside } from '../print.js';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Train a network on Fashion-MNIST by standard and by adversarial training, attack both, and write a report.',
    )
    .option('--data <folder>', 'folder with the four Fashion-MNIST files (default: found or fetched)')
    .option('--runs <folder>', 'where run folders go', 'runs')
    .addOption(deviceOption())
    .option('--overwrite', 'remove the two runs of an earlier demo, and begin anew', false)
    .option('--set <key=value>', 'change the recipe of both networks, e.g. training.epochs=1; repeatable', collect, [])
    .option('--json', 'print the results as JSON; everything else goes to standard error', false)
    .action(async ({ json, ...options }: Omit<DemoOptions, 'progress' | 'say' | 'signal'> & { json: boolean }) => {
      const { runDemo } = await import('../../workflow/run-demo.js');
      const { interruptible } = await import('../interrupt.js');
      const { createProgress } = await import('../../monitoring/progress.js');
      const { resultsTable } = await import('../../report/terminal/results-table.js');
      const say = sayBeside(json);
      const progress = createProgress();
      const { rows, summary, report } = await interruptible((signal) => runDemo({ ...options, progress, signal, say }));
      if (json) process.stdout.write(summary);
      else say(`\n${resultsTable(rows)}`);
      say(`\nReport: ${report}`);
    });
}
