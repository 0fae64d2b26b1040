/**
 * Pictures to images and back.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { imageOf, magnified, middleSquare, pixelsOf, resizeSquare } from './pixels.js';

const picture = (size: number, value: (x: number, y: number, channel: number) => number) => ({
  width: size,
  height: size,
  data: Uint8ClampedArray.from({ length: 4 * size * size }, (_, i) =>
    value(Math.floor(i / 4) % size, Math.floor(i / 4 / size), i % 4),
  ),
});

test.each([
  [640, 480, { left: 80, top: 0, side: 480 }],
  [3, 8, { left: 0, top: 2, side: 3 }],
])('of %i × %i the middle', (width, height, square) => {
  expect(middleSquare(width, height)).toEqual(square);
});

describe('another size', () => {
  test('the same size changes no byte', () => {
    const given = picture(5, (x, y, channel) => (x * 50 + y * 7 + channel * 3) % 256);
    expect(resizeSquare(given, 5)).toEqual(given);
  });

  test('smaller: each pixel the mean of what it covers', () => {
    const given = picture(4, (x, y) => (x < 2 ? 10 : 30) + (y % 2) * 4);
    expect([...resizeSquare(given, 2).data.filter((_, i) => i % 4 === 0)]).toEqual([12, 32, 12, 32]);
  });

  test('smaller by no whole number: the shares of those on the edge', () => {
    const given = picture(3, (x) => [0, 100, 200][x]!);
    expect([...resizeSquare(given, 2).data.slice(0, 8)].filter((_, i) => i % 4 === 0)).toEqual([33, 167]);
  });

  test('larger: nothing is lost', () => {
    const given = picture(2, (x) => 200 * x);
    expect([...resizeSquare(given, 4).data.slice(0, 16)].filter((_, i) => i % 4 === 0)).toEqual([0, 0, 200, 200]);
  });
});

describe('planes of numbers', () => {
  const given = picture(2, (x, y, channel) => [20 * x + 40 * y, 100, 255, 255][channel]!);

  test('colours one after another, divided by 255', () => {
    expect([...imageOf(given, 3)]).toEqual(
      [0, 20, 40, 60, 100, 100, 100, 100, 255, 255, 255, 255].map((byte) => Math.fround(byte / 255)),
    );
  });

  test('and back to the same bytes', () => {
    expect(pixelsOf(imageOf(given, 3), 2)).toEqual(given);
  });

  test('grey: the brightness as a byte', () => {
    expect(imageOf(given, 1)[0]).toBe(Math.fround(88 / 255));
    const grey = picture(2, (x, _, channel) => (channel === 3 ? 255 : 90 * x + 3));
    expect(pixelsOf(imageOf(grey, 1), 2)).toEqual(grey);
  });
});

test('a change is seen as more or less than grey', () => {
  expect([...magnified(Float32Array.of(0, 0.125, -0.25), 2)]).toEqual([0.5, 0.75, 0]);
});
