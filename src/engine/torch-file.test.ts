/**
 * PyTorch's own files: the tensors arrive as they were saved, and what lies, is cut off or asks for code is refused.
 *
 * @module
 */
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { readGolden, unpack } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import { storedZip } from '../../test/support/stored-zip.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { readTorchFile, type TorchFileOptions } from './index.js';
import { StoredZip } from './zip.js';

leavesNothingAlive();

const golden = (name: string) => fileURLToPath(new URL(`../../test/golden/torch/${name}`, import.meta.url));
const folder = temporaryFolder();

/** The message of the refusal, which leaves no tensor behind. */
function refusalOf(path: string, options?: TorchFileOptions): string {
  const failure = failureOf(() => readTorchFile(path, options));
  expect(failure.code).toBe('CHECKPOINT');
  return failure.message;
}

interface FileCase {
  readonly file: string;
  readonly expected: Readonly<Record<string, PackedTensor>>;
}

describe('what torch.save wrote', () => {
  test.each(readGolden<FileCase>('models-torch-file').cases)('$file', ({ file, expected }) => {
    const state = readTorchFile(golden(file));
    expect([...state.keys()]).toEqual(Object.keys(expected));
    for (const [name, packed] of Object.entries(expected)) {
      using value = unpack(packed);
      expect(state.get(name)!, name).toBeAllclose(value, 0);
    }
    for (const tensor of state.values()) tensor.dispose();
  });

  test("Python 2's text, which is bytes", () => {
    let file = readFileSync(golden('legacy-parts.pt')).toString('latin1');
    for (const text of ['storage', '94', 'cpu', 'view', 'weight', 'turned']) {
      const [unicode, bytes] = [
        `X${String.fromCharCode(text.length)}\0\0\0${text}`,
        `U${String.fromCharCode(text.length)}${text}`,
      ];
      expect(file).toContain(unicode);
      file = file.replaceAll(unicode, bytes);
    }
    const path = join(folder, 'python2.pt');
    writeFileSync(path, Buffer.from(file, 'latin1'));
    const state = readTorchFile(path);
    expect(state.get('weight')!.toNumbers()).toEqual(Array.from({ length: 12 }, (_, i) => 8 + i));
    for (const tensor of state.values()) tensor.dispose();
  });

  test('one of several state dicts, by its name', () => {
    const state = readTorchFile(golden('two.pt'), { entry: 'b' });
    expect([...state.keys()]).toEqual(['weight']);
    for (const tensor of state.values()) tensor.dispose();
  });
});

/** A state dict whose tensors all lie in storage 0, of float32 numbers 0, 1, 2…; each tensor is a part of it. */
function sharedStorage(
  elements: number,
  parts: readonly (readonly [offset: number, length: number])[],
): Map<string, Uint8Array> {
  const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
  const tensors = parts.map(
    ([offset, length], i) =>
      `${text(`part${i}`)}ctorch._utils\n_rebuild_tensor_v2\n((${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}` +
      `K${String.fromCharCode(elements)}tQK${String.fromCharCode(offset)}K${String.fromCharCode(length)}\x85K\x01\x85\x89}tR`,
  );
  const numbers = Float32Array.from({ length: elements }, (_, i) => i);
  return new Map<string, Uint8Array>([
    ['archive/data.pkl', Buffer.from(`\x80\x02}(${tensors.join('')}u.`, 'latin1')],
    ['archive/data/0', new Uint8Array(numbers.buffer)],
  ]);
}

describe('tensors that lie in one storage', () => {
  const path = join(folder, 'shared.pt');

  test('are the parts they name, and the storage is read once', () => {
    writeFileSync(
      path,
      storedZip(
        sharedStorage(8, [
          [0, 4],
          [2, 2],
          [6, 2],
        ]),
      ),
    );
    const reads = vi.spyOn(StoredZip.prototype, 'read');
    const state = readTorchFile(path);
    expect(reads.mock.calls.filter(([name]) => name === 'archive/data/0')).toHaveLength(1);
    reads.mockRestore();
    expect([...state].map(([name, part]) => [name, part.toNumbers()])).toEqual([
      ['part0', [0, 1, 2, 3]],
      ['part1', [2, 3]],
      ['part2', [6, 7]],
    ]);
    for (const part of state.values()) part.dispose();
  });

  test('may not claim what a file of this size has no reason to', () => {
    const one = sharedStorage(200, [[0, 200]]);
    const pickle = Buffer.from(one.get('archive/data.pkl')!);
    // The one tensor of shape [200] and stride 1 becomes one of [200, 200, 200, 200] that repeats the first number.
    const shape = Buffer.from('K\xc8\x85K\x01\x85', 'latin1');
    const repeated = Buffer.from(`(${'K\xc8'.repeat(4)}t(${'K\x00'.repeat(4)}t`, 'latin1');
    const at = pickle.indexOf(shape);
    expect(at).toBeGreaterThan(0);
    const changed = Buffer.concat([pickle.subarray(0, at), repeated, pickle.subarray(at + shape.length)]);
    writeFileSync(path, storedZip(new Map([...one, ['archive/data.pkl', changed]])));
    expect(refusalOf(path)).toMatch(/its tensors claim 6400000000 bytes of \d+/);
  });

  test('nor may the files of the archive lie on one another', () => {
    const empty = Array.from({ length: 8 }, (_, i) => [`archive/${i}`, new Uint8Array(0)] as const);
    const whole = storedZip(new Map([...empty, ...sharedStorage(200, [[0, 200]])]));
    // Each of the empty files now claims 800 bytes of those that follow.
    for (let at = whole.indexOf('PK\x01\x02'); at >= 0; at = whole.indexOf('PK\x01\x02', at + 4)) {
      if (whole.readUInt32LE(at + 24) === 0) for (const field of [20, 24]) whole.writeUInt32LE(800, at + field);
    }
    writeFileSync(path, whole);
    expect(refusalOf(path)).toMatch(/its files claim \d+ bytes of \d+/);
  });
});

