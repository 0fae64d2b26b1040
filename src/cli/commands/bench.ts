/**
 * `saddlepoint bench`: how fast, beside PyTorch.
 *
 * @module
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { BenchCommandOptions } from '../../benchmark/command-line.js';
import { wholeNumber } from '../options.js';

interface Options extends BenchCommandOptions {
  readonly python?: string;
  readonly data?: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly writeDocs?: boolean;
  readonly from?: string[];
}

/** Rounds at least, and the time limit of a step that compiles, in seconds. */
const SHORT = { pairs: 5, limit: 180 };
const FULL = { pairs: 7, limit: 900 };
/** Rounds at most, as a multiple of those at least. */
const MOST = 2;
/** Seconds one measurement takes at least. */
const AT_LEAST = 0.5;
/** Pairs of the demo's single steps. */
const STEP_PAIRS = 15;

export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('Time PGD attacks and adversarial training steps in Saddlepoint and in PyTorch on the same LibTorch.')
    .option('--full', 'all networks, and how time grows with batch, steps and width; an hour or two on two cores')
    .addOption(new Option('--device <device>', 'where to compute').choices(['cpu', 'cuda']).default('cpu'))
    .option(
      '--pairs <n>',
      `rounds at least, twice as many at most (default: ${SHORT.pairs}, with --full ${FULL.pairs})`,
      wholeNumber(1),
    )
    .option('--threads <n>', 'threads of both sides (default: the cores)', wholeNumber(1))
    .option('--only <names...>', 'only what begins with these names, e.g. steps, demo, resnet18-16/training, growth')
    .option('--limit <seconds>', 'time in which PyTorch must have compiled and done its first step', wholeNumber(1))
    .option('--python <path>', 'a Python with the same torch (default: what set-up found)')
    .option('--data <folder>', 'folder with the Fashion-MNIST files (default: found or fetched)')
    .option('--out <file>', 'the result, as JSON (default: runs/bench/<short or full>-<device>.json)')
    .option('--resume', 'keep what the result file already has, and measure the rest')
    .option('--write-docs', 'make docs/performance.md from the result, and from those of --from')
    .option('--from <files...>', 'other result files for --write-docs; without --out and --full nothing is measured')
    .action(runBenchCommand);
}

async function runBenchCommand(options: Options): Promise<void> {
  const { installationKind, projectRoot, requireDevice, SaddlepointError, writeFileAtomically } =
    await import('../../engine/index.js');
  if (installationKind() === 'package') {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected a clone of the repository, which has the code in PyTorch to compare with; this is an installed package',
    );
  }
  const { runBench } = await import('../../benchmark/run-bench.js');
  const { readResult } = await import('../../benchmark/result.js');
  const { performancePage } = await import('../../benchmark/performance-page.js');
  const { commandLine } = await import('../../benchmark/command-line.js');
  const { describeResult } = await import('../../benchmark/describe-result.js');
  const say = (line: string) => process.stderr.write(`  ${line}\n`);

  const { full = false, device, from = [] } = options;
  if (from.length > 0 && options.writeDocs !== true) {
    throw new SaddlepointError('ARGUMENT', 'expected --from together with --write-docs, received it alone');
  }
  const others = from.map(readResult);
  const measures = from.length === 0 || full || options.out !== undefined || options.resume === true;
  if (measures) requireDevice(device);
  const defaults = full ? FULL : SHORT;
  const out = options.out ?? join('runs', 'bench', `${full ? 'full' : 'short'}-${device}.json`);
  const results = measures
    ? [
        await runBench({
          full,
          device,
          out,
          say,
          pairs: options.pairs ?? defaults.pairs,
          most: MOST * (options.pairs ?? defaults.pairs),
          limit: options.limit ?? defaults.limit,
          threads: options.threads ?? availableParallelism(),
          only: options.only ?? [],
          data: options.data,
          python: options.python,
          resume: options.resume === true,
          atLeast: AT_LEAST,
          stepPairs: Math.min(STEP_PAIRS, options.pairs ?? STEP_PAIRS),
          command: commandLine(options),
        }),
      ]
    : [];
  for (const result of results) {
    process.stdout.write(`\n${describeResult(result)}\n`);
    process.stdout.write(`\nEvery figure: ${out}\n`);
  }
  if (options.writeDocs === true) {
    const page = join(projectRoot(), 'docs', 'performance.md');
    writeFileAtomically(page, performancePage([...results, ...others]));
    process.stdout.write(`Written: ${page}\n`);
  }
}
