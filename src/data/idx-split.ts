/**
 * One part of MNIST or a relative of it: a file of images and a file of labels.
 *
 * @module
 */
import { makeSplit, type Split } from './dataset.js';
import { readIdx } from './idx.js';

/** @throws SaddlepointError DATA when a file is missing or damaged, or a label is out of range */
export function readIdxSplit(folder: string, part: 'train' | 'test', classes: number): Split {
  const prefix = part === 'train' ? 'train' : 't10k'; // the names of MNIST's files
  const images = readIdx(folder, `${prefix}-images-idx3-ubyte`, 3);
  const labels = readIdx(folder, `${prefix}-labels-idx1-ubyte`, 1);
  const [, height = 0, width = 0] = images.shape;
  return makeSplit(part, images.bytes, labels.bytes, [1, height, width], classes);
}
