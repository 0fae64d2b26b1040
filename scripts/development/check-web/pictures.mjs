// Pictures made up for the check: a disc on a ground, each class with colours of its own.
import { encode } from 'fast-png';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = 32;
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const EACH = 2;

/** Bytes row by row, red, green, blue. @param {number} seed */
export function pictureBytes(seed) {
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
    const isDisc = (x - 10 - (seed % 7)) ** 2 + (y - 16) ** 2 < (5 + (seed % 5)) ** 2;
    const ground = 90 + 50 * Math.sin(seed * (channel + 1)) + 2 * y;
    return Math.round(isDisc ? 240 - ground : ground + (7 * x * (channel + 1)) / 5);
  });
}

/** @param {Uint8Array} data */
export const asPng = (data) => encode({ width: SIZE, height: SIZE, channels: 3, depth: 8, data });

/** A folder of pictures as `--dataset folder` reads it. @param {string} folder */
export function makePictures(folder) {
  for (const part of ['train', 'test']) {
    for (const [number, name] of CLASSES.entries()) {
      mkdirSync(join(folder, part, name), { recursive: true });
      for (let i = 0; i < EACH; i += 1)
        writeFileSync(join(folder, part, name, `${i}.png`), asPng(pictureBytes(10 * number + i)));
    }
  }
}
