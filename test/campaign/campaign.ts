/**
 * The campaign: broken files for every reader, random calls to the engine, and trainings and evaluations that are killed,
 * halted, run out of disk or see the clock go backwards, on every engine that is built. Ends with a table and, where
 * something was found, with exit code 1; each finding has the command that shows it again.
 *
 *     npm run campaign                                  a few minutes
 *     npm run campaign -- --hours 8                     until the time is over
 *     npm run campaign -- --inputs 100000 --calls 1000000 --kills 100 --evaluation-kills 50
 *     npm run campaign -- --reader png --seed 7         one reader
 *
 * @module
 */
import { parseArgs } from 'node:util';
import { SaddlepointError } from '../../src/engine/errors.js';
import { requireKnown } from '../../src/engine/nearest.js';
import { builtEngines, disturbTrainings, killEvaluations, killTrainings, type RunsReport } from './disturb-runs.js';
import { randomCalls } from './random-calls.js';
import type { ChildReport } from './read-broken.js';
import { readFiles } from './read-files.js';
import { READERS } from './readers/index.js';

const CALLS_A_PROCESS = 20_000;
const { values: asked } = parseArgs({
  options: {
    hours: { type: 'string' },
    inputs: { type: 'string', default: '1000' },
    calls: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '10' },
    'evaluation-kills': { type: 'string', default: '10' },
    disturbances: { type: 'string', default: '2' },
    reader: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'string', default: 'campaign-findings' },
  },
});
type Count = 'hours' | 'inputs' | 'calls' | 'kills' | 'evaluation-kills' | 'disturbances' | 'seed';
const number = (name: Count): number => {
  const value = Number(asked[name] ?? 0);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected --${name} to be a number of at least 0, received ${String(asked[name])}`,
  );
};

const say = (line: string) => process.stdout.write(`${line}\n`);
let found = 0;
const tell = (what: string, again: string) => {
  found += 1;
  say(`  FOUND ${what}\n    again: ${again}`);
};

async function filesFor(reader: string, seed: number, inputs: number): Promise<ChildReport> {
  const report = await readFiles(reader, seed, inputs, asked.keep);
  const { done, read, slowestSeconds, largestMiB, findings } = report;
  say(
    `| ${reader} | ${done} | ${read} | ${slowestSeconds.toFixed(2)} | ${Math.max(0, largestMiB).toFixed(0)} | ${findings.length} |`,
  );
  for (const each of findings) {
    tell(
      `${reader}, input ${each.number}: ${each.what}`,
      `npm run campaign -- --reader '${reader}' --seed ${seed} --inputs ${each.number + 1} --calls 0`,
    );
  }
  return report;
}

async function callsFor(seed: number, calls: number): Promise<void> {
  let succeeded = 0;
  for (let done = 0; done < calls; done += CALLS_A_PROCESS) {
    const [of, count] = [seed + done / CALLS_A_PROCESS, Math.min(CALLS_A_PROCESS, calls - done)];
    const report = await randomCalls(of, count);
    succeeded += report.succeeded;
    for (const what of report.findings)
      tell(`engine: ${what}`, `npm run campaign -- --inputs 0 --seed ${of} --calls ${count}`);
  }
  say(`engine: ${calls} random calls, of which ${succeeded} succeeded`);
}

/** All counts are for all engines together. */
async function disturbRuns(): Promise<void> {
  const engines = builtEngines();
  const share = (name: Count) => Math.ceil(number(name) / engines.length);
  const tellOf = ({ what, disturbances, ended, findings }: RunsReport) => {
    say(`| ${what} | ${disturbances} | ${ended} | ${findings.length} |`);
    for (const finding of findings) tell(`${what}: ${finding}`, 'npm run campaign -- --inputs 0 --calls 0');
  };
  say('| what | times | ended the process | found |\n|---|---|---|---|');
  for (const engine of engines) {
    if (share('kills') > 0) tellOf(await killTrainings(engine, share('kills')));
    if (share('evaluation-kills') > 0) tellOf(await killEvaluations(engine, share('evaluation-kills')));
    if (number('disturbances') === 0) continue;
    for (const report of await disturbTrainings(engine, number('disturbances'))) tellOf(report);
  }
}

async function round(seed: number): Promise<void> {
  say(`seed ${seed}`);
  const [inputs, calls] = [number('inputs'), number('calls')];
  if (inputs > 0) {
    say(
      '| reader | broken files | still read | slowest (s) | most memory (MiB above the file) | found |\n|---|---|---|---|---|---|',
    );
    const readers =
      asked.reader === undefined
        ? Object.keys(READERS)
        : [requireKnown('a reader', asked.reader, Object.keys(READERS))];
    for (const reader of readers) await filesFor(reader, seed, inputs);
  }
  if (asked.reader !== undefined) return;
  if (calls > 0) await callsFor(seed, calls);
  await disturbRuns();
}

const end = Date.now() + 3_600_000 * number('hours');
for (let seed = number('seed'); ; seed += 1000) {
  await round(seed);
  if (Date.now() >= end) break;
}
say(found === 0 ? 'nothing found' : `${found} found; inputs that ended a process are in ${asked.keep}/`);
process.exitCode = found === 0 ? 0 : 1;