describe('refused, and nothing of it executed', () => {
  const sound = readFileSync(golden('state-dict.pt'));
  const refusal = (content: Uint8Array) => {
    const path = join(folder, 'changed.pt');
    writeFileSync(path, content);
    return refusalOf(path);
  };
  /** The file with the first of some bytes replaced by as many others. */
  const replaced = (from: string | Buffer, to: string | Buffer) => {
    const content = Buffer.from(sound);
    const at = content.indexOf(from);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(Buffer.from(to).length).toBe(Buffer.from(from).length);
    Buffer.from(to).copy(content, at);
    return content;
  };

  test.each([
    ['foreign.pt', undefined, /asks for the Python name \w+\.print\. Nothing in it was executed/],
    ['two.pt', undefined, /holds several state dicts, a and b: choose one with --weights, e\.g\. --weights a$/],
    ['two.pt', 'c', /no weights under c, but under a and b/],
    ['missing.pt', undefined, /cannot be opened: ENOENT/],
    ['', undefined, /cannot be opened|expected a file, received a folder, a pipe or a device/],
  ])('%s %s', (file, entry, message) => {
    expect(refusalOf(golden(file), entry === undefined ? {} : { entry })).toMatch(message);
  });

  test('other kinds of files', () => {
    expect(refusal(Buffer.alloc(0))).toMatch(/received an empty file/);
    expect(refusal(Buffer.alloc(5000, 7))).toMatch(/found no end of one; is the file cut off\?/);
  });

  test('every truncation', () => {
    const legacy = readFileSync(golden('legacy.pt'));
    for (const file of [sound, legacy])
      for (let length = 0; length < file.length; length += 13) refusal(file.subarray(0, length));
  });

  test('a file of the format before PyTorch 1.6 that lies about itself', () => {
    const legacy = readFileSync(golden('legacy-parts.pt'));
    const changed = (from: Buffer, to: Buffer) => {
      const at = legacy.indexOf(from);
      expect(at).toBeGreaterThanOrEqual(0);
      return refusal(Buffer.concat([legacy.subarray(0, at), to, legacy.subarray(at + from.length)]));
    };
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(20n);
    const other = Buffer.alloc(8);
    other.writeBigInt64LE(2n ** 40n);
    expect(changed(count, other)).toMatch(/the storage 94 has 1099511627776 elements, expected 20/);
    expect(changed(Buffer.from('little_endian'), Buffer.from('middle_endian'))).toMatch(/bytes in another order/);
    expect(changed(Buffer.from('M\xe9\x03', 'latin1'), Buffer.from('M\xea\x03', 'latin1'))).toMatch(
      /an unknown version/,
    );
    expect(changed(Buffer.from('K\x14', 'latin1'), Buffer.from('K\x13', 'latin1'))).toMatch(
      /part of a storage of 19 elements|describes/,
    );
    expect(refusal(Buffer.from('\x80\x02K\x01.', 'latin1'))).toMatch(/a pickle, and none that torch\.save wrote/);
  });

  test('a shape, an offset or a storage that does not fit', () => {
    const shape = Buffer.from('K\x04K\x03K\x03K\x03t', 'latin1');
    expect(refusal(replaced(shape, Buffer.from('K\xffK\x03K\x03K\x03t', 'latin1')))).toMatch(
      /shape \[255, 3, 3, 3\] does not lie in its storage of 108/,
    );
    expect(refusal(replaced(Buffer.from('Kltq', 'latin1'), Buffer.from('Kmtq', 'latin1')))).toMatch(
      /the storage of 0\.weight has 432 bytes, expected 109 elements of 4/,
    );
    expect(refusal(replaced('torch\nFloatStorage', 'torch\nCloatStorage'))).toMatch(
      /the Python name torch\.CloatStorage/,
    );
    expect(refusal(replaced('little', 'nittle'))).toMatch(/bytes in another order/);
  });

  test('whatever single bytes change, the process lives and the error is ours', () => {
    const path = join(folder, 'fuzzed.pt');
    const change = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const content = Buffer.from(sound);
        for (const [at, value] of changes) content[at] = value;
        writeFileSync(path, content);
        try {
          for (const tensor of readTorchFile(path).values()) tensor.dispose();
        } catch (error) {
          expect(error).toMatchObject({ name: 'SaddlepointError', code: 'CHECKPOINT' });
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
