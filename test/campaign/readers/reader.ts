/**
 * What the campaign has to know of a reader.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choose, type Random } from '../../support/random-values.js';

interface Kind {
  /** Sound files. */
  readonly seeds: (folder: string) => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Puts checksums right again, half of the time: else nothing behind them would ever be read. */
  readonly mend?: (bytes: Buffer, random: Random) => Buffer;
}

export interface Reader extends Kind {
  /** Reads these bytes, which it writes into the folder first, and frees what it made. */
  readonly read: (bytes: Buffer, folder: string, random: Random) => void;
}

/** Reads many files in one go: where a process has to be started for them. */
export interface ReaderOfMany extends Kind {
  readonly atOnce: number;
  /** @returns how many could be read */
  readonly readMany: (files: readonly Buffer[], folder: string) => number;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Writes a file below the folder and returns its path. */
export function write(folder: string, name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** The repository's own files below a folder, by the end of their names. */
export function filesIn(folder: string, ending: string): Buffer[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(root, folder, name)));
}

/** A reader of what is packed: breaks what is inside, or the outside. */
export const packed =
  (pack: (bytes: Buffer) => Buffer) =>
  (bytes: Buffer, random: Random): Buffer =>
    random() < 0.7 ? pack(bytes) : bytes;

const WORDS = [
  'null',
  'true',
  '-1',
  '1e999',
  '0.5',
  '1e9',
  '2147483648',
  '""',
  '[]',
  '{}',
  '[[]]',
  '{"constructor":1}',
  '"__proto__"',
  '"\\u0000"',
];

/** A value of a JSON text replaced by another one, half of the time: the text stays JSON, and what is behind the parser is met. */
export function mendJson(bytes: Buffer, random: Random, sound: string): Buffer {
  if (random() < 0.5) return bytes;
  const values = [...sound.matchAll(/"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|\b(?:null|true|false)\b|\[\s*\]/g)];
  if (values.length === 0) return bytes;
  let text = sound;
  for (let changes = 1 + Math.floor(3 * random()); changes > 0; changes -= 1) {
    const { 0: value, index } = choose(random, values);
    const length = value.length;
    if (text.slice(index, index + length) === value)
      text = `${text.slice(0, index)}${choose(random, WORDS)}${text.slice(index + length)}`;
    else break; // an earlier change moved it
  }
  return Buffer.from(text);
}
