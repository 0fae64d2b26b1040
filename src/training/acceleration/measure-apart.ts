/**
 * Measurements in a process of their own: LibTorch itself dies of some layouts on some processors, and then the
 * candidate is none, in place of the training.
 *
 * @module
 */
import { spawn, spawnSync } from 'node:child_process';
import { compiledFile, runtime, SaddlepointError } from '../../engine/index.js';
import type { ModelDescription } from '../../models/index.js';
import type { Rates } from './fastest.js';
import type { Recipe } from '../recipe.js';

/** What is to be measured: on made-up images, as what they show has no part in the time. */
export interface Measurement<Name extends string = string> {
  /** An attack's backend, or also the shares of a training's batch. */
  readonly kind: 'training' | 'attack' | 'step-attack';
  readonly description: ModelDescription;
  /** Of one image, [C, H, W]. */
  readonly image: readonly number[];
  readonly classes: number;
  /** How many. */
  readonly images: number;
  /** The candidates, in the order that decides a tie. */
  readonly names: readonly Name[];
  readonly threads: number;
  /** Of a step's attack. */
  readonly recipe?: Pick<Recipe, 'model' | 'training' | 'seed'>;
}

export interface Chosen {
  readonly name: string;
  readonly passesPerSecond: Rates;
  /** Of a step's attack: those of its backends. */
  readonly backends?: Rates;
}

/** What the process says. */
export type MeasuringLine = { readonly begin: string } | { readonly chosen: Chosen };

/** Seconds that each candidate has, at all looks together; the one at which they are spent is none. */
const LIMIT = 600;

/** How one process ended. */
export interface Attempt {
  readonly chosen: Chosen | undefined;
  /** The candidate it was at. */
  readonly last: string | undefined;
  /** Why there is no outcome. */
  readonly reason: string;
}

/**
 * The fastest of the candidates that live through their measurement.
 *
 * @param attempt how one process goes; default: it is run
 * @throws SaddlepointError ENGINE when none does
 */
export function measureApart<Name extends string>(
  measurement: Omit<Measurement<Name>, 'threads'>,
  attempt: (measurement: Measurement) => Attempt = run,
): Chosen & { readonly name: Name } {
  const attempts = attemptsAt(measurement);
  let next = attempts.next();
  while (next.done !== true) next = attempts.next(attempt(next.value));
  return next.value as Chosen & { readonly name: Name };
}

/** As {@link measureApart}, while this thread does other things. */
export async function measureApartMeanwhile<Name extends string>(
  measurement: Omit<Measurement<Name>, 'threads'>,
): Promise<Chosen & { readonly name: Name }> {
  const attempts = attemptsAt(measurement);
  let next = attempts.next();
  while (next.done !== true) next = attempts.next(await runMeanwhile(next.value));
  return next.value as Chosen & { readonly name: Name };
}

/** Asks for attempts, each without the candidates that have died before, until one comes to an end. */
function* attemptsAt(measurement: Omit<Measurement, 'threads'>): Generator<Measurement, Chosen, Attempt> {
  let { names } = measurement;
  for (;;) {
    const { chosen, last, reason } = yield { ...measurement, names, threads: runtime().threads };
    if (chosen !== undefined) return chosen;
    const rest = names.filter((name) => name !== last);
    if (rest.length === names.length || rest.length === 0) {
      throw new SaddlepointError(
        'ENGINE',
        `none of the backends could be measured (${measurement.names.join(', ')}): ${reason}. ` +
          'Fix them in the recipe: training.backend, training.attackBackend, training.attackSplit',
      );
    }
    names = rest;
  }
}

const program = () => [compiledFile('training/acceleration/measuring-process.js')];
const limits = ({ names }: Measurement) => ({ timeout: 1000 * LIMIT * names.length, killSignal: 'SIGKILL' }) as const;

function run(measurement: Measurement): Attempt {
  const input = JSON.stringify(measurement);
  return attemptOf(spawnSync(process.execPath, program(), { ...limits(measurement), input, encoding: 'utf8' }));
}

function runMeanwhile(measurement: Measurement): Promise<Attempt> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program(), { ...limits(measurement), stdio: 'pipe' });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve(attemptOf({ ...said, status, signal }));
    });
    child.stdin.on('error', () => undefined); // a process that has died does not read on; its end says so
    child.stdin.end(JSON.stringify(measurement));
  });
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

function attemptOf({ stdout, stderr, status, signal }: Ended): Attempt {
  const lines = stdout.trim().split('\n').flatMap(readLine);
  const last = lines.flatMap((line) => ('begin' in line ? [line.begin] : [])).at(-1);
  const [chosen] = lines.flatMap((line) => ('chosen' in line ? [line.chosen] : []));
  const words = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? `its process ended with ${signal ?? `exit code ${status}`}`;
  return { chosen: status === 0 ? chosen : undefined, last, reason: words };
}

/** Nothing for half a line. */
function readLine(text: string): MeasuringLine[] {
  try {
    return [JSON.parse(text) as MeasuringLine];
  } catch {
    return [];
  }
}
