import { expect, test } from 'vitest';
import { hoverValues } from './hover-values.js';

const plot = { left: 40, top: 10, width: 200, height: 100, toPixel: (x: number) => 200 * x };
const bands = (...positions: readonly number[]) => {
  const { text } = hoverValues(
    positions.map((x) => ({ x, lines: [`at ${x}`] })),
    plot,
  );
  return [...text.matchAll(/<rect x="([\d.]+)" width="([\d.]+)"[^>]*><title>([^<]*)</g)].map(([, x, width, title]) => [
    Number(x),
    Number(width),
    title,
  ]);
};

test('bands fill the plot, each half the way to its neighbours, in whatever order values come', () => {
  expect(bands(0.5, 0, 1)).toEqual([
    [0, 50, 'at 0'],
    [50, 100, 'at 0.5'],
    [150, 50, 'at 1'],
  ]);
});

test('one value has the whole plot', () => {
  expect(bands(0.3)).toEqual([[0, 200, 'at 0.3']]);
});

test('values that no pointer could tell apart share a band', () => {
  expect(bands(0.5, 0.505, 1)).toEqual([
    [0, 150, 'at 0.5\nat 0.505'],
    [150, 50, 'at 1'],
  ]);
});

test('what stands at no position, and names with a meaning in markup', () => {
  expect(bands(Number.NaN)).toEqual([]);
  expect(hoverValues([{ x: 0, lines: ['<b>'] }], plot).text).toContain('<title>&lt;b&gt;</title>');
});
