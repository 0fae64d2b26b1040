/**
 * `metrics.jsonl`: one JSON object a line, appended as the run goes.
 *
 * @module
 */
import { appendFileSync, existsSync } from 'node:fs';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import type { MetricsRecord } from './run-folder.js';

/** In bytes: a text of JavaScript is no longer. */
const MAXIMUM_FILE = 2 ** 29 - 2 ** 10;

/** A run's `metrics.jsonl`: appended by the training, read by the report. */
export class MetricsFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws SaddlepointError FILE when the file cannot be written */
  append(record: MetricsRecord): void {
    try {
      appendFileSync(this.path, `${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw new SaddlepointError('FILE', `${this.path} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }

  /**
   * The records so far; a line that is none is left out, such as a last one cut off by a crash.
   *
   * @throws SaddlepointError FILE when the file is no file, or cannot be read
   */
  read(): MetricsRecord[] {
    if (!existsSync(this.path)) return [];
    return this.#text()
      .split('\n')
      .flatMap((line) => {
        try {
          const record = JSON.parse(line) as MetricsRecord | null;
          return typeof record === 'object' && typeof record?.step === 'number' ? [record] : [];
        } catch {
          return [];
        }
      });
  }

  /**
   * Forgets the records after a step, and a last line cut off by a crash: what a killed run wrote since the
   * checkpoint it resumes from.
   */
  rewind(step: number): void {
    if (!existsSync(this.path)) return;
    const kept = this.read().filter((record) => record.step <= step);
    const text = kept.map((record) => `${JSON.stringify(record)}\n`).join('');
    if (text !== this.#text()) writeFileAtomically(this.path, text);
  }

  #text(): string {
    try {
      return readWhole(this.path, MAXIMUM_FILE).toString('utf8');
    } catch (cause) {
      throw new SaddlepointError('FILE', `${this.path} cannot be read: ${(cause as Error).message}`, { cause });
    }
  }
}
