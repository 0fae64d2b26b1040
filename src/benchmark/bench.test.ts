/**
 * What the benchmark measures, how it copes with sides that fail, and the tables it makes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { readSafetensors, tidy } from '../engine/index.js';
import { chooseBest } from './choose-best.js';
import { writeCommonFiles } from './common-files.js';
import { kindOf } from './kinds.js';
import { performanceIndex, performancePage } from './performance-page.js';
import type { PrepareWorkload, WorkloadWorker } from './protocol.js';
import { requireSameVersion } from './python.js';
import { operationsOf, readResult, type BenchResult, type WorkloadResult } from './result.js';
import { quiet } from './quiet.js';
import { measureRounds, type RoundsOptions } from './rounds.js';
import { quantile, summarise } from './statistics.js';
import { ratioTable, time } from './tables.js';
import { Worker } from './worker.js';
import { variantsOf, workloadsOf } from './workloads.js';

leavesNothingAlive();

/** A process that answers as this script says; `command` is what it was asked, `runs` how often it ran. */
function scripted(body: string): WorkloadWorker {
  const program = `
    let runs = 0;
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const command = JSON.parse(line);
      const reply = (answer) => console.log(JSON.stringify(answer));
      ${body}
    });`;
  return new Worker('the scripted side', process.execPath, ['-e', program]);
}

/** One that prepares with this loss and takes these seconds a repetition, one after the other. */
const timed = (loss: number, seconds: readonly number[], after = loss + 1) =>
  scripted(`
    if (command.do === 'prepare') return reply({ version: '1', threads: 1, deviceName: null, loss: ${loss} });
    const list = ${JSON.stringify(seconds)};
    const each = list[Math.min(runs++, list.length - 1)];
    reply({ seconds: command.repeats * each, loss: ${after}, clean: ${loss}, peakBytes: 5, peakDeviceBytes: null });`);

const prepare: PrepareWorkload = {
  network: { architecture: 'small-cnn', options: {} },
  attack: { epsilon: 0.1, stepSize: 0.1, steps: 1 },
  ...{ weights: '', data: '', threads: 1, device: 'cpu', baseline: 'eager', variant: null, plan: null },
};
const options: RoundsOptions = {
  ...{ pairs: 3, most: 3, atLeast: 1, limit: 20 },
  untilQuiet: () => Promise.resolve(true),
};

