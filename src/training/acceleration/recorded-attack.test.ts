/**
 * An attack recorded once makes, for every batch, the images it would make anew. No GPU is needed for that: what stands
 * in for a CUDA graph here does the recorded work again, on what its inputs hold, and refuses what a graph would
 * refuse.
 *
 * @module
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { canRecord, keep, noGrad, RandomStream, record, tensor, tidy, type Tensor } from '../../engine/index.js';
import { native } from '../../engine/native.js';
import type { AttackDescription } from '../../attacks/index.js';
import type { Batch } from '../../data/index.js';
import { createModel, type ModelDescription } from '../../models/index.js';
import { FROZEN_BACKENDS } from '../../models/attack-network/index.js';
import type { Module } from '../../nn/index.js';
import { attackPart, type PartAttack } from './attack-part.js';
import { attackSchedule, type AttackChange } from '../attack-schedule.js';
import { RecordedAttack, type Recorder } from './recorded-attack.js';

const description: ModelDescription = {
  architecture: 'small-cnn',
  options: { resolution: 8, width: 4, hidden: 16, classes: 4 },
};
const pgd = { name: 'pgd', norm: 'linf', epsilon: 0.05, steps: 3, iterate: 'last' } as const;

leavesNothingAlive();
let model: Module;
let recorded = 0;
beforeEach(() => {
  model = createModel(description, 3);
  recorded = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  model.dispose();
});

/** What would wait for the device, or bring memory of the CPU into it. */
const FORBIDDEN = ['item', 'copyInto', 'fromBytes', 'fillUniform'] as const;

