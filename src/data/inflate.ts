/**
 * Inflates what says beforehand how long it is, and no more than that: a few kilobytes can unfold to gigabytes.
 *
 * @module
 */
import { constants, gunzipSync, inflateSync } from 'node:zlib';

/** The most a data set's compressed file may hold. The largest known here is SVHN's training part, 226 MB. */
export const MAXIMUM_INFLATED = 256 * 2 ** 20;
/** Deflate packs at most 258 bytes into two bits, so no honest file grows by more. */
const MAXIMUM_RATIO = 1032;

export type Packing = 'gzip' | 'zlib';

const INFLATE = { gzip: gunzipSync, zlib: inflateSync };

/**
 * The first bytes of packed data, for a look at what they say about the rest; fewer where there are no more.
 *
 * @throws Error of zlib for what is not packed so
 */
export function inflateStart(data: Uint8Array, length: number, packing: Packing): Buffer {
  // Enough input for so many bytes however badly they are packed, and for gzip's header with a file's name.
  const start = data.subarray(0, 2 * length + 4096);
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAXIMUM_RATIO * (2 * length + 4096) };
  return INFLATE[packing](start, options).subarray(0, length);
}

/**
 * All of packed data of at most `limit` bytes, in memory for so many.
 *
 * @throws Error for what is not packed so, is cut off, fails its checksum, or is longer
 */
export function inflateAtMost(data: Uint8Array, limit: number, packing: Packing): Buffer {
  const room = Math.max(64, Math.min(limit, MAXIMUM_RATIO * data.length)); // no data can fill more
  try {
    return INFLATE[packing](data, { maxOutputLength: room, chunkSize: room });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_BUFFER_TOO_LARGE') throw cause;
    throw new Error(`it holds more than the ${limit} bytes that were expected`, { cause });
  }
}

/** @throws Error where a claim is more than these data can hold, or than a data set's file may */
export function checkClaim(claimed: number, data: Uint8Array): void {
  if (claimed > MAXIMUM_INFLATED) {
    throw new Error(`it claims ${claimed} bytes, expected at most ${MAXIMUM_INFLATED}`);
  }
  if (claimed > MAXIMUM_RATIO * data.length) {
    throw new Error(`it claims ${claimed} bytes, which ${data.length} packed ones cannot hold`);
  }
}
