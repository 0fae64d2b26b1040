/**
 * Catastrophic overfitting: within a few hundred steps a network that is trained with a single attack step can become
 * immune to that step alone, while PGD of the same budget fools it nearly always (Wong, Rice and Kolter, "Fast is
 * Better than Free", ICLR 2020; Andriushchenko and Flammarion, "Understanding and Improving Fast Adversarial
 * Training", NeurIPS 2020). Wong et al. stop there. This watch goes back to the last good weights and trains the next
 * steps with a PGD of few steps, which Li, Wang, Jana and Carin ("Towards Understanding Fast Adversarial Training",
 * 2020) do without going back.
 *
 * The count of the steps goes on: schedules, batches and random numbers are those of a run in which nothing happened,
 * and what was lost is the time.
 *
 * @module
 */
import { disposeSplit, slice, type Split } from '../../data/index.js';
import type { FrozenBackend } from '../../models/attack-network/index.js';
import { attackSchedule, type AttackSchedule } from '../attack-schedule.js';
import type { StepMetrics } from '../step-metrics.js';
import type { Training } from '../training-schema.js';
import { measureGap, type Gap } from './measure-gap.js';
import { budgetChanges, multiStep } from './rescuing-attacker.js';
import { Snapshot, type RunState } from './snapshot.js';
import { rescueLength, type OverfittingWatchOptions } from './watch-schema.js';

/** Where the watch stands. What the last good weights are is in its {@link OverfittingWatch.good}. */
export interface WatchPosition {
  /** Optimizer steps that were done when the last good weights were copied. */
  readonly good: number;
  /** Steps before this one are trained with the attack that rescues. */
  readonly rescueUntil: number;
  /** How often the run went back. */
  readonly rollBacks: number;
  /** The PGD error of the last good look; undefined before the first one, and in what an earlier version wrote. */
  readonly goodError?: number | undefined;
}

export interface WatchedTraining {
  readonly state: RunState;
  readonly training: Pick<Training, 'attack' | 'attackSchedule' | 'batchSize'>;
  readonly options: OverfittingWatchOptions;
  readonly validation: Split;
  /** Of the attacks' inner loops; null: the model itself. */
  readonly backend: FrozenBackend | null;
  readonly seed: number;
  /** Optimizer steps of the whole training. */
  readonly steps: number;
}

/** What a look found. */
export interface WatchReport {
  readonly metrics: StepMetrics;
  /** Says that the run went back; undefined where it did not. */
  readonly line?: string | undefined;
}

export class OverfittingWatch implements Disposable {
  /** The last good state: at first the one that the training begins with. */
  readonly good: Snapshot;
  readonly #watched: WatchedTraining;
  readonly #images: Split;
  readonly #oneStep: AttackSchedule;
  readonly #pgd: AttackSchedule;
  #position: WatchPosition = { good: 0, rescueUntil: 0, rollBacks: 0 };

  constructor(watched: WatchedTraining) {
    const { training, options, steps, state, validation } = watched;
    const { attack, attackSchedule: changes = [] } = training;
    this.#watched = watched;
    this.#oneStep = attackSchedule(attack!, changes, steps);
    this.#pgd = attackSchedule(multiStep(attack!, options.steps), budgetChanges(changes), steps);
    this.#images = slice(validation, 0, options.examples);
    this.good = new Snapshot(state);
  }

  get position(): WatchPosition {
    return this.#position;
  }

  /** Goes on from where an earlier part of the run stood; its weights are put into {@link good}. */
  resume(position: WatchPosition): void {
    this.#position = position;
  }

  /** Whether the attack that rescues trains the step after so many. */
  rescues(step: number): boolean {
    return step < this.#position.rescueUntil;
  }

  /**
   * Looks at the network if it is time: keeps a copy of a good state, or goes back to the last one.
   *
   * @param step optimizer steps done
   * @returns what it found; undefined where it did not look
   */
  after(step: number): WatchReport | undefined {
    const { every, gap: most } = this.#watched.options;
    if (step % every !== 0 && step !== this.#watched.steps) return undefined;
    const found = this.measure(step);
    const gap = found.pgd - found.oneStep;
    // Some networks that collapse lose what they had learned against either attack.
    const collapsed = gap > most || found.pgd - (this.#position.goodError ?? 1) > most;
    const line = collapsed ? this.#goBack(step, found) : undefined;
    if (!collapsed) {
      this.good.take();
      this.#position = { ...this.#position, good: step, goodError: found.pgd };
    }
    return {
      metrics: {
        'overfitting/one_step_error': found.oneStep,
        'overfitting/pgd_error': found.pgd,
        'overfitting/gap': gap,
        'overfitting/roll_backs': this.#position.rollBacks,
      },
      line,
    };
  }

  /** What the two attacks of the last step done find on the held-out images. */
  measure(step: number): Gap {
    const { state, backend, seed, training } = this.#watched;
    const [oneStep, pgd] = [this.#oneStep, this.#pgd].map((schedule) => schedule(Math.max(0, step - 1)));
    const { batchSize } = training;
    return measureGap({
      model: state.model,
      images: this.#images,
      oneStep: oneStep!,
      pgd: pgd!,
      backend,
      batchSize,
      seed,
      step,
    });
  }

  [Symbol.dispose](): void {
    this.good[Symbol.dispose]();
    disposeSplit(this.#images);
  }

  #goBack(step: number, found: Gap): string {
    const { options, steps, training } = this.#watched;
    const { good, rollBacks, goodError } = this.#position;
    this.good.restore();
    const rescueUntil = Math.min(steps, step + rescueLength(options, rollBacks));
    this.#position = { good, rescueUntil, rollBacks: rollBacks + 1, goodError };
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    return (
      `catastrophic overfitting at step ${step}: PGD fools ${percent(found.pgd)} of ${options.examples} held-out ` +
      `images, ${training.attack!.name} ${percent(found.oneStep)}. Back to the weights of step ${good}` +
      (rescueUntil > step ? `; PGD of ${options.rescueSteps} steps trains until step ${rescueUntil}` : '')
    );
  }
}
