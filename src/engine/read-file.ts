/**
 * Reading files that may be anything: a pipe that never writes, a device that never ends, or larger than the memory.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** The most that is read at once; the system takes no more than 2 GiB. */
const STRETCH = 2 ** 30;

/** An open file and how long it was when it was opened. Whoever opens it closes it. */
export interface OpenFile {
  readonly file: number;
  readonly size: number;
}

/**
 * Opens a file for reading.
 *
 * @throws Error that says why not: of Node.js where it cannot be opened, of ours for a folder, a pipe or a device
 */
export function openFile(path: string): OpenFile {
  // Without O_NONBLOCK opening a pipe waits until somebody writes into it.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error('expected a file, received a folder, a pipe or a device');
    return { file, size: status.size };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** As {@link openFile}, for whoever reads while other work goes on. */
export async function openFileMeanwhile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error('expected a file, received a folder, a pipe or a device');
}

/**
 * Reads a whole file of at most `limit` bytes.
 *
 * @throws Error that says why not, as {@link openFile}, or that it is longer
 */
export function readWhole(path: string, limit: number): Buffer {
  const { file, size } = openFile(path);
  try {
    if (size > limit) throw new Error(`it has ${size} bytes, expected at most ${limit}`);
    return readAt(file, 0, size);
  } finally {
    closeSync(file);
  }
}

/** Reads so many bytes from a position. @throws Error where the file has become shorter since it was opened */
export function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const read = readSync(file, buffer, done, Math.min(STRETCH, length - done), position + done);
    if (read === 0) throw new Error('the file became shorter while it was read');
    done += read;
  }
  return buffer;
}