function strictly<Result>(work: () => Result): Result {
  const spies = FORBIDDEN.map((name) =>
    vi.spyOn(native, name).mockImplementation(() => {
      throw new Error(`${name} in recorded work`);
    }),
  );
  try {
    return work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const again: Recorder = (_, work) => {
  recorded += 1;
  const output = keep(tidy(() => strictly(work)));
  return {
    replay: () => {
      tidy(() => noGrad(() => output.copy_(strictly(work))));
      return output;
    },
    [Symbol.dispose]: () => {
      output.dispose();
    },
  };
};

function partOf(attack: AttackDescription, backend: PartAttack['backend'], changes: AttackChange[] = []): PartAttack {
  return { attack: attackSchedule(attack, changes, 10), backend, seed: 7 };
}

function batchOf(number: number, examples: number): Batch {
  const indices = Array.from({ length: examples }, (_, i) => 100 * number + i);
  const owners = tensor(BigInt64Array.from(indices, BigInt));
  return {
    images: new RandomStream('recorded').uniform(owners, [1, 8, 8]),
    labels: tensor(BigInt64Array.from(indices, (i) => BigInt((i + number) % 4))),
    indices: owners,
  };
}

/**
 * Attacks three batches, the last one smaller, at growing steps and epochs, with an update of the weights between them.
 */
function images(attack: (batch: Batch, position: { step: number; epoch: number }) => Tensor): Tensor[] {
  return [12, 12, 5].map((examples, number) => {
    tidy(() => {
      noGrad(() => {
        const draw = new RandomStream('update', number);
        for (const parameter of model.parameters())
          parameter.add_(draw.uniformTensor(parameter.shape).sub(0.5), { alpha: 0.1 });
      });
    });
    return attack(batchOf(number, examples), { step: 4 * number, epoch: number });
  });
}

function expectSame(part: PartAttack): void {
  const before = tidy(
    () => new Map([...model.stateDict()].map(([name, value]) => [name, keep(value.detach().clone())])),
  );
  tidy(() => {
    const expected = images((batch, position) => attackPart(part, model, batch, position));
    noGrad(() => {
      for (const [name, value] of model.stateDict()) value.copy_(before.get(name)!);
    });
    using attacker = new RecordedAttack(part, undefined, again);
    const actual = images((batch, position) => attacker.perturb(model, batch, position));
    actual.forEach((one, i) => {
      expect(one.equal(expected[i]!), `batch ${i}`).toBe(true);
    });
    expect(actual[0]!.shape).toEqual([12, 1, 8, 8]);
    expect(actual[1]!.equal(actual[0]!)).toBe(false);
  });
  for (const value of before.values()) value.dispose();
}

describe.each(['linf', 'l2', 'l1'] as const)('%s', (norm) => {
  test.each([
    ['the last iterate', { iterate: 'last' }],
    ['the best iterate', { iterate: 'best' }],
    ['momentum and backtracking', { momentum: 0.5, backtrack: true, iterate: 'last' }],
  ] as const)('%s: recorded once, the same images for every batch, with the weights as they are then', (_, more) => {
    const epsilon = { linf: 0.05, l2: 0.5, l1: 2 }[norm];
    expectSame(partOf({ ...pgd, norm, epsilon, ...more }, FROZEN_BACKENDS.plain));
    expect(recorded).toBe(1);
  });
});

test('the model itself, where no frozen backend is asked for', () => {
  expectSame(partOf(pgd, null));
  expect(recorded).toBe(1);
});

test('the next attack of a schedule is recorded in place of the one before', () => {
  expectSame(partOf(pgd, FROZEN_BACKENDS.plain, [{ from: 0.3, steps: 5, epsilon: 0.1 }]));
  expect(recorded).toBe(2);
});

test.each([
  ['another attack', { name: 'apgd', norm: 'linf', epsilon: 0.05, steps: 3 }],
  ['targets that are drawn', { ...pgd, objective: 'targeted-cross-entropy' }],
] as const)('%s runs without a recording', (_, attack) => {
  expectSame(partOf(attack, FROZEN_BACKENDS.plain));
  expect(recorded).toBe(0);
});

test('a larger batch than the recorded one is recorded in its place, as after a resume at the end of an epoch', () => {
  const part = partOf(pgd, FROZEN_BACKENDS.plain);
  tidy(() => {
    using attacker = new RecordedAttack(part, undefined, again);
    for (const [number, examples] of [5, 12, 12, 5].entries()) {
      const [batch, position] = [batchOf(number, examples), { step: number, epoch: 0 }];
      expect(attacker.perturb(model, batch, position).equal(attackPart(part, model, batch, position))).toBe(true);
    }
  });
  expect(recorded).toBe(2);
});

test('a budget or images that an attack refuses are refused before anything is recorded', () => {
  tidy(() => {
    const batch = batchOf(0, 4);
    using wide = new RecordedAttack(
      partOf({ ...pgd, norm: 'l2', epsilon: 128 }, FROZEN_BACKENDS.plain),
      undefined,
      again,
    );
    expect(() => wide.perturb(model, batch, { step: 0, epoch: 0 })).toThrow(/Did you mean 128\/255/);
    using attacker = new RecordedAttack(partOf(pgd, FROZEN_BACKENDS.plain), undefined, again);
    const bytes = { ...batch, images: batch.images.mul(255) };
    expect(() => attacker.perturb(model, bytes, { step: 0, epoch: 0 })).toThrow(/expected images in \[0, 1\]/);
  });
  expect(recorded).toBe(0);
});

test('what the device refuses to record runs without, and it is said once', () => {
  const said: string[] = [];
  const refuse: Recorder = () => {
    throw new Error('operation not permitted when stream is capturing');
  };
  const part = partOf(pgd, FROZEN_BACKENDS.plain);
  tidy(() => {
    using attacker = new RecordedAttack(part, (line) => said.push(line), refuse);
    for (const number of [0, 1]) {
      const [batch, position] = [batchOf(number, 6), { step: number, epoch: 0 }];
      const found = attacker.perturb(model, batch, position);
      expect(found.equal(attackPart(part, model, batch, position))).toBe(true);
    }
  });
  expect(said).toEqual(['  the attack runs without a CUDA graph: operation not permitted when stream is capturing']);
});

test('on a CPU nothing is recorded', () => {
  expect(canRecord('cpu')).toBe(false);
  expect(() => record('cpu', () => tensor([1]))).toThrow(/expected a GPU and an engine with CUDA graphs/);
});
