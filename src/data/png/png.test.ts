/**
 * PNG files: every kind of pixels is read as another decoder reads it; damage is seen; claims are not believed.
 *
 * @module
 */
import fc from 'fast-check';
import { decode } from 'fast-png';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../crc32.js';
import { decodePng } from './index.js';
import { chunk, makePng, type MadePng } from './png.test-helper.js';

/** Colours and samples a pixel. */
const KINDS = { grey: [0, 1], colour: [2, 3], 'grey with alpha': [4, 2], 'colour with alpha': [6, 4] } as const;

describe('what is read', () => {
  test.each(Object.entries(KINDS))(
    '%s: any size, filters and interlacing, as fast-png reads it',
    (_, [colours, samples]) => {
      const size = fc.integer({ min: 1, max: 19 });
      fc.assert(
        fc.property(size, size, fc.boolean(), fc.infiniteStream(fc.nat(255)), (width, height, interlaced, bytes) => {
          const data = Uint8Array.from({ length: width * height * samples }, () => bytes.next().value as number);
          const channels = samples < 3 ? 1 : 3;
          if (samples > channels) for (let i = samples - 1; i < data.length; i += samples) data[i] = 255;
          const file = makePng({ width, height, colours, interlaced, samples: data, filter: (row) => row % 5 });
          const { planes, shape } = decodePng(file);
          expect(shape).toEqual([channels, height, width]);
          const pixels = width * height;
          expect(planes).toEqual(
            Uint8Array.from(
              { length: channels * pixels },
              (_, i) => data[(i % pixels) * samples + Math.floor(i / pixels)]!,
            ),
          );
          expect(decode(file, { checkCrc: true }).data).toEqual(data);
        }),
        { numRuns: 40, seed: 1 },
      );
    },
  );

  test.each([1, 2, 4, 8])('a palette with %i bits a pixel, interlaced or not', (depth) => {
    const [width, height, count] = [13, 9, Math.min(2 ** depth, 200)];
    const samples = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % count);
    const palette = Buffer.from(Array.from({ length: 3 * count }, (_, i) => (i * 5) % 256));
    for (const interlaced of [false, true]) {
      const file = makePng({
        width,
        height,
        colours: 3,
        depth,
        interlaced,
        samples,
        filter: (row) => row % 5,
        between: [chunk('PLTE', palette)],
      });
      const { planes, shape } = decodePng(file);
      expect(shape).toEqual([3, height, width]);
      for (const [i, index] of samples.entries()) {
        expect([planes[i], planes[i + 117], planes[i + 234]]).toEqual([...palette.subarray(3 * index, 3 * index + 3)]);
      }
    }
  });

  test('pixels in several chunks, and chunks that are of no interest', () => {
    const made: MadePng = { width: 4, height: 4, colours: 0, samples: Uint8Array.from({ length: 16 }, (_, i) => i) };
    let rest = Buffer.alloc(0);
    const first = (rows: Buffer) => {
      const whole = deflateSync(rows);
      rest = whole.subarray(5);
      return whole.subarray(0, 5);
    };
    const file = makePng({ ...made, packed: first, between: [chunk('tEXt', Buffer.from('a\0b'))] });
    const joined = Buffer.concat([file.subarray(0, -12), chunk('IDAT', rest), file.subarray(-12)]);
    expect([...decodePng(joined).planes]).toEqual([...made.samples]);
  });
});

const grey = (more: Partial<MadePng> = {}) =>
  makePng({ width: 16, height: 16, colours: 0, samples: Uint8Array.from({ length: 256 }, (_, i) => i), ...more });

