/**
 * Trainings and evaluations that are killed, halted, run out of disk or see the clock go backwards, on every engine that is
 * built: each has to end with the bits of one that was left alone.
 *
 * @module
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { projectRoot } from '../../src/engine/installation.js';
import { RunFolder } from '../../src/monitoring/index.js';
import { evaluateIn, leftIn } from '../evaluation/disturbed-evaluation.test-helper.js';
import {
  checkpointOf,
  eventsOf,
  randomMoments,
  recordsOf,
  trainIn,
  type Disturbance,
} from '../training/disturbed-training.test-helper.js';
import { FIXED, type Computes } from '../training/killable-recipe.test-helper.js';

const KILLS_A_RUN = 10;
const SPLIT: Computes = { attackBackend: 'winograd', attackSplit: 2, backend: 'winograd' };
const preload = new URL('./disturb.mjs', import.meta.url);

export interface RunsReport {
  readonly what: string;
  readonly disturbances: number;
  /** How many of them ended the process: a halt and a clock should not, a full disk should. */
  readonly ended: number;
  readonly findings: readonly string[];
}

/** The engines in build/, but for sanitized ones. */
export function builtEngines(): string[] {
  const build = join(projectRoot(), 'build');
  return readdirSync(build)
    .filter((name) => existsSync(join(build, name, 'engine.json')) && !name.endsWith('-sanitized'))
    .sort();
}

/** Trains undisturbed, then with these disturbances and to the end, and says where the two differ. */
async function compareTrainings(
  computes: Computes,
  disturbances: readonly Disturbance[],
  environment: NodeJS.ProcessEnv,
): Promise<Pick<RunsReport, 'ended' | 'findings'>> {
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-campaign-'));
  try {
    const [whole, disturbed] = ['whole', 'disturbed'].map((name) => new RunFolder(join(folder, name))) as [
      RunFolder,
      RunFolder,
    ];
    const findings: string[] = [];
    let ended = 0;
    const expectEnd = async (run: RunFolder, what: string) => {
      const { code, stderr } = await trainIn(run, computes, { environment });
      if (code !== 0) findings.push(`${what} ended with ${code}: ${stderr.slice(-300)}`);
    };
    await expectEnd(whole, 'the undisturbed training');
    if (findings.length > 0) return { ended, findings };
    copyFileSync(whole.plan, disturbed.create().plan); // what was measured decides the last bits
    for (const disturbance of disturbances) {
      const outcome = await trainIn(disturbed, computes, {
        ...disturbance,
        environment: { ...environment, ...disturbance.environment },
      });
      const asked = /^E[A-Z]+/.exec(disturbance.environment?.SADDLEPOINT_DISTURB ?? '');
      const refused = outcome.code !== null && outcome.code !== 0;
      if (refused || outcome.killed) ended += 1;
      if (refused && (asked === null || !/SaddlepointError|cannot be/.test(outcome.stderr))) {
        findings.push(`a disturbed training ended with ${outcome.code}: ${outcome.stderr.slice(-300)}`);
      }
    }
    await expectEnd(disturbed, 'the training that was disturbed');
    for (const name of ['last', 'best'] as const)
      if (checkpointOf(disturbed, name) !== checkpointOf(whole, name))
        findings.push(`the checkpoint "${name}" is another one`);
    if (!isDeepStrictEqual(recordsOf(disturbed), recordsOf(whole))) findings.push('the metrics are others');
    if (!isDeepStrictEqual(eventsOf(disturbed), eventsOf(whole))) findings.push('the TensorBoard events are others');
    return { ended, findings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills trainings, half of them with a split attack. */
export async function killTrainings(engine: string, kills: number): Promise<RunsReport> {
  const findings: string[] = [];
  let ended = 0;
  for (let done = 0; done < kills; done += KILLS_A_RUN) {
    const computes = (done / KILLS_A_RUN) % 2 === 0 ? FIXED : SPLIT;
    const moments = randomMoments(Math.min(KILLS_A_RUN, kills - done));
    const found = await compareTrainings(
      computes,
      moments.map((moment) => ({ moment })),
      { SADDLEPOINT_ENGINE: engine },
    );
    ended += found.ended;
    findings.push(
      ...found.findings.map((each) => `${each} (attackSplit ${computes.attackSplit}, ${JSON.stringify(moments)})`),
    );
  }
  return { what: `training, killed, ${engine}`, disturbances: kills, ended, findings };
}

/** Kills evaluations. */
export async function killEvaluations(engine: string, kills: number): Promise<RunsReport> {
  const environment = { SADDLEPOINT_ENGINE: engine };
  const findings: string[] = [];
  let ended = 0;
  const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-campaign-'));
  try {
    const whole = join(folder, 'whole');
    await evaluateIn(whole, undefined, environment);
    const expected = leftIn(whole);
    for (let run = 0; ended < kills; run += 1) {
      const disturbed = join(folder, String(run));
      for (;;) {
        const delay = ended < kills ? Math.floor(20 * Math.random()) : undefined;
        const { code, signal, stderr } = await evaluateIn(disturbed, delay, environment);
        if (signal === 'SIGKILL') ended += 1;
        else if (code !== 0) findings.push(`the evaluation ended with ${signal ?? code}: ${stderr.slice(-300)}`);
        if (signal !== 'SIGKILL') break;
      }
      if (findings.length > 0) break;
      if (!isDeepStrictEqual(leftIn(disturbed), expected)) findings.push('result or images are others');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { what: `evaluation, killed, ${engine}`, disturbances: kills, ended, findings };
}

/** Trainings that stand still, whose disk is full or read-only in the middle, and whose clock goes backwards. */
export async function disturbTrainings(engine: string, count: number): Promise<RunsReport[]> {
  const environment = { SADDLEPOINT_ENGINE: engine };
  const several = (make: () => Disturbance) => Array.from({ length: count }, make);
  const failing = (what: string) =>
    several(() => ({ preload, environment: { SADDLEPOINT_DISTURB: `${what}:${1 + Math.floor(60 * Math.random())}` } }));
  const halted = several(() => ({
    kind: 'halt',
    moment: { steps: 1 + Math.floor(8 * Math.random()), milliseconds: 20 * Math.random() },
  }));
  const kinds: [string, Disturbance[]][] = [
    ['halted and continued', halted.slice(0, 1)],
    ['disk full', failing('ENOSPC')],
    ['disk read-only', failing('EROFS')],
    ['clock an hour back', failing('clock').slice(0, 1)],
  ];
  const reports: RunsReport[] = [];
  for (const [what, disturbances] of kinds) {
    const compared = await compareTrainings(FIXED, disturbances, environment);
    reports.push({ what: `training, ${what}, ${engine}`, disturbances: disturbances.length, ...compared });
  }
  return reports;
}
