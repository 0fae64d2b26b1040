/**
 * Random calls to everything that the engine exports, in processes of their own.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../support/child.js';

/** In KiB: what a runaway allocation meets long before it is the whole machine's memory. */
const ADDRESS_SPACE = 16_000_000;

export interface CallsReport {
  readonly calls: number;
  readonly succeeded: number;
  readonly findings: readonly string[];
}

/** @param calls of one process; a process begins with every function once */
export async function randomCalls(seed: number, calls: number): Promise<CallsReport> {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-campaign-'));
  const journal = join(folder, 'journal');
  try {
    const child = await runChild(
      '../engine/children/random-calls.ts',
      import.meta.url,
      [String(seed), String(calls), journal],
      { addressSpace: ADDRESS_SPACE },
    );
    if (child.code !== 0) {
      const last = readFileSync(journal, 'utf8').slice(0, 400);
      return {
        calls,
        succeeded: 0,
        findings: [`the process ended with ${child.signal ?? `code ${child.code}`}; last call: ${last}`],
      };
    }
    const { succeeded, foreign } = JSON.parse(child.stdout) as { succeeded: number; foreign: string[] };
    return { calls, succeeded, findings: foreign };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
