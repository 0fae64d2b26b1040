/**
 * Makes a page of `docs/performance/` from the result of a benchmark, and the page that lists those there are.
 *
 * @module
 */
import { kindOf, MACHINE_KINDS } from './kinds.js';
import { isFailure, type BenchResult, type Machine } from './result.js';
import { profiled, profileTable } from './profile-table.js';
import { SPREAD } from './rounds.js';
import {
  candidateTable,
  failures,
  growthTable,
  limitTable,
  mainWorkloads,
  memoryTable,
  ratioTable,
  stepTable,
  timeTable,
  unsettled,
} from './tables.js';

const INTRODUCTION = `<!-- Made by \`saddlepoint bench --write-docs\`. What is changed by hand here is lost. -->

Adversarial training of image classifiers beside PyTorch on the same LibTorch, weights, batch and threads. The attack
is PGD-10 in the L-infinity ball of 8/255; a training step is that attack and one update of the weights with SGD.
PyTorch's side is code of our own (\`benchmarks/pytorch/\`), as three baselines:

- **(a) as the code of David Stutz's article** "47.9% Robust Test Error on CIFAR10 with Adversarial Training and PyTorch":
  float32, contiguous; every attack pass also computes the weights' gradients, which are thrown away; eleven passes for ten steps, the strongest iterate kept.
- **(b) good eager**: float32, contiguous; gradients of the images alone, weights frozen; the last iterate kept.
- **(c) at its best**: as (b), in the fastest of what is tried below: channels-last, bfloat16 autocast, batch norm folded
  into the convolutions for the attack, torch.compile. The finalists of a first look are measured in full, and whichever
  of all PyTorch processes is fastest in that work stands for (c), (b) itself included.

Saddlepoint runs as its training does, with the attack network, precision, layout and split of the batch over the cores
that training itself measures and chooses on the machine. All processes of a network take turns: a round is one measurement
of the attack and of the training step on every side, and another side begins each round. A figure is the median over the
rounds, in brackets the quartiles. Rounds go on until the middle half of every ratio lies within ${100 * SPREAD} % of its median, or
the number of rounds is doubled; before each the machine must be idle for half a second. Ratios are time PyTorch / time
Saddlepoint of each round: above 1 Saddlepoint is faster. Threads of PyTorch wait passively after a short wait awake
(\`OMP_WAIT_POLICY\`, \`GOMP_SPINCOUNT\`), as ours do, and in rows of their own as OpenMP does unasked.`;

/** The page of a machine's kind. */
export function performancePage(result: BenchResult): string {
  return `${[`# Performance: ${kindOf(result).title}`, INTRODUCTION, ...sections(result)].join('\n\n')}\n`;
}

/** @param measured names of the kinds that have a page */
export function performanceIndex(measured: readonly string[]): string {
  const rows = MACHINE_KINDS.map(({ name, title }) => {
    const page = measured.includes(name) ? `[performance/${name}.md](performance/${name}.md)` : 'not measured';
    return `| ${title} | ${page} |`;
  });
  return `# Performance

<!-- Made by \`saddlepoint bench --write-docs\`. What is changed by hand here is lost. -->

Adversarial training and attacks beside PyTorch on the same LibTorch, weights, batch and threads. Kinds of processors differ too much for
one page. On a machine of each kind the same command makes its page, and leaves the others, which say when and where they were measured:

    npm run bench:full -- --write-docs
    npm run bench:full -- --device cuda --write-docs

| measured on | page |
| --- | --- |
${rows.join('\n')}

Where the milliseconds of a step went before and after our kernels for AMX, and what holds up the rest:
[where-time-goes.md](performance/where-time-goes.md).

What one H100 did, measured in another way, is in [gpu.md](gpu.md).
`;
}