async function closing<Result>(workers: WorkloadWorker[], use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

/** The attack alone, ours beside these. */
const compare = (workers: readonly WorkloadWorker[], changes: Partial<RoundsOptions> = {}) => {
  const [ours, ...theirs] = workers.map((worker) => ({ worker, prepare }));
  return closing([...workers], () => measureRounds(ours!, theirs, ['attack'], { ...options, ...changes }));
};

describe('rounds', () => {
  test('give the median, the quartiles and the ratio of each round, after a warm-up that does not count', async () => {
    const { saddlepoint, pytorch, count } = await compare([timed(2, [9, 1]), timed(2, [99, 2, 2, 4, 6])]);
    expect(count).toBe(3);
    expect(saddlepoint.get('attack')).toMatchObject({ seconds: { median: 1, quartiles: [1, 1] }, peakBytes: 5 });
    const [theirs] = pytorch as [ReadonlyMap<string, object>];
    expect(theirs.get('attack')).toMatchObject({
      seconds: { median: 4, quartiles: [3, 5], all: [2, 4, 6] },
      ratio: { all: [2, 4, 6] },
      peakBytes: 5,
    });
  });

  test('measure every kind of work on every side, and another side begins each round', async () => {
    const begun: string[] = [];
    const watched = (name: string, worker: WorkloadWorker): WorkloadWorker => {
      const ask = worker.ask.bind(worker);
      worker.ask = (...[command, value, limit]: Parameters<typeof ask>) => {
        if (command === 'run') begun.push(`${name} ${(value as { work: string }).work}`);
        return ask(command, value, limit);
      };
      return worker;
    };
    const workers = ['ours', 'b', 'c'].map((name) => watched(name, timed(2, [1])));
    const [ours, ...theirs] = workers.map((worker) => ({ worker, prepare }));
    await closing(workers, () =>
      measureRounds(ours!, theirs, ['attack', 'training'], { ...options, pairs: 2, most: 2 }),
    );
    expect(begun.slice(-12)).toEqual(
      ['ours', 'b', 'c', 'b', 'c', 'ours'].flatMap((name) => [`${name} attack`, `${name} training`]),
    );
  });

  test('go on until the ratios lie close together, or the most are done', async () => {
    const steady = await compare([timed(2, [1]), timed(2, [2])], { most: 9 });
    expect(steady.count).toBe(3);
    const late = await compare([timed(2, [1]), timed(2, [2, 2, 2, 4, 3, ...Array<number>(9).fill(2)])], { most: 12 });
    expect(late.count).toBeGreaterThan(3);
    expect(late.count).toBeLessThan(12);
    const never = await compare([timed(2, [1]), timed(2, [2, 2, 2, 4, 3, 5, 2, 7, 1])], { most: 6 });
    expect(never.count).toBe(6);
  });

  test('count those before which the machine did not come to rest', async () => {
    const answers = [true, false, true];
    const untilQuiet = () => Promise.resolve(answers.shift()!);
    expect(await compare([timed(2, [1]), timed(2, [2])], { untilQuiet })).toMatchObject({ count: 3, disturbed: 1 });
  });

  test('leave out a side that does not compute the same, attacks nothing or ends; the others are measured', async () => {
    const ends = scripted(`
      if (command.do === 'prepare') return reply({ version: '1', threads: 1, deviceName: null, loss: 2 });
      process.exit(runs++ > 2 ? 1 : reply({ seconds: 1, loss: 3, clean: 2, peakBytes: 5, peakDeviceBytes: null }));`);
    const { pytorch } = await compare([timed(2, [1]), timed(2.1, [1]), timed(2, [1], 2), ends, timed(2, [3])]);
    expect(pytorch.slice(0, 3)).toEqual([
      { failed: 'the two sides differ: loss 2 and 2.1 on equal images' },
      { failed: "PyTorch's attack did not raise the loss: 2 before, 2 after" },
      { failed: expect.stringMatching(/ended during "run"/) as string },
    ]);
    expect((pytorch[3] as ReadonlyMap<string, object>).get('attack')).toMatchObject({ ratio: { median: 3 } });
  });

  test('are refused when our side fails', async () => {
    await expect(compare([timed(2, [1], 2), timed(2, [1])])).rejects.toThrow(/Saddlepoint's attack did not raise/);
  });

  test('are refused when PyTorch is another one than at the start, which ends the benchmark', async () => {
    const changed =
      /expected PyTorch 2\.13\.0\+cpu, with which this benchmark began, received 1: it was changed meanwhile/;
    const began = { pytorch: '2.13.0+cpu' };
    await expect(compare([timed(2, [1]), timed(2, [1])], began)).rejects.toThrow(changed);
    const start = () => timed(2, [1]);
    const choose = chooseBest('small', 8, prepare, {
      ...{ ...options, ...began },
      variants: variantsOf('cpu'),
      start,
      say: () => undefined,
    });
    await expect(choose).rejects.toThrow(changed);
  });
});

describe('a quiet machine', () => {
  /** A machine of which this share is busy at each look. */
  const busy = (shares: number[]) => {
    const now = { total: 0, idle: 0 };
    let begins = true;
    return () => {
      if (!begins) {
        now.total += 100;
        now.idle += 100 * (1 - (shares.shift() ?? 1));
      }
      begins = !begins;
      return { ...now };
    };
  };

  test('is waited for, and not for ever', async () => {
    expect(await quiet({ times: busy([0.5, 0.2, 0.01]), look: 0.001, patience: 0.01 })).toBe(true);
    expect(await quiet({ times: busy([]), look: 0.001, patience: 0.003 })).toBe(false);
  });
});

describe('a process that fails', () => {
  const run = { work: 'attack', repeats: 1 } as const;

  test('by saying so, by ending and by never answering: each has its reason', async () => {
    const says = scripted(`reply({ error: 'RuntimeError: no kernel' })`);
    await expect(closing([says], () => says.ask('run', run))).rejects.toThrow(/failed: RuntimeError: no/);
    const ends = scripted(`console.error('last words'); process.exit(1)`);
    await expect(closing([ends], () => ends.ask('run', run))).rejects.toThrow(/ended during "run": last/);
    const hangs = scripted('');
    await expect(closing([hangs], () => hangs.ask('run', run, 0.2))).rejects.toThrow(/no answer.*0.2 s/);
    const absent: WorkloadWorker = new Worker('absent', '/no/such/program', []);
    await expect(closing([absent], () => absent.ask('run', run))).rejects.toThrow(/ENOENT/);
  });

  test('is no candidate for PyTorch at its best; the fastest of the others take part in the rounds', async () => {
    const [slow, broken, fast, middling, attacker] = variantsOf('cpu') as [never, never, never, never, never];
    const taking = (attack: number, training: number) => timed(2, [attack, attack, attack, attack, training]);
    const made = [
      taking(5, 5),
      scripted(`reply({ unavailable: 'no such arithmetic' })`),
      taking(2, 1),
      taking(3, 2),
      taking(1, 4),
    ];
    const said: string[] = [];
    const best = await chooseBest('a network', 8, prepare, {
      variants: [slow, broken, fast, middling, attacker],
      limit: 20,
      start: () => made.shift()!,
      say: (line) => said.push(line),
    });
    expect(best.finalists).toEqual([fast, middling, attacker]);
    expect(best.candidates.map(({ seconds, reason }) => [seconds, reason])).toEqual([
      [{ attack: 5, training: 5 }, null],
      [null, 'no such arithmetic'],
      [{ attack: 2, training: 1 }, null],
      [{ attack: 3, training: 2 }, null],
      [{ attack: 1, training: 4 }, null],
    ]);
    expect(said).toHaveLength(5);
  });

  test('a torch of another version is refused with what to install', () => {
    requireSameVersion('2.13.0', '2.13.0+cpu');
    requireSameVersion('1.13.0', '1.13.1');
    expect(() => {
      requireSameVersion('1.13.0', '2.13.0+cpu');
    }).toThrow(/expected a Python with torch 1.13.0.*npm run setup/s);
  });
});

describe('what is measured', () => {
  test('every network has one attack and one training step beside all three baselines; names are unique', () => {
    const full = workloadsOf(true, 'cpu');
    const main = full.filter(({ growth }) => growth === undefined);
    expect(main.map(({ name }) => name)).toEqual(
      ['demo', 'resnet18-16', 'resnet18', 'simplenet', 'wrn-28-10'].flatMap((name) => [
        `${name}/attack`,
        `${name}/training`,
      ]),
    );
    expect(main.every(({ baselines }) => baselines.length === 3)).toBe(true);
    expect(new Set(full.map(({ name }) => name)).size).toBe(full.length);
    expect(workloadsOf(false, 'cpu').map(({ network }) => network.name)).toEqual([
      ...['demo', 'demo'],
      ...['resnet18-16', 'resnet18-16'],
    ]);
  });

  test('the common files hold the weights by PyTorch’s names and settled statistics', () => {
    const workload = { ...workloadsOf(false, 'cpu')[2]!, batch: 4 };
    const { weights, data } = writeCommonFiles(temporaryFolder(), workload);
    tidy(() => {
      const state = readSafetensors(weights).tensors;
      expect(state.get('layer1.0.conv1.weight')!.shape).toEqual([16, 16, 3, 3]);
      // Half of the first value, 1, and half of the batch's own, which is above 0.
      expect(state.get('bn1.running_var')!.amin().item()).toBeGreaterThan(0.5);
      expect(state.get('bn1.running_mean')!.abs().amax().item()).toBeGreaterThan(0);
      expect(readSafetensors(data).tensors.get('images')).toMatchObject({ dtype: 'uint8', shape: [4, 3, 32, 32] });
    });
  });

  test('a step needs its attack passes, and training the update as well', () => {
    const operations = { forward: 10, backwardToInput: 10, backwardToWeights: 18 };
    const attack = { epsilon: 0.1, stepSize: 0.1, steps: 3 };
    const workload = { operations, attack, batch: 2 } as WorkloadResult;
    expect(operationsOf({ ...workload, work: 'attack' })).toBe(2 * 2 * 3 * 20);
    expect(operationsOf({ ...workload, work: 'training' })).toBe(2 * 2 * (3 * 20 + 28));
  });
});

test('quantiles lie between the measurements as NumPy has them', () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 1.75, 2.5, 3.25, 4]);
});