describe('transparency', () => {
  const key = (...values: number[]) => chunk('tRNS', Buffer.from(values.flatMap((value) => [0, value])));
  test('of a colour that a pixel has is refused, of one that none has is not', () => {
    const samples = Uint8Array.from({ length: 256 }, (_, i) => i % 100);
    expect(() => decodePng(grey({ samples, between: [key(99)] }))).toThrow('it is partly transparent');
    expect([...decodePng(grey({ samples, between: [key(100)] })).planes]).toEqual([...samples]);
    const colour = (...values: number[]) =>
      makePng({ width: 1, height: 2, colours: 2, samples: Uint8Array.of(1, 2, 3, 4, 5, 6), between: [key(...values)] });
    expect(() => decodePng(colour(4, 5, 6))).toThrow('it is partly transparent');
    expect([...decodePng(colour(4, 5, 3)).planes]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test('of a palette is refused where a pixel has it', () => {
    const palette = chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));
    const indexed = (index: number, alpha: number[]) =>
      makePng({
        width: 1,
        height: 1,
        colours: 3,
        samples: Uint8Array.of(index),
        between: [palette, chunk('tRNS', Buffer.from(alpha))],
      });
    expect(() => decodePng(indexed(0, [0]))).toThrow('it is partly transparent');
    expect([...decodePng(indexed(1, [0])).planes]).toEqual([4, 5, 6]);
    expect(() => decodePng(indexed(2, [0]))).toThrow('a pixel has colour 2 of a palette of 2');
  });

  test('of a length that does not fit is refused', () => {
    expect(() => decodePng(grey({ between: [key(1, 2, 3)] }))).toThrow(/transparent colour does not fit/);
  });
});

describe('damage', () => {
  const sound = grey({ packed: (rows) => deflateSync(rows, { level: 0 }) });
  test('a bit of the pixels turned over fails the checksum, whichever it is', () => {
    for (let at = 8; at < sound.length; at += 1) {
      const flipped = Buffer.from(sound);
      flipped[at]! ^= 0x40;
      expect(() => decodePng(flipped), `byte ${at}`).toThrow();
    }
  });

  test('under a right checksum of the chunk the one of zlib is looked at', () => {
    const packed = (rows: Buffer) => {
      const whole = deflateSync(rows, { level: 0 });
      whole[30]! ^= 0x40;
      return whole;
    };
    expect(() => decodePng(grey({ packed }))).toThrow(/incorrect data check/);
  });

  test('every truncation', () => {
    for (let length = 0; length < sound.length; length += 1)
      expect(() => decodePng(sound.subarray(0, length))).toThrow(/ends too early|no PNG file/);
  });

  test('fewer or more rows than the header says', () => {
    expect(() => decodePng(grey({ packed: (rows) => deflateSync(rows.subarray(0, 136)) }))).toThrow(
      /has 136 bytes of pixels, expected 272/,
    );
    expect(() => decodePng(grey({ packed: (rows) => deflateSync(Buffer.concat([rows, rows])) }))).toThrow(
      /holds more than the 272 bytes/,
    );
    expect(() => decodePng(grey({ packed: (rows) => deflateSync(rows).subarray(0, 20) }))).toThrow(/unexpected end/);
  });

  test.each<[string, Partial<MadePng>, RegExp]>([
    [
      'a filter that is none',
      { filter: () => 0, packed: (rows) => deflateSync(rows.fill(5, 0, 1)) },
      /the unknown filter 5/,
    ],
    ['16 bits a channel', { depth: 16 }, /it has 16 bits a channel, expected 8/],
    ['an unknown kind of colours', { colours: 0, between: [chunk('ABCD', Buffer.alloc(0))] }, /the unknown chunk ABCD/],
    ['two headers', { between: [chunk('IHDR', Buffer.alloc(13))] }, /it has two chunks IHDR/],
  ])('%s', (_, more, message) => {
    expect(() => decodePng(grey(more))).toThrow(message);
  });
});

describe('claims', () => {
  const claiming = (width: number, height: number) => {
    const file = grey();
    file.writeUInt32BE(width, 16);
    file.writeUInt32BE(height, 20);
    file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
    return file;
  };
  test('of more pixels than an image has, or than the bytes at hand can hold', () => {
    expect(() => decodePng(claiming(671_088_642, 2))).toThrow(/claims 671088642 × 2 pixels, expected at most 16777216/);
    expect(() => decodePng(claiming(4096, 4096))).toThrow(/claims 16781312 bytes, which \d+ packed ones cannot hold/);
    expect(() => decodePng(claiming(0, 16))).toThrow('it has no pixels');
  });

  test('an embedded colour profile that unfolds to gigabytes is never unfolded', () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 25));
    const profile = chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), bomb]));
    const before = process.memoryUsage().arrayBuffers;
    decodePng(grey({ between: [profile] }));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });
});

test('crc32 is the one that the standard names', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
});
