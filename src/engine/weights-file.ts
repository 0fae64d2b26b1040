/**
 * A file of weights in either of the two formats, told apart by what is in it: people call them `.pt`, `.pth`,
 * `.pth.tar`, `.ckpt`, `.bin` or anything else.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { SaddlepointError } from './errors.js';
import { openFile, readAt } from './read-file.js';
import { readSafetensors } from './safetensors.js';
import type { Tensor } from './tensor.js';
import { openTorchFile } from './torch-file.js';

export interface WeightsFile {
  /** By the file's names. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Of safetensors. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The entry of a checkpoint they were in. */
  readonly entry: string | undefined;
}

/**
 * Reads a file of weights into new CPU tensors.
 *
 * @param entry as for {@link openTorchFile}
 * @throws SaddlepointError CHECKPOINT as {@link openTorchFile} and {@link readSafetensors} do
 */
export function openWeights(path: string, entry?: string): WeightsFile {
  if (isSafetensors(path)) return { ...readSafetensors(path), entry: undefined };
  return { ...openTorchFile(path, { entry }), metadata: {} };
}

/**
 * The length of a header, then its first bracket; what is called so is read as such, so that its faults are named.
 *
 * @throws SaddlepointError CHECKPOINT for a file that cannot be opened
 */
export function isSafetensors(path: string): boolean {
  if (path.endsWith('.safetensors')) return true;
  try {
    const { file, size } = openFile(path);
    try {
      return size > 9 && readAt(file, 8, 1).toString() === '{' && readAt(file, 0, 8).readBigUInt64LE() <= BigInt(size);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new SaddlepointError('CHECKPOINT', `${path} cannot be opened: ${(cause as Error).message}`, { cause });
  }
}
