/**
 * Which attacks AutoAttack is made of, and what takes the place of those a network has too few classes for.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { tidy } from '../../engine/index.js';
import { Apgd } from '../apgd/index.js';
import { Fab } from '../fab/index.js';
import { Square } from '../square/index.js';
import { LinearNetwork, toyBatch } from '../toy.test-helper.js';
import { autoAttackStages, type AttackStage, type AutoAttackVersion } from './index.js';

leavesNothingAlive();

const stages = (version: AutoAttackVersion, classes = 10, norm: 'linf' | 'l2' | 'l1' = 'linf') =>
  autoAttackStages({ version, norm, epsilon: norm === 'linf' ? 8 / 255 : 1, classes });
const outline = (list: readonly AttackStage[]) => list.map(({ name, rounds }) => [name, rounds.length]);

describe('versions', () => {
  test('standard: 100 steps, nine targets, 5000 queries, all until fooled', () => {
    const list = stages('standard');
    expect(outline(list)).toEqual([
      ['apgd-ce', 1],
      ['apgd-t', 9],
      ['fab-t', 9],
      ['square', 1],
    ]);
    const [ce, t, fab, square] = list.map(({ rounds }) => rounds.at(-1)!.create());
    expect(ce).toBeInstanceOf(Apgd);
    expect(ce).toMatchObject({
      steps: 100,
      untilFooled: true,
      samples: 1,
      largerEpsilon: false,
      objective: { name: 'cross-entropy' },
    });
    expect(t).toMatchObject({
      steps: 100,
      untilFooled: true,
      objective: { name: 'targeted-dlr', targets: { name: 'ranked-9' } },
    });
    expect(fab).toBeInstanceOf(Fab);
    expect(fab).toMatchObject({ steps: 100, untilFooled: true, finalSearch: false, name: 'fab-t' });
    expect(square).toBeInstanceOf(Square);
    expect(square).toMatchObject({ queries: 5000, initialShare: 0.8, rescaleSchedule: false, untilFooled: true });
    expect(list.flatMap(({ notes }) => notes)).toEqual([]);
    expect(list.map(({ audited }) => audited)).toEqual([false, false, true, true]);
  });

  test('plus: five restarts, and the untargeted ones too', () => {
    const list = stages('plus');
    expect(list.map(({ name }) => name)).toEqual(['apgd-ce', 'apgd-dlr', 'fab', 'square', 'apgd-t', 'fab-t']);
    expect(list[0]!.rounds.map(({ restart }) => restart)).toEqual([0, 1, 2, 3, 4]);
    expect(list[2]!.rounds[0]!.create()).toMatchObject({ restarts: 5, finalSearch: true });
    expect(list[5]!.rounds[0]!.create()).toMatchObject({ finalSearch: true });
  });

  test('rand: 20 samples a gradient', () => {
    const list = stages('rand');
    expect(outline(list)).toEqual([
      ['apgd-ce', 1],
      ['apgd-dlr', 1],
    ]);
    for (const { rounds } of list) expect(rounds[0]!.create()).toMatchObject({ samples: 20, steps: 100 });
  });

  test('standard for L1: five restarts, five targets, from larger balls; FAB has nine targets as ever', () => {
    const list = stages('standard', 10, 'l1');
    expect(outline(list)).toEqual([
      ['apgd-ce', 5],
      ['apgd-t', 5],
      ['fab-t', 9],
      ['square', 1],
    ]);
    expect(list[0]!.rounds.map(({ restart }) => restart)).toEqual([0, 1, 2, 3, 4]);
    expect(list[1]!.rounds.map(({ target }) => target)).toEqual([1, 2, 3, 4, 5]);
    for (const { rounds } of list.slice(0, 2)) {
      for (const { create } of rounds) expect(create()).toMatchObject({ steps: 100, largerEpsilon: true });
    }
  });

  test.each(['plus', 'rand'] as const)('%s for L1 is that of the other norms, without larger balls', (version) => {
    const list = stages(version, 10, 'l1');
    expect(outline(list)).toEqual(outline(stages(version)));
    const attacks = list.flatMap(({ rounds }) => rounds.map(({ create }) => create()));
    for (const attack of attacks.filter((one) => one instanceof Apgd)) expect(attack.largerEpsilon).toBe(false);
  });
});

describe('few classes', () => {
  test('as many targets as there are wrong classes, and the result says so', () => {
    const list = stages('standard', 8);
    expect(outline(list)).toEqual([
      ['apgd-ce', 1],
      ['apgd-t', 7],
      ['fab-t', 7],
      ['square', 1],
    ]);
    expect(list[1]!.notes).toEqual(['apgd-t: 7 target classes, since there are 8 classes; the paper has 9']);
    // Five targets are there for L1.
    expect(stages('standard', 8, 'l1')[1]!.notes).toEqual([]);
    expect(stages('standard', 5, 'l1')[1]!.notes).toEqual([
      'apgd-t: 4 target classes, since there are 5 classes; the paper has 5',
    ]);
  });

  test('a margin where the ratio of logits is not defined', () => {
    const [, targeted] = stages('standard', 3);
    expect(targeted!.rounds[0]!.create().objective.name).toBe('targeted-margin');
    expect(targeted!.notes[0]).toBe(
      'apgd-t: targeted-margin in place of targeted-dlr, which needs 4 classes and not 3',
    );
    expect(stages('plus', 2)[1]!.rounds[0]!.create().objective.name).toBe('margin');
    expect(stages('plus', 3)[1]!.rounds[0]!.create().objective.name).toBe('dlr');
  });

  test.each([2, 3, 4])('every stage runs on a network of %i classes', (classes) => {
    const rows = Array.from({ length: classes }, (_, row) =>
      Array.from({ length: 72 }, (__, i) => Math.sin(i * (row + 1))),
    );
    const model = new LinearNetwork(rows);
    tidy(() => {
      const { images, indices, stream } = toyBatch([0, 1, 2, 3]);
      const labels = model.forward(images).argmax({ dim: 1 });
      for (const { rounds, name } of stages('plus', classes)) {
        if (name === 'square') continue;
        const { success } = rounds.at(-1)!.create().run(model, images, labels, { indices, stream });
        expect(success.shape).toEqual([4]);
      }
    });
    model.dispose();
  });
});

describe('refusals', () => {
  test.each([
    [{ version: 'standart' as 'standard' }, 'received "standart"; did you mean standard?'],
    [{ norm: 'l0' as const }, 'expected a norm for AutoAttack out of linf, l2, l1, received "l0"'],
    [{ classes: 1 }, 'expected the number of classes to be a whole number of at least 2, received 1'],
    [{ epsilon: 8 }, 'Did you mean 8/255?'],
  ])('%j', (changes, message) => {
    expect(() =>
      autoAttackStages({ version: 'standard', norm: 'linf', epsilon: 0.1, classes: 10, ...changes }),
    ).toThrow(message);
  });
});
