/** CIFAR-10 in a bundle: packed without loss, carried in pieces, checked and unpacked where it arrives. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkDataset, makePieces } from '../../scripts/bundle/make-pieces.mjs';
import { checkPieces, packedDataSets, unpackPieces } from '../../scripts/bundle/pieces.mjs';
import { RECORD, toRecords, toResiduals } from '../../scripts/bundle/residuals.mjs';
import { speakTo } from '../../scripts/setup/say.mjs';
import { seeded } from '../support/random-values.js';
import { temporaryFolder } from '../support/folders.js';

const FILES = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin');

/** Records of noise: every byte and every order of neighbours occurs. */
function noise(images: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length: images * RECORD }, () => Math.floor(256 * random()));
}

/** Records of smooth images whose colours go together, as photographs are. */
function smooth(images: number): Uint8Array {
  const records = new Uint8Array(images * RECORD);
  const random = seeded(1);
  for (let i = 0; i < images; i += 1) {
    const [across, down] = [5 * random(), 5 * random()];
    for (let k = 0; k < RECORD - 1; k += 1) {
      const [channel, y, x] = [Math.floor(k / 1024), Math.floor(k / 32) % 32, k % 32];
      records[i * RECORD + 1 + k] = 20 + 10 * channel + across * x + down * y * Math.sin(0.2 * x);
    }
  }
  return records;
}

describe('residuals', () => {
  it.each([0, 1, 7])('of %d images of noise give the images back', (images) => {
    const records = noise(images, images);
    expect(Buffer.compare(toRecords(toResiduals(records)), records)).toBe(0);
  });

  it('of smooth images are packed tighter than the images', () => {
    const records = smooth(10);
    expect(Buffer.compare(toRecords(toResiduals(records)), records)).toBe(0);
    const packed = (bytes: Uint8Array) => brotliCompressSync(bytes).length;
    expect(packed(toResiduals(records))).toBeLessThan(0.7 * packed(records));
  });
});

describe('pieces', () => {
  let source = '';
  let bundle = '';
  const pieceOf = (file: string) => join(bundle, 'data/pieces/cifar-10', `${file}.br`);
  const unpacked = (file: string) => join(bundle, 'data/cifar-10/cifar-10-batches-bin', file);
  const check = () => checkPieces(packedDataSets(bundle));

  beforeEach(() => {
    speakTo(process.stderr);
    [source, bundle] = [temporaryFolder(), temporaryFolder()];
    FILES.forEach((file, seed) => writeFileSync(join(source, file), noise(3, seed)));
    writeFileSync(join(source, 'NOTE.md'), 'not the official files');
    makePieces(source, bundle);
  });
  afterEach(() => {
    rmSync(source, { recursive: true });
    rmSync(bundle, { recursive: true });
  });

  it('unpack to the bytes they were made of, once', () => {
    check();
    unpackPieces(packedDataSets(bundle));
    for (const file of [...FILES, 'NOTE.md'])
      expect(readFileSync(unpacked(file)).equals(readFileSync(join(source, file)))).toBe(true);
    rmSync(pieceOf('test_batch.bin'));
    expect(packedDataSets(bundle)).toEqual([]);
  });

  it('unpack again what was removed or cut off, and nothing else', () => {
    unpackPieces(packedDataSets(bundle));
    rmSync(unpacked('test_batch.bin'));
    truncateSync(unpacked('data_batch_1.bin'), 10);
    expect(packedDataSets(bundle)[0]?.pieces.map(({ file }) => file)).toEqual(['data_batch_1.bin', 'test_batch.bin']);
  });

  it('are refused all at once where they are missing, cut off or changed', () => {
    rmSync(pieceOf('data_batch_2.bin'));
    truncateSync(pieceOf('data_batch_3.bin'), 10);
    const bytes = readFileSync(pieceOf('data_batch_4.bin'));
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(pieceOf('data_batch_4.bin'), bytes);
    expect(check).toThrow(
      /cifar-10 is not whole: in .*data_batch_2\.bin\.br is missing, data_batch_3\.bin\.br has 10 bytes instead of \d+, data_batch_4\.bin\.br has another SHA-256/,
    );
    expect(existsSync(join(bundle, 'data/cifar-10'))).toBe(false);
  });

  it('are refused where their list is damaged', () => {
    appendFileSync(join(bundle, 'data/pieces/cifar-10/pieces.json'), 'x');
    expect(check).toThrow(/pieces\.json is damaged/);
  });

  it('are made only of whole files that are all there', () => {
    writeFileSync(join(source, 'test_batch.bin'), noise(3, 1).subarray(1));
    expect(() => makePieces(source, bundle)).toThrow(/test_batch\.bin does not consist of records of 3073 bytes/);
    rmSync(join(source, 'data_batch_5.bin'));
    expect(() => checkDataset(source)).toThrow(/--dataset cifar-10: there is no data_batch_5\.bin in /);
    expect(() => checkDataset(undefined)).toThrow(/there is no data_batch_1\.bin in the known places/);
  });

  it('do not leave a file under its name that was not written to its end', () => {
    const [first] = packedDataSets(bundle);
    mkdirSync(`${unpacked('test_batch.bin')}.tmp`, { recursive: true });
    expect(() => unpackPieces([first!])).toThrow();
    expect(statSync(unpacked('test_batch.bin'), { throwIfNoEntry: false })).toBeUndefined();
  });
});
