/**
 * The safetensors format: named tensors and a map of texts in one file that executes nothing. Layout:
 * eight bytes with the header's length (little endian), a JSON header, then the tensors' bytes.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { writeFileAtomically } from './atomic-file.js';
import type { DType } from './dtypes.js';
import { SaddlepointError } from './errors.js';
import { native } from './native.js';
import { openFile, readAt } from './read-file.js';
import { tidy } from './scopes.js';
import { MOST_DIMENSIONS, Tensor } from './tensor.js';

/**
 * Below the format's own limit of 100 MB: parsed, a header takes 20 times its length, and 8 MiB are 50,000 tensors.
 */
const MAXIMUM_HEADER = 8 * 2 ** 20;

const CODES = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
} as const satisfies Readonly<Record<DType, string>>;

const WIDTHS: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};
const DTYPES = new Map(Object.entries(CODES).map(([dtype, code]) => [code as string, dtype as DType]));

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Writes the tensors to one file, whole or not at all.
 *
 * @throws SaddlepointError FILE when the file cannot be written
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of tensors) {
    const code = CODES[tensor.dtype];
    const bytes = new Uint8Array(tensor.numel() * WIDTHS[code]!);
    native.copyInto(tensor.handle, bytes);
    header.set(name, { dtype: code, shape: tensor.shape, data_offsets: [offset, offset + bytes.length] });
    offset += bytes.length;
    parts.push(bytes);
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  // Padded with spaces, so that the data starts at a multiple of eight.
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeFileAtomically(path, length, padded, ...parts);
}

/**
 * Reads a file into new CPU tensors.
 *
 * @throws SaddlepointError CHECKPOINT when the file is missing, truncated, or its header lies about lengths,
 *   ranges or dtypes
 */
export function readSafetensors(path: string): SafetensorsFile {
  return withOpened(path, readOpened);
}

/**
 * The texts in a file's header, without the tensors.
 *
 * @throws SaddlepointError CHECKPOINT as {@link readSafetensors}
 */
export function readSafetensorsMetadata(path: string): SafetensorsFile['metadata'] {
  return withOpened(path, (file, size, lie) => readHeader(file, size, lie).metadata);
}

function withOpened<Result>(path: string, read: (file: number, size: number, lie: Lie) => Result): Result {
  const lie = (problem: string): never => {
    throw new SaddlepointError(
      'CHECKPOINT',
      `${path} is not a sound safetensors file: ${problem}. Is it complete, and of this format?`,
    );
  };
  try {
    const { file, size } = openFile(path);
    try {
      return read(file, size, lie);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    throw new SaddlepointError('CHECKPOINT', `${path} cannot be opened: ${(cause as Error).message}`, { cause });
  }
}

function readHeader(file: number, size: number, lie: Lie): ReturnType<typeof parseHeader> & { dataStart: number } {
  if (size < 8) lie(`expected at least 8 bytes, received ${size}`);
  const headerLength = Number(readAt(file, 0, 8).readBigUInt64LE());
  if (headerLength > size - 8) lie(`its header claims ${headerLength} bytes, the file has ${size}`);
  if (headerLength > MAXIMUM_HEADER) lie(`its header has ${headerLength} bytes, expected at most ${MAXIMUM_HEADER}`);
  const dataStart = 8 + headerLength;
  return { ...parseHeader(readAt(file, 8, headerLength).toString('utf8'), size - dataStart, lie), dataStart };
}

function readOpened(file: number, size: number, lie: Lie): SafetensorsFile {
  const { entries, metadata, dataStart } = readHeader(file, size, lie);
  const tensors = tidy(() => {
    const made = new Map<string, Tensor>();
    for (const { name, dtype, shape, start, end } of entries) {
      made.set(name, new Tensor(native.fromBytes(readAt(file, dataStart + start, end - start), shape, dtype)));
    }
    return made;
  });
  return { tensors, metadata };
}

type Lie = (problem: string) => never;

/** Checks every name, dtype, shape and range; the ranges must cover the data exactly, without overlap. */
function parseHeader(
  text: string,
  dataLength: number,
  lie: Lie,
): { entries: Entry[]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    lie('its header is not JSON');
  }
  if (!isRecord(header)) return lie('its header is not a JSON object');
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    lie('its metadata is not a map of texts');
  }
  const entries = Object.entries(tensors).map(([name, description]) => parseEntry(name, description, dataLength, lie));
  let covered = 0;
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== covered)
      lie(`tensor "${entry.name}" starts at byte ${entry.start}, expected ${covered} (a gap or an overlap)`);
    covered = entry.end;
  }
  if (covered !== dataLength) lie(`its tensors cover ${covered} bytes of data, the file has ${dataLength}`);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(name: string, description: unknown, dataLength: number, lie: Lie): Entry {
  if (!isRecord(description)) return lie(`tensor "${name}" has no description`);
  const { dtype: code, shape, data_offsets: offsets } = description;
  const dtype = typeof code === 'string' ? DTYPES.get(code) : undefined;
  if (dtype === undefined || typeof code !== 'string')
    return lie(`tensor "${name}" has the unknown dtype ${JSON.stringify(code)}`);
  // LibTorch multiplies all sizes but the zeros, also for a tensor without elements.
  const extent =
    isSizes(shape) && shape.length <= MOST_DIMENSIONS
      ? shape.reduce((product, length) => product * Math.max(1, length), 8)
      : Infinity;
  if (!isSizes(shape) || extent > Number.MAX_SAFE_INTEGER) return lie(`tensor "${name}" has no sound shape`);
  if (!isSizes(offsets) || offsets.length !== 2) return lie(`tensor "${name}" has no sound offsets`);
  const [start, end] = offsets as [number, number];
  const bytes = shape.reduce((product, length) => product * length, WIDTHS[code]!);
  if (start > end || end > dataLength || end - start !== bytes) {
    return lie(`tensor "${name}" claims bytes ${start} to ${end} of ${dataLength}, its shape needs ${bytes}`);
  }
  return { name, dtype, shape, start, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
