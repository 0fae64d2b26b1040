/**
 * The child of the campaign: lets one reader read broken files, one after the other.
 *
 *     read-broken.ts <reader> <seed> <first> <count> <folder>
 *
 * Before each it writes number and file into the folder, so that the parent can show the one that ended the process or
 * took too long. Prints a JSON object at the end.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory, SaddlepointError } from '../../src/engine/index.js';
import { choose, seeded, type Random } from '../support/random-values.js';
import { mutate } from './mutate.js';
import { READERS } from './readers/index.js';

/** What one input came to, where it is not as promised. */
export interface Finding {
  readonly number: number;
  readonly what: string;
}

export interface ChildReport {
  readonly done: number;
  readonly read: number;
  /** Of processor time. */
  readonly slowestSeconds: number;
  readonly largestMiB: number;
  readonly findings: readonly Finding[];
}

const MAXIMUM_MIB = 300;
const MIB = 2 ** 20;

const [name = '', seed = '1', first = '0', count = '100', folder = '.'] = process.argv.slice(2);
const reader = READERS[name]!;
const sound = await reader.seeds(folder);
const atOnce = 'atOnce' in reader ? reader.atOnce : 1;
const findings: Finding[] = [];
let [read, slowest, largest] = [0, 0, 0];
const live = memory().live;

/** Each input from its own numbers: any of them can be made again alone. */
function inputOf(number: number): { readonly bytes: Buffer; readonly random: Random } {
  const random = seeded((Number(seed) * 1_000_003 + number * 7919) >>> 0);
  const broken = mutate(choose(random, sound), random, sound);
  return { bytes: reader.mend?.(broken, random) ?? broken, random };
}

/** @returns how many of them could be read */
function readAll(inputs: readonly { readonly bytes: Buffer; readonly random: Random }[]): number {
  if ('atOnce' in reader)
    return reader.readMany(
      inputs.map(({ bytes }) => bytes),
      folder,
    );
  const [{ bytes, random }] = inputs as [(typeof inputs)[0]];
  reader.read(bytes, folder, random);
  return 1;
}

const end = Number(first) + Number(count);
for (let number = Number(first); number < end; number += atOnce) {
  const inputs = Array.from({ length: Math.min(atOnce, end - number) }, (_, i) => inputOf(number + i));
  writeFileSync(join(folder, 'input'), inputs[0]!.bytes);
  writeFileSync(join(folder, 'number'), String(number));
  const before = resetPeak();
  const started = process.cpuUsage();
  try {
    read += readAll(inputs);
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.message === '' || error.code === 'INTERNAL') {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      findings.push({ number, what: `an error that is not ours: ${stack.slice(0, 400)}` });
    }
  }
  const { user, system } = process.cpuUsage(started);
  slowest = Math.max(slowest, (user + system) / 1e6);
  const above = peak() - before - inputs[0]!.bytes.length / MIB;
  largest = Math.max(largest, above);
  if (above > MAXIMUM_MIB) findings.push({ number, what: `${above.toFixed(0)} MiB above the file's size` });
  if (memory().live !== live) findings.push({ number, what: `${memory().live - live} tensors stay alive` });
}
const report: ChildReport = { done: Number(count), read, slowestSeconds: slowest, largestMiB: largest, findings };
process.stdout.write(JSON.stringify(report));

/** Forgets how much memory there was at most, where Linux can; returns what there is now, in MiB. */
function resetPeak(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux: the peak since the start stands in for it.
  }
  return process.memoryUsage.rss() / MIB;
}

function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