function sections(result: BenchResult): string[] {
  const { steps, best } = result;
  const parts = [
    describe(result),
    part('A full adversarial training step', mainWorkloads(result, 'training'), () => ratioTable(result, 'training')),
    part('One PGD-10 attack', mainWorkloads(result, 'attack'), () => ratioTable(result, 'attack')),
    part('Every side', mainWorkloads(result), () => `${TIMES}\n\n${timeTable(result)}`),
    part('Wider spreads', unsettled(result), () => `${UNSETTLED}\n\n${list(unsettled(result))}`),
    part('What was tried for (c)', best, () => `${CANDIDATES}\n\n${candidateTable(result)}`),
    part('Peak memory', mainWorkloads(result), () => `${MEMORY}\n\n${memoryTable(result)}`),
    part('Share of the arithmetic limit', mainWorkloads(result), () => `${LIMIT}\n\n${limitTable(result)}`),
    part('Where the time of a training step goes', profiled(result), () => `${PROFILE}\n\n${profileTable(result)}`),
    ...(['batch', 'steps', 'width'] as const).map((quantity) =>
      part(
        `Growth with ${quantity}`,
        result.workloads.filter(({ growth }) => growth?.quantity === quantity),
        () => `${GROWTH}\n\n${growthTable(result, quantity)}`,
      ),
    ),
    ...(steps === null || 'failed' in steps
      ? []
      : [`## Single steps, both doing the same\n\n${STEPS}\n\n${stepTable(steps.measurements)}`]),
    part('What failed', failures(result), () => list(failures(result))),
  ];
  return parts.filter((text) => text !== '');
}

const TIMES = 'The one in bold is the fastest of PyTorch and stands for (c).';
const UNSETTLED = 'What stayed further apart than asked for when the most rounds were done:';
const CANDIDATES =
  'Each in a process of its own; those in bold took part in the rounds. A dash says why there is no figure: the ' +
  'machine lacks it, the compiler failed, or it was not done in time.';
const MEMORY = 'The most resident memory of a process, LibTorch and Python or Node included.';
const LIMIT =
  "The multiply-adds that the work's convolutions and linear layers need (two operations each), a second, as a share " +
  'of the rate of a large matrix product that the same LibTorch reaches on the machine.';
const PROFILE =
  'Of the thread that trains, by the operators as LibTorch reports them, backward passes included. Outside of operators are ' +
  'JavaScript, the way to the operators and back, and, where the attack is split, the wait for the other shares.';
const GROWTH = 'The training step of the 16-channel ResNet-18, everything else as above.';
const STEPS =
  'The demo network, one step of each kind, written alike on both sides: what it costs that the loop is TypeScript. ' +
  'Here time Saddlepoint / time PyTorch: below 1 Saddlepoint is faster.';

function part(title: string, items: readonly unknown[], show: () => string): string {
  return items.length === 0 ? '' : `## ${title}\n\n${show()}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line.replace(/\s+/g, ' ')}`).join('\n');
}

function describe(result: BenchResult): string {
  const { machine, rates, pairs, startedAt, command } = result;
  const half = rates.bfloat16 === null ? '' : `, bfloat16 ${gigaflops(rates.bfloat16)}`;
  const unfinished = result.finishedAt === null ? ' **This benchmark was not finished.**' : '';
  const measured = result.workloads.flatMap((workload) => workload.pairs).filter((pair) => !isFailure(pair)).length;
  return [
    `${describeMachine(machine)}. Matrix products: float32 ${gigaflops(rates.float32)}${half}. ` +
      `Load of the machine at the start: ${machine.loadAtStart}. ${startedAt.slice(0, 10)}, ${measured} comparisons of at least ${pairs} rounds.${unfinished}`,
    command.replace(/^/gm, '    '),
  ].join('\n\n');
}

/** One line on what was measured where. */
export function describeMachine(machine: Machine): string {
  const { processor, cores, threads, memoryGiB, gpu, platform, node, libtorch, pytorch } = machine;
  const vectorUnits = `${machine.vectorUnits}${machine.matrixUnits === true ? ' and AMX' : ''}`;
  return (
    `${gpu === null ? '' : `${gpu}; `}${processor}, ${vectorUnits}, ${cores} cores, ${threads} threads, ` +
    `${memoryGiB} GiB, ${platform}; Node ${node}; Saddlepoint on LibTorch ${libtorch} (${machine.libtorchSource}), PyTorch ${pytorch}`
  );
}

function gigaflops(rate: number): string {
  return `${(rate / 1e9).toFixed(0)} GFLOP/s`;
}
