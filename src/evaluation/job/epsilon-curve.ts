/**
 * Robust error against growing budgets as a job: at each budget an attack of all examples, saved after every chunk, so
 * that a killed evaluation goes on with what is missing and comes to the identical curve.
 *
 * @module
 */
import { ATTACKS, type AttackDescription } from '../../attacks/index.js';
import { silent } from '../../monitoring/index.js';
import { wilsonInterval } from '../interval.js';
import type { RobustErrorRate } from '../results.js';
import { breathe, chunks, cleanChunk, timed } from './chunk.js';
import type { JobEnd, JobOptions } from './facts.js';
import { Ledger } from './ledger.js';
import { singleAttackPlan, type AttackPlan } from './plan.js';
import { endWithoutTrace, secondsOf, withState, type JobState } from './state.js';
import type { JournalLine } from './store.js';

export interface EpsilonCurveOptions extends JobOptions {
  /**
   * One restart at each budget, with the default step size, which follows the budget; its own budget does not matter.
   */
  readonly attack: AttackDescription;
  readonly budgets: readonly number[];
}

export interface FinishedCurve extends JobEnd {
  /** From the clean error, at a budget of 0, on; then one point a budget, in their order. */
  readonly curve: readonly RobustErrorRate[];
  /** Of all chunks, also those of processes before. */
  readonly seconds: number;
}

/**
 * Measures the curve, or the rest of one. Attacks run on the folded network, and what they find counts where the model
 * itself gets it wrong. Every budget attacks every example that is right as it is, whatever fell to a smaller one. The
 * network is left in the mode it was in; no tensor stays alive.
 *
 * @throws SaddlepointError ARGUMENT for a budget or values the attack refuses; CHECKPOINT for a saved state of another
 *   curve (other budgets are no other curve: those that are there are kept); FILE when the state cannot be written;
 *   INTERRUPTED between two chunks after the signal. After each of them the state is as it was
 */
export async function runEpsilonCurve(options: EpsilonCurveOptions): Promise<FinishedCurve> {
  const attack = { ...options.attack, stepSize: undefined };
  const classes = options.dataset.classes.length;
  const plans = options.budgets.map((epsilon) => singleAttackPlan({ ...attack, epsilon }, 1, classes));
  const settings = JSON.stringify({ curve: { ...attack, epsilon: undefined } });
  return withState(options, settings, async (state) => {
    const lines = await measure(options, plans, state);
    return { curve: pointsOf(options, plans, lines), seconds: secondsOf(lines), ...endWithoutTrace(state.store) };
  });
}

/** Does what the store's journal lacks. @returns the whole journal */
async function measure(
  options: EpsilonCurveOptions,
  plans: readonly AttackPlan[],
  { store, subject, attacker }: JobState,
): Promise<readonly JournalLine[]> {
  const { selection, seed, batchSize = 100, folder, progress = silent, signal } = options;
  const { positions } = selection;
  const lines = [...store.lines];
  const save = async (line: JournalLine) => {
    store.append(line);
    lines.push(line);
    await breathe(folder, signal);
  };
  for (const part of chunks(new Ledger(lines).unseen(positions), batchSize)) {
    const [wrong, seconds] = await timed(() => cleanChunk({ ...subject, draws: plans[0]?.draws }, part));
    await save({ kind: 'clean', positions: part, wrong, seconds });
  }
  const leftAt = (plan: AttackPlan) => ledgerAt(plan, lines).remaining(positions, nameOf(plan), 'all', 0);
  const begun = plans.filter((plan) => leftAt(plan).length === 0).length;
  progress.start('epsilon curve', positions.length * plans.length, positions.length * begun);
  for (const [before, plan] of plans.entries()) {
    const task = { plan, stage: plan.stages[0]!, round: 0, seed };
    let left = leftAt(plan);
    for (const part of chunks(left, batchSize)) {
      const [{ fooled, images, parameters }, seconds] = await timed(() => attacker.attack(task, part));
      images?.dispose();
      parameters?.dispose();
      left = left.slice(part.length);
      progress.update(positions.length * (before + 1) - left.length);
      await save({
        kind: 'attack',
        stage: nameOf(plan),
        group: 'all',
        round: 0,
        positions: part,
        fooled: [...fooled],
        seconds,
      });
    }
  }
  return lines;
}

/** In the journal. */
function nameOf({ epsilon }: AttackPlan): string {
  return `epsilon ${epsilon}`;
}

/** What is known of each example at one budget alone: what fell to another budget is still robust. */
function ledgerAt(plan: AttackPlan, lines: readonly JournalLine[]): Ledger {
  const name = nameOf(plan);
  return new Ledger(lines.filter((line) => line.kind === 'clean' || ('stage' in line && line.stage === name)));
}

function pointsOf(
  { attack: { name, norm, steps }, selection: { positions } }: EpsilonCurveOptions,
  plans: readonly AttackPlan[],
  lines: readonly JournalLine[],
): RobustErrorRate[] {
  const examples = positions.length;
  const { label } = ATTACKS.get(name);
  const point = (epsilon: number, ledger: Ledger): RobustErrorRate => {
    const errors = examples - ledger.stillRobust(positions).length;
    const interval = wilsonInterval(errors, examples);
    return {
      attack: name,
      label,
      norm,
      epsilon,
      steps,
      restarts: 1,
      examples,
      errors,
      robustError: errors / examples,
      interval,
    };
  };
  const clean = new Ledger(lines.filter(({ kind }) => kind === 'clean'));
  return [point(0, clean), ...plans.map((plan) => point(plan.epsilon, ledgerAt(plan, lines)))];
}