describe('the page', () => {
  const result: BenchResult = {
    ...{ format: 2, full: false, device: 'cpu', command: 'npm run bench', pairs: 2 },
    ...{ startedAt: '2026-01-02T03:04:05Z', finishedAt: '2026-01-02T03:05:05Z', steps: { failed: 'no data' } },
    machine: {
      ...{ processor: 'a processor', cores: 2, threads: 2, memoryGiB: 8, vectorUnits: 'AVX2', gpu: null },
      ...{ platform: 'linux x64', node: 'v20', libtorch: '2.13.0', libtorchSource: 'wheel', pytorch: '2.13.0' },
      loadAtStart: 0.1,
    },
    rates: { float32: 1e11, bfloat16: null },
    best: [
      {
        ...{ network: 'demo', batch: 4 },
        finalists: [variantsOf('cpu')[0]!],
        candidates: [
          { variant: variantsOf('cpu')[0]!, seconds: { attack: 0.9, training: 1 }, reason: null },
          { variant: variantsOf('cpu')[5]!, seconds: null, reason: 'g++ | failed' },
        ],
      },
    ],
    workloads: [
      {
        ...{ name: 'demo/training', network: 'demo', title: 'demo network', work: 'training', batch: 4 },
        attack: { epsilon: 0.1, stepSize: 0.1, steps: 10 },
        ...{ growth: null, plan: null },
        operations: { forward: 1e6, backwardToInput: 1e6, backwardToWeights: 2e6 },
        ...{ rounds: 4, disturbed: 1 },
        pairs: [
          { baseline: 'article', variant: null, waitPolicy: 'passive', failed: 'out of memory' },
          {
            ...{ baseline: 'eager', variant: null, waitPolicy: 'passive', peakDeviceBytes: null },
            saddlepoint: summarise([0.01, 0.02]),
            pytorch: summarise([0.04, 0.06]),
            ratio: summarise([4, 3]),
            peakBytes: { saddlepoint: 2 ** 20, pytorch: 2 ** 21 },
            losses: { clean: 1, saddlepoint: 2, pytorch: 2 },
          },
        ],
      },
    ],
  };

  test('has each ratio with its spread, and what failed with its reason', () => {
    const page = performancePage(result);
    expect(page).toContain('| demo network | 4 | 15.0 ms | 267 | failed | 3.5 (3.3 to 3.8) |');
    expect(page).toContain("- demo/training, (a) as the article's code: out of memory");
    expect(page).toContain('- single steps: no data');
    expect(page).toContain('| demo, batch 4 | compiled float32 | – (g++ \\| failed) | – |');
    expect(page).toContain('**eager float32**');
    expect(page).not.toContain('not finished');
  });

  test('shows the share of the limit: the needed operations over time and rate', () => {
    // 2 · 4 · (10 · 2e6 + 3e6) operations in 15 ms, of 1e11 a second.
    expect(performancePage(result)).toContain('| 0.0920 |  | float32, 100 | 12 % | failed | 4 % |');
  });

  test('says of an interrupted benchmark that it was', () => {
    expect(performancePage({ ...result, finishedAt: null })).toContain('not finished');
  });

  const BACKWARD =
    'autograd::engine::evaluate_function: torch::autograd::CppNode<saddlepoint::(anonymous namespace)::FrozenConvolution>';

  test('says where the time of a step goes: by kinds of operators, what is left outside of them, and the largest', () => {
    const operators = [
      { name: BACKWARD, calls: 3, seconds: 0.6 },
      { name: 'saddlepoint::frozen_convolution', calls: 3, seconds: 0.4 },
      { name: 'aten::mkldnn_convolution', calls: 1, seconds: 0.4 },
      { name: 'aten::addmm', calls: 1, seconds: 0.2 },
      { name: 'aten::sign', calls: 1, seconds: 0.1 },
    ];
    const [workload] = result.workloads as [WorkloadResult];
    const page = performancePage({ ...result, workloads: [{ ...workload, profile: { seconds: 2, operators } }] });
    expect(page).toContain(
      '| demo network | 50 % | 20 % | 10 % | 0 % | 0 % | 5 % | 15 % | `backward of saddlepoint::FrozenConvolution` 30 %, `saddlepoint::frozen_convolution` 20 %, `aten::mkldnn_convolution` 20 %',
    );
    expect(performancePage(result)).not.toContain('Where the time');
  });

  test('names every command of a benchmark that was resumed', () => {
    const page = performancePage({ ...result, command: 'npm run bench\nnpm run bench -- --resume' });
    expect(page).toContain('\n    npm run bench\n    npm run bench -- --resume\n');
  });

  test('is of a kind of machine, and listed with the others', () => {
    const on = (device: 'cpu' | 'cuda', vectorUnits: string, matrixUnits: boolean) =>
      kindOf({ device, machine: { ...result.machine, vectorUnits, matrixUnits } }).name;
    expect([
      on('cpu', 'AVX2', false),
      on('cpu', 'AVX512', false),
      on('cpu', 'AVX512', true),
      on('cpu', 'NO AVX', false),
      on('cuda', 'AVX512', true),
    ]).toEqual(['avx2', 'avx512', 'avx512-amx', 'other', 'cuda']);
    expect(performancePage(result)).toMatch(/^# Performance: Processors with AVX2\n/);
    const index = performanceIndex(['avx2']);
    expect(index).toContain('| Processors with AVX2 | [performance/avx2.md](performance/avx2.md) |');
    expect(index).toContain('| Processors with AVX-512 | not measured |');
  });

  test('is made from files, and another file is refused', () => {
    const [good, bad] = ['good.json', 'bad.json'].map((name) => join(temporaryFolder(), name)) as [string, string];
    writeFileSync(good, JSON.stringify(result));
    writeFileSync(bad, '{}');
    expect(ratioTable(readResult(good), 'training')).toBe(ratioTable(result, 'training'));
    expect(() => readResult(bad)).toThrow(/expected the JSON file of a benchmark/);
    expect(() => readResult(`${bad}.none`)).toThrow(/found none/);
  });

  test('of an earlier version, whose pairs say `way`, is read', () => {
    const path = join(temporaryFolder(), 'earlier.json');
    writeFileSync(path, JSON.stringify(result).replaceAll('"baseline":', '"way":'));
    expect(readResult(path)).toEqual(JSON.parse(JSON.stringify(result)));
  });

  test('times have three digits', () => {
    expect([12.345, 0.0123, 0.00000123, 0.1234].map(time)).toEqual(['12.3 s', '12.3 ms', '1.23 µs', '123 ms']);
  });
});
