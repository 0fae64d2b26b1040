/**
 * safetensors files: what is written comes back, and a header that lies is refused, however it lies.
 *
 * @module
 */
import fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import type { Tensor } from './index.js';
import { ops, readSafetensors, SaddlepointError, tensor, tidy, writeSafetensors, type DType } from './index.js';

leavesNothingAlive();

const folder = temporaryFolder();
const path = join(folder, 'file.safetensors');

/** A file from a header, given as text or as its content, and the bytes after it. */
function file(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([size, json, data]);
}

function refusalOf(content: Uint8Array): SaddlepointError {
  writeFileSync(path, content);
  const failure = failureOf(() => readSafetensors(path));
  return failure;
}

const VALUES: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, -0, 1.5, -3.4e38, 1e-45, Infinity, -Infinity, NaN],
  float64: [0, Math.PI, -1e300, 5e-324, NaN],
  float16: [0, 1.5, -65504, Infinity],
  bfloat16: [0, 1.5, -3.3895313892515355e38, 2 ** -126],
  uint8: [0, 1, 255],
  int8: [-128, 0, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 53), 0, 2 ** 53],
  bool: [0, 1, 1],
};

describe('what is written comes back', () => {
  test.each(Object.entries(VALUES) as [DType, readonly number[]][])(
    '%s: vector, scalar, no element',
    (dtype, values) => {
      tidy(() => {
        const made = new Map<string, Tensor>([
          ['vector', tensor(values, { dtype: 'float64' }).to({ dtype })],
          ['scalar', ops.full([], 1, { dtype })],
          ['nothing', ops.zeros([2, 0, 3], { dtype })],
        ]);
        writeSafetensors(path, made, { about: dtype, ünïcode: '✓ "quoted"\n' });
        const { tensors, metadata } = readSafetensors(path);
        expect(metadata).toEqual({ about: dtype, ünïcode: '✓ "quoted"\n' });
        expect([...tensors.keys()].sort()).toEqual([...made.keys()].sort());
        for (const [name, original] of made) {
          const read = tensors.get(name)!;
          expect([read.dtype, read.shape]).toEqual([dtype, original.shape]);
          expect(read.toNumbers()).toEqual(original.toNumbers());
        }
      });
    },
  );

  test('views arrive in row-major order, with names as PyTorch has them', () => {
    tidy(() => {
      const matrix = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      writeSafetensors(
        path,
        new Map([
          ['layer.0.weight', matrix.transpose(0, 1)],
          ['row', matrix.select(0, 1)],
        ]),
      );
      const { tensors, metadata } = readSafetensors(path);
      expect(tensors.get('layer.0.weight')!.shape).toEqual([3, 2]);
      expect(tensors.get('layer.0.weight')!.toNumbers()).toEqual([1, 4, 2, 5, 3, 6]);
      expect(tensors.get('row')!.toNumbers()).toEqual([4, 5, 6]);
      expect(metadata).toEqual({});
    });
  });

  test('the layout is the format as others read it', () => {
    using one = tensor([1, 2]);
    writeSafetensors(path, new Map([['x', one]]), { a: 'b' });
    const bytes = readFileSync(path);
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: { a: 'b' },
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2]);
    expect(bytes).toHaveLength(16 + length);
  });

  test('any shapes, dtypes and names', () => {
    const shapes = fc.array(fc.nat(3), { maxLength: 4 });
    const dtypes = fc.constantFrom(...(Object.keys(VALUES) as DType[]));
    const names = fc.string({ unit: 'binary' }).filter((name) => !name.startsWith('__'));
    fc.assert(
      fc.property(fc.dictionary(names, fc.record({ shape: shapes, dtype: dtypes }), { maxKeys: 5 }), (description) => {
        tidy(() => {
          const made = new Map(
            Object.entries(description).map(([name, { shape, dtype }]) => {
              const size = shape.reduce((product, length) => product * length, 1);
              return [name, ops.arange(size).remainder(2).reshape(shape).to({ dtype })] as const;
            }),
          );
          writeSafetensors(path, made);
          const { tensors } = readSafetensors(path);
          expect(tensors.size).toBe(made.size);
          for (const [name, original] of made) {
            expect(tensors.get(name)!.shape).toEqual(original.shape);
            expect(tensors.get(name)!.toNumbers()).toEqual(original.toNumbers());
          }
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('a disposed tensor is refused and the earlier file stays', () => {
    writeFileSync(path, 'earlier');
    const gone = tensor([1]);
    gone.dispose();
    expect(() => writeSafetensors(path, new Map([['x', gone]]))).toThrow(expect.objectContaining({ code: 'DISPOSED' }));
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(folder)).toEqual(['file.safetensors']);
  });
});

const entry = (change: object = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change });
const eight = new Uint8Array(8);
const lies: Record<string, [Buffer, RegExp]> = {
  'an empty file': [Buffer.alloc(0), /at least 8 bytes, received 0/],
  'seven bytes': [Buffer.alloc(7), /at least 8 bytes, received 7/],
  'a header longer than the file': [file({ x: entry() }, eight, 1000n), /its header claims 1000 bytes/],
  'a header longer than any file': [
    file({ x: entry() }, eight, 2n ** 64n - 1n),
    /its header claims 1844674407370955\d+ bytes/,
  ],
  'a header shorter than it is': [file({ x: entry() }, eight, 10n), /its header is not JSON/],
  'no header': [file('', eight), /its header is not JSON/],
  'broken JSON': [file('{"x": ', eight), /its header is not JSON/],
  'a list for a header': [file([entry()], eight), /its header is not a JSON object/],
  'null for a header': [file('null'), /its header is not a JSON object/],
  'metadata that is no map': [file({ __metadata__: [1], x: entry() }, eight), /its metadata is not a map of texts/],
  'metadata with numbers': [
    file({ __metadata__: { step: 3 }, x: entry() }, eight),
    /its metadata is not a map of texts/,
  ],
  'no description': [file({ x: 3 }, eight), /tensor "x" has no description/],
  'an unknown dtype': [file({ x: entry({ dtype: 'F31' }) }, eight), /tensor "x" has the unknown dtype "F31"/],
  'a dtype named like a method': [file({ x: entry({ dtype: 'constructor' }) }, eight), /unknown dtype "constructor"/],
  'another dtype than the bytes allow': [
    file({ x: entry({ dtype: 'F64' }) }, eight),
    /claims bytes 0 to 8 of 8, its shape needs 16/,
  ],
  'a negative shape': [file({ x: entry({ shape: [-2] }) }, eight), /has no sound shape/],
  'two negative sizes': [file({ x: entry({ shape: [-1, -2] }) }, eight), /has no sound shape/],
  'a shape with a fraction': [file({ x: entry({ shape: [0.5, 4] }) }, eight), /has no sound shape/],
  'a shape that is a number': [file({ x: entry({ shape: 2 }) }, eight), /has no sound shape/],
  'a shape beyond any memory': [file({ x: entry({ shape: [2 ** 52, 2 ** 52] }) }, eight), /has no sound shape/],
  'a huge shape without elements': [
    file({ x: entry({ shape: [2 ** 52, 2 ** 52, 0], data_offsets: [0, 0] }) }),
    /has no sound shape/,
  ],
  'no offsets': [file({ x: { dtype: 'F32', shape: [2] } }, eight), /has no sound offsets/],
  'three offsets': [file({ x: entry({ data_offsets: [0, 4, 8] }) }, eight), /has no sound offsets/],
  'negative offsets': [file({ x: entry({ data_offsets: [-8, 0] }) }, eight), /has no sound offsets/],
  'offsets turned around': [file({ x: entry({ data_offsets: [8, 0] }) }, eight), /claims bytes 8 to 0/],
  'data beyond the end': [file({ x: entry({ data_offsets: [8, 16] }) }, eight), /claims bytes 8 to 16 of 8/],
  'an overlap': [
    file({ x: entry(), y: entry({ data_offsets: [4, 12] }) }, new Uint8Array(12)),
    /"y" starts at byte 4, expected 8/,
  ],
  'the same bytes twice': [file({ x: entry(), y: entry() }, eight), /starts at byte 0, expected 8/],
  'a gap': [file({ x: entry({ data_offsets: [4, 12] }) }, new Uint8Array(12)), /"x" starts at byte 4, expected 0/],
  'bytes nobody owns': [file({ x: entry() }, new Uint8Array(9)), /cover 8 bytes of data, the file has 9/],
  'a file cut off in its data': [file({ x: entry() }, eight).subarray(0, -1), /claims bytes 0 to 8 of 7/],
};

describe('a header that lies is refused with the path and the lie', () => {
  test.each(Object.entries(lies))('%s', (_, [content, message]) => {
    const failure = refusalOf(content);
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(path);
    expect(failure.code).toBe('CHECKPOINT');
  });

  test('a file that is missing, and a folder', () => {
    for (const [where, message] of [
      [join(folder, 'nothing'), /cannot be opened: ENOENT/],
      [folder, /expected a file, received a folder/],
    ] as const) {
      expect(() => readSafetensors(where)).toThrow(expect.objectContaining({ code: 'CHECKPOINT' }));
      expect(() => readSafetensors(where)).toThrow(message);
    }
  });
});

describe('any damage gives one CHECKPOINT error, or a file that was sound after all', () => {
  const sound = file(
    { __metadata__: { a: 'b' }, x: entry(), y: entry({ shape: [1, 4], dtype: 'F16', data_offsets: [8, 16] }) },
    new Uint8Array(16),
  );

  const survives = (content: Uint8Array) => {
    writeFileSync(path, content);
    try {
      const { tensors } = readSafetensors(path);
      for (const made of tensors.values()) made.dispose();
    } catch (error) {
      expect(error).toBeInstanceOf(SaddlepointError);
      expect((error as SaddlepointError).code).toBe('CHECKPOINT');
    }
  };

  test('bytes changed, cut out or put in at random', () => {
    const edit = fc.record({
      at: fc.nat(sound.length - 1),
      remove: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let bytes = sound;
      for (const { at, remove, insert } of edits) {
        bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
      }
      survives(bytes);
    });
    expect(() => fc.assert(property, { numRuns: 400, seed: 2 })).not.toThrow();
  });

  test('headers of the right form with any values', () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 20 }), fc.maxSafeInteger(), fc.double(), fc.constant(2 ** 31));
    const value = fc.oneof(number, fc.string(), fc.constant(null), fc.array(number, { maxLength: 4 }));
    const description = fc.record(
      { dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'BOOL', 'I64'), value), shape: value, data_offsets: value },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.constantFrom('x', 'y', '__metadata__', '__proto__'), fc.oneof(description, value));
    const property = fc.property(header, fc.nat(32), (content, size) => {
      survives(file(content, new Uint8Array(size)));
    });
    expect(() => fc.assert(property, { numRuns: 600, seed: 3 })).not.toThrow();
  });
});
