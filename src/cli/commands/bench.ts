/**
 * `saddlepoint bench`: how fast, beside PyTorch.
 *
 * @module
 */
import { Option, type Command } from 'commander';
import type { BenchOptions } from '../../benchmark/bench-command.js';
import { wholeNumber } from '../options.js';

export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('Time PGD attacks and adversarial training steps in Saddlepoint and in PyTorch on the same LibTorch.')
    .option('--full', 'all networks, and how time grows with batch, steps and width; an hour or two on two cores')
    .addOption(new Option('--device <device>', 'where to compute').choices(['cpu', 'cuda']).default('cpu'))
    .option('--pairs <n>', `rounds at least, twice as many at most (default: 5, with --full 7)`, wholeNumber(1))
    .option('--threads <n>', 'threads of both sides (default: the cores)', wholeNumber(1))
    .option('--only <names...>', 'only what begins with these names, e.g. steps, demo, resnet18-16/training, growth')
    .option('--limit <seconds>', 'time in which PyTorch must have compiled and done its first step', wholeNumber(1))
    .option('--python <path>', 'a Python with the same torch (default: what set-up found)')
    .option('--data <folder>', 'folder with the Fashion-MNIST files (default: found or fetched)')
    .option('--out <file>', 'the result, as JSON (default: runs/bench/<short or full>-<device>.json)')
    .option('--resume', 'keep what the result file already has, and measure the rest')
    .option('--write-docs', 'make the page of this kind of machine in docs/performance/, and those of --from')
    .option('--from <files...>', 'other result files for --write-docs; without --out and --full nothing is measured')
    .action(async (options: BenchOptions) => {
      const { bench } = await import('../../benchmark/bench-command.js');
      const say = (line: string) => process.stderr.write(`  ${line}\n`);
      await bench(options, { say, print: (text) => process.stdout.write(`${text}\n`) });
    });
}
