/**
 * Which attack a training step makes its images with.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { Pgd } from '../attacks/index.js';
import { attackSchedule } from './attack-schedule.js';
import { checkRecipe } from './index.js';
import { recipeContent } from './made-up.test-helper.js';

const weak = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 2, stepSize: 0.06 } as const;

/** What a step's attack does. */
const at = (schedule: ReturnType<typeof attackSchedule>, step: number) => {
  const attack = schedule(step);
  if (!(attack instanceof Pgd)) throw new Error('expected PGD');
  const { epsilon, steps, stepSize } = attack;
  return { epsilon, steps, stepSize };
};

test('the same for all steps without changes', () => {
  const schedule = attackSchedule(weak, [], 10);
  expect([0, 5, 9].map((step) => schedule(step))).toEqual(Array(3).fill(schedule(0)));
  expect(at(schedule, 0)).toEqual({ epsilon: 0.1, steps: 2, stepSize: 0.06 });
});

test('changes begin with the first step of their share, and keep what they do not name', () => {
  const schedule = attackSchedule(
    weak,
    [
      { from: 0.5, steps: 5, stepSize: 0.03 },
      { from: 0.75, epsilon: 0.2 },
    ],
    10,
  );
  expect(at(schedule, 4).steps).toBe(2);
  expect(at(schedule, 5)).toEqual({ epsilon: 0.1, steps: 5, stepSize: 0.03 });
  expect(at(schedule, 7)).toEqual({ epsilon: 0.1, steps: 5, stepSize: 0.03 });
  // Each change is one of the attack itself, not of the change before it.
  expect(at(schedule, 8)).toEqual({ epsilon: 0.2, steps: 2, stepSize: 0.06 });
});

test('a recipe may write its budgets as fractions, and is refused a share that is none', () => {
  const content = (from: number) => {
    const recipe = recipeContent('adversarial');
    return { ...recipe, training: { ...(recipe.training as object), attackSchedule: [{ from, epsilon: '8/255' }] } };
  };
  expect(checkRecipe(content(0.5)).training).toMatchObject({ attackSchedule: [{ from: 0.5, epsilon: 8 / 255 }] });
  expect(() => checkRecipe(content(1))).toThrow(/training.attackSchedule.0.from/);
});
