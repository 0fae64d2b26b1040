/**
 * A folder of PNG files, each of which says by the last number in its name which example it is of: `17.png`,
 * `adv_00017.png`.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPicture } from '../../data/png/read-picture.js';

export interface NumberedPictures {
  readonly values: Uint8Array;
  readonly shape: readonly number[];
  readonly indices: readonly number[];
}

/** @throws Error naming the file that is not as it should be */
export function readPngFolder(folder: string): NumberedPictures {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  if (names.length === 0) throw new Error('it is empty');
  const numbered = names.map((name) => ({ name, index: indexIn(name) })).sort((a, b) => a.index - b.index);
  const twice = numbered.find(({ index }, i) => numbered[i + 1]?.index === index);
  if (twice !== undefined) throw new Error(`two of its files are of example ${twice.index}, one of them ${twice.name}`);
  const pictures = numbered.map(({ name }) => ({ name, ...readPicture(join(folder, name)) }));
  const { shape } = pictures[0]!;
  const other = pictures.find((picture) => picture.shape.join() !== shape.join());
  if (other !== undefined)
    throw new Error(`${other.name} is [${other.shape.join(', ')}], the first one [${shape.join(', ')}]`);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Uint8Array(pictures.length * size);
  pictures.forEach(({ planes }, i) => {
    values.set(planes, i * size);
  });
  return { values, shape: [pictures.length, ...shape], indices: numbered.map(({ index }) => index) };
}

function indexIn(name: string): number {
  const [, digits] = /(\d+)\D*\.png$/i.exec(name) ?? [];
  if (digits !== undefined && digits.length < 10) return Number(digits);
  throw new Error(`expected PNG files named for the number of their example, e.g. 17.png, received ${name}`);
}
