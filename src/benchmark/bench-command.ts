/**
 * What `saddlepoint bench` does with its options: measures, shows, and writes the page.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../engine/folders.js';
import {
  installationKind,
  projectRoot,
  requireDevice,
  SaddlepointError,
  writeFileAtomically,
} from '../engine/index.js';
import { commandLine, type BenchCommandOptions } from './command-line.js';
import { describeResult } from './describe-result.js';
import { kindOf, MACHINE_KINDS } from './kinds.js';
import { performanceIndex, performancePage } from './performance-page.js';
import { readResult } from './result.js';
import { runBench } from './run-bench.js';

export interface BenchOptions extends BenchCommandOptions {
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

export interface BenchOutput {
  /** Told how far it is. */
  readonly say: (line: string) => void;
  /** Given what was measured. */
  readonly print: (text: string) => void;
}

/**
 * Measures, unless only a page is to be written of earlier results.
 *
 * @throws SaddlepointError ARGUMENT in an installed package, which has nothing to compare with, and for options that do
 *   not go together
 */
export async function bench(options: BenchOptions, { say, print }: BenchOutput): Promise<void> {
  if (installationKind() === 'package') {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected a clone of the repository, which has the code in PyTorch to compare with; this is an installed package',
    );
  }
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
    print(`\n${describeResult(result)}`);
    print(`\nEvery figure: ${out}`);
  }
  if (options.writeDocs === true) {
    const docs = join(projectRoot(), 'docs');
    const pageOf = (name: string) => join(docs, 'performance', `${name}.md`);
    for (const result of [...results, ...others]) {
      const page = pageOf(kindOf(result).name);
      makeFolder(dirname(page));
      writeFileAtomically(page, performancePage(result));
      print(`Written: ${page}`);
    }
    const measured = MACHINE_KINDS.map(({ name }) => name).filter((name) => existsSync(pageOf(name)));
    writeFileAtomically(join(docs, 'performance.md'), performanceIndex(measured));
  }
}
