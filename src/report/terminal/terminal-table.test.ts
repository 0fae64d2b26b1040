/**
 * Tables in terminals of any width.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { terminalTable, terminalWidth, wrap } from './terminal-table.js';

const HEAD = ['training', 'architecture', 'clean error', 'PGD robust error', 'AutoAttack robust error'];
const ROWS = [
  ['standard', 'small-cnn', '8.4 %  [6.8, 10.3]', '97.8 %  [96.7, 98.5]', '96.5 %  [93.0, 98.3]'],
  ['adversarial', 'small-cnn', '16.8 %  [14.6, 19.2]', '27.1 %  [24.4, 29.9]', '27.5 %  [21.8, 34.1]  of 200 images'],
];
const at = (width: number) => terminalTable(HEAD, ROWS, width);
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

test.each([200, 120, 107, 100, 90, 80, 79, 70, 60, 50, 40])('no line is wider than %i columns', (width) => {
  expect(widest(at(width))).toBeLessThanOrEqual(width);
});

test.each([Infinity, 200, 120, 90, 80, 60, 40])(
  'all that is in the cells is there at %d, with what belongs together in one line',
  (width) => {
    const text = at(width);
    for (const part of ['8.4 %', '[96.7, 98.5]', '[21.8, 34.1]', 'adversarial', 'AutoAttack'])
      expect(text).toContain(part);
    expect(text.replace(/[^\w%]/g, '')).toHaveLength(
      [...HEAD, ...ROWS.flat()].join('').replace(/[^\w%]/g, '').length +
        (width < 75 ? HEAD.join('').replace(/[^\w%]/g, '').length : 0),
    );
  },
);

test('what fits is as it is; what does not is wrapped, then one below the other', () => {
  expect(at(Infinity)).toBe(at(200));
  expect(at(200).split('\n')).toHaveLength(7);
  expect(at(80)).toMatch(/│ training {4}│ architecture │ clean error {2}│ PGD robust {3}│ AutoAttack {4}│/);
  expect(at(60)).toContain('training                 standard\narchitecture             small-cnn\nclean error ');
});

describe('wrap', () => {
  test.each([
    ['one two three', 8, 'one two\nthree'],
    ['one  two', 8, 'one  two'],
    ['supercalifragilistic', 5, 'supercalifragilistic'],
    ['error 5.0 % [1.0, 2.0]', 7, 'error\n5.0 %\n[1.0, 2.0]'],
    ['a\nb', 5, 'a\nb'],
    ['', 5, ''],
  ])('%j in %i columns', (text, width, lines) => {
    expect(wrap(text, width)).toBe(lines);
  });
});

test('a pipe has no width', () => {
  const { isTTY, columns } = process.stdout;
  try {
    Object.assign(process.stdout, { isTTY: false, columns: 80 });
    expect(terminalWidth()).toBe(Infinity);
    Object.assign(process.stdout, { isTTY: true });
    expect(terminalWidth()).toBe(80);
  } finally {
    Object.assign(process.stdout, { isTTY, columns });
  }
});
