/**
 * `metrics.jsonl`: one JSON object a line, appended as the run goes.
 *
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import type { MetricsRecord } from './run-folder.js';

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

  /** The records so far; a line that is none is left out, such as a last one cut off by a crash. */
  read(): MetricsRecord[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, 'utf8')
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
    if (text !== readFileSync(this.path, 'utf8')) writeFileAtomically(this.path, text);
  }
}
