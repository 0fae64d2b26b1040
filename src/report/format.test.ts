import { describe, expect, test } from 'vitest';
import { attackSettings, count, epsilon, interval, list, normName, percent, plain } from './format.js';

/** The same text with ordinary spaces. */
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('percentages', () => {
  test.each([
    [0.271, '27.1 %'],
    [0, '0.0 %'],
    [1, '100.0 %'],
    [0.9999, '> 99.9 %'], // not all
    [0.0001, '< 0.1 %'], // not none
    [Number.NaN, 'not a number'],
  ])('%d is written %s', (fraction, text) => {
    expect(spaced(percent(fraction))).toBe(text);
  });

  test('number and unit stay on one line', () => {
    expect(percent(0.5)).toBe('50.0\u00a0%');
  });

  test('an interval names the unit once', () => {
    expect(spaced(interval([0.2444, 0.2991]))).toBe('24.4 to 29.9 %');
  });
});

describe('budgets', () => {
  test.each([
    [8 / 255, '8/255'],
    [0.1, '0.1'],
    [0.03137, '0.03137'],
    [0.0313725, '0.0313725'],
    [2.5 / 255, '2.5/255'],
    [0.2, '0.2'], // and not 51/255
    [0.30000000000000004, '0.3'],
    [0, '0'],
    [1, '1'],
  ])('%d is written %s', (value, text) => {
    expect(epsilon(value)).toBe(text);
  });

  test('an attack is named with all its settings', () => {
    const settings = { norm: 'linf', epsilon: 8 / 255, steps: 40, restarts: 1, examples: 10000 };
    expect(spaced(attackSettings(settings))).toBe('L∞, ε = 8/255, 40 steps, 1 restart, 10,000 images');
  });

  test.each([
    ['bfloat16', ', searched in bfloat16'],
    ['tf32', ', searched in TF32'],
    ['winograd', ''],
    [undefined, ''],
  ])('a search with rounded factors says so: %s', (backend, said) => {
    const settings = { norm: 'linf', epsilon: 8 / 255, steps: 40, restarts: 1, examples: 100, backend };
    expect(spaced(attackSettings(settings))).toBe(`L∞, ε = 8/255, 40 steps, 1 restart${said}, 100 images`);
  });

  test('an option that a recipe set makes it another attack', () => {
    const settings = { norm: 'linf', epsilon: 8 / 255, steps: 40, restarts: 1, examples: 100 };
    const withOptions = (options: unknown) =>
      spaced(attackSettings({ ...settings, of: { settings: options, data: { selection: 'test[0:100]' } } }));
    const usual = { name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: 40, restarts: 1 };
    expect(withOptions(usual)).toBe('L∞, ε = 8/255, 40 steps, 1 restart, 100 images');
    const initialization = { choice: ['zero', 'uniform'] };
    expect(withOptions({ ...usual, stepSize: 2 / 255, objective: 'margin', initialization })).toBe(
      'L∞, ε = 8/255, 40 steps of 2/255, 1 restart, objective margin, initialization {choice: [zero, uniform]}, ' +
        '100 images',
    );
    for (const strange of [null, 'pgd', undefined]) expect(withOptions(strange)).toBe(withOptions(usual));
  });

  test('a norm it does not know keeps its name', () => {
    expect(normName('linf:8/255+l2:0.5')).toBe('L∞ 8/255 ∪ L2 0.5');
    expect([normName('linf'), normName('wasserstein')]).toEqual(['L∞', 'wasserstein']);
  });
});

describe('words', () => {
  test('counts agree with their noun', () => {
    expect([count(1, 'step'), count(0, 'step')].map(spaced)).toEqual(['1 step', '0 steps']);
  });

  test('lists end with and', () => {
    expect([list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  });

  test('numbers lose the noise of binary fractions', () => {
    expect(plain(0.1 + 0.2)).toBe('0.3');
  });
});
