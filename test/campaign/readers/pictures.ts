/**
 * Pictures: PNG files of adversarial images, which we read ourselves, and those of a folder, which sharp reads in a process of
 * its own.
 *
 * @module
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { readPictures } from '../../../src/data/folder/decode.js';
import { crc32 } from '../../../src/data/crc32.js';
import { chunk, makePng } from '../../../src/data/png/png.test-helper.js';
import { SaddlepointError } from '../../../src/engine/index.js';
import { readGivenImages } from '../../../src/evaluation/given-images/index.js';
import { write, type Reader, type ReaderOfMany } from './reader.js';

function pngs(): Buffer[] {
  const samples = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
  const filter = (row: number) => row % 5;
  const palette = chunk('PLTE', samples(30));
  return [
    makePng({ width: 7, height: 6, colours: 2, samples: samples(126), filter }),
    makePng({ width: 7, height: 6, colours: 0, samples: samples(42), filter, interlaced: true }),
    makePng({
      width: 7,
      height: 6,
      colours: 3,
      depth: 4,
      samples: samples(42).map((value) => value % 10),
      between: [palette],
    }),
    makePng({ width: 2, height: 2, colours: 4, samples: Uint8Array.of(1, 255, 2, 255, 3, 255, 4, 255) }),
  ];
}

/** The right checksum for every chunk that still is one. */
function mendPng(bytes: Buffer): Buffer {
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

/** A picture of each kind that is read. */
async function pictures(): Promise<Buffer[]> {
  const [width, height] = [16, 12];
  const raw = { width, height, channels: 3 } as const;
  const picture = sharp(
    Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256),
    { raw },
  );
  const made = [
    picture.clone().jpeg(),
    picture.clone().jpeg({ progressive: true }),
    picture.clone().webp(),
    picture.clone().webp({ lossless: true }),
    picture.clone().png(),
  ];
  return [...(await Promise.all(made.map((one) => one.toBuffer()))), ...pngs()];
}

/** All of them in one process, as a training reads a folder: those that cannot be read are named, and do not stop the others. */
function readFolder(files: readonly Buffer[], folder: string): number {
  const paths = files.map((bytes, i) => write(folder, `pictures/${i}.png`, bytes));
  try {
    readPictures(paths, { size: 8, resize: 'cover' });
    return files.length;
  } catch (error) {
    const bad = error instanceof SaddlepointError ? /^(\d+) of \d+ images/.exec(error.message)?.[1] : undefined;
    if (bad === undefined) throw error;
    return files.length - Number(bad);
  }
}

export const PICTURES: Readonly<Record<string, Reader | ReaderOfMany>> = {
  png: {
    seeds: pngs,
    mend: (bytes, random) => (random() < 0.8 ? mendPng(bytes) : bytes),
    read: (bytes, folder) => {
      for (const name of ['0.png', '1.png']) write(folder, `pictures/${name}`, bytes);
      void readGivenImages(join(folder, 'pictures'), [3, 6, 7]);
    },
  },
  'pictures of a folder': {
    seeds: pictures,
    mend: (bytes, random) => (bytes.toString('latin1', 1, 4) === 'PNG' && random() < 0.8 ? mendPng(bytes) : bytes),
    atOnce: 250,
    readMany: readFolder,
  },
};
