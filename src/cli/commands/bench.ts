/**
 * `saddlepoint bench`: how fast, beside PyTorch.
 *
 * @module
 */
import { availableParallelism, cpus } from 'node:os';
import type { Command } from 'commander';
import { wholeNumber } from '../options.js';

export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('Time the same training steps in Saddlepoint and in PyTorch on the same LibTorch.')
    .option('--pairs <n>', 'alternating measurements of each kind of work', wholeNumber(1), 15)
    .option('--data <folder>', 'folder with the Fashion-MNIST files (default: found or fetched)')
    .option('--output <file>', 'also write every figure as JSON')
    .action(runBench);
}

async function runBench(options: { pairs: number; data?: string; output?: string }): Promise<void> {
  const { writeFileAtomically } = await import('../../engine/index.js');
  const { compareWithPyTorch, median } = await import('../bench/compare.js');
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const comparison = await compareWithPyTorch(options.pairs, options.data, (line) => {
    process.stderr.write(`  ${line}\n`);
  });
  const { saddlepoint, pytorch, measurements } = comparison;
  say(
    `\nSaddlepoint on LibTorch ${saddlepoint.version}, PyTorch ${pytorch.version}; ` +
      `${saddlepoint.threads} threads on ${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores\n`,
  );
  say('| work | Saddlepoint | PyTorch | ratio, median | ratio, range |\n|---|---|---|---|---|');
  for (const { workload, ratios, ...seconds } of measurements) {
    const scale = workload.unit === 'ms' ? 1e3 : 1e6;
    const time = (value: number) => `${(value * scale).toFixed(2)} ${workload.unit}`;
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    say(
      `| ${workload.title} | ${time(seconds.saddlepoint)} | ${time(seconds.pytorch)} | ${median(ratios).toFixed(3)} | ${range} |`,
    );
  }
  say(`\nTime Saddlepoint / PyTorch, ${options.pairs} alternating pairs; below 1 Saddlepoint is faster.`);
  if (options.output !== undefined) writeFileAtomically(options.output, `${JSON.stringify(comparison, null, 2)}\n`);
}
