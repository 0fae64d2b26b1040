/**
 * The parts of the format: checksum, records, messages, histograms.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from './crc32c.js';
import { decode, doubles, float, integer, readEvents, text } from './event-reader.test-helper.js';
import { histogramOf } from './histogram.js';
import { Message } from './protobuf.js';
import { frameRecord } from './record.js';

describe('CRC-32C', () => {
  test.each([
    ['nothing', new Uint8Array(0), 0],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
  ])('of %s is as RFC 3720 and the catalogues have it', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('a record', () => {
  test('of any length is read back by a reader that computes its checksums bit by bit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 70 }), { maxLength: 4 }), (texts) => {
        const file = Buffer.concat(texts.map((value) => frameRecord(new Message().text(3, value).finish())));
        expect(readEvents(file).map((event) => text(event, 3))).toEqual(texts);
      }),
    );
  });

  test('with one bit changed is refused by that reader', () => {
    const file = frameRecord(new Message().text(3, 'brain').finish());
    for (const at of [0, 9, 14, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at]! ^= 0x10;
      expect(() => readEvents(changed)).toThrow();
    }
  });
});

describe('a message', () => {
  test('holds whole numbers up to 2^53, floats, doubles and text as they are, and grows as it must', () => {
    const [whole, real, long] = [fc.maxSafeNat(), fc.double({ noNaN: true }), fc.string({ unit: 'grapheme' })];
    fc.assert(
      fc.property(whole, fc.float({ noNaN: true }), fc.array(real), long, (step, single, list, words) => {
        const fields = decode(
          new Message(1).integer(1, step).float(2, single).doubles(3, list).text(16, words).finish(),
        );
        expect([integer(fields, 1), float(fields, 2), doubles(fields, 3)]).toEqual([step, single, list]);
        expect(text(fields, 16)).toBe(Buffer.from(words).toString());
      }),
    );
  });
});

describe('a histogram', () => {
  test('counts every finite value once, in buckets that rise to the largest', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.float(), fc.integer()), { minLength: 1 });
    fc.assert(
      fc.property(values, (list) => {
        const finite = list.filter(Number.isFinite);
        const histogram = histogramOf(list);
        expect(histogram === undefined).toBe(finite.length === 0);
        if (histogram === undefined) return;
        const { limits, counts, count, minimum, maximum } = histogram;
        expect([count, minimum, maximum].map((n) => n + 0)).toEqual([
          finite.length,
          Math.min(...finite) + 0,
          Math.max(...finite) + 0,
        ]);
        expect(counts.reduce((sum, one) => sum + one, 0)).toBe(finite.length);
        expect(limits).toEqual(limits.slice().sort());
        expect(limits.at(-1)! + 0).toBe(maximum + 0);
      }),
    );
  });

  test('puts a value at a limit into the bucket it ends, and knows the sums', () => {
    const histogram = histogramOf([0, 1, 2, 2, 4, NaN, Infinity], 4)!;
    expect(Array.from(histogram.limits)).toEqual([1, 2, 3, 4]);
    expect(Array.from(histogram.counts)).toEqual([2, 2, 0, 1]);
    expect(histogram).toMatchObject({ minimum: 0, maximum: 4, count: 5, sum: 9, sumOfSquares: 25 });
  });

  test('of the smallest numbers there are, whose bucket is rounded up, has no limit above the largest', () => {
    const { limits } = histogramOf([-33 * Number.MIN_VALUE, 0])!;
    expect(Math.max(...limits)).toBe(0);
  });

  test('of values that are all alike is one bucket; of none, none', () => {
    expect(Array.from(histogramOf(Float32Array.of(3, 3, 3))!.counts)).toEqual([3]);
    expect(histogramOf([])).toBeUndefined();
    expect(histogramOf([NaN, -Infinity])).toBeUndefined();
  });
});
