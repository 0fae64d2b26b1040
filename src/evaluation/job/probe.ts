/**
 * A short trial of an evaluation, from which it can be foreseen how long the whole will take.
 *
 * @module
 */
import type { AttackStage } from '../../attacks/index.js';
import { count, type Batch, type Split } from '../../data/index.js';
import { noGrad, runtime, tidy, withThreads, type Tensor } from '../../engine/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../../models/attack-network/index.js';
import { evaluating, misclassified, type Module } from '../../nn/index.js';
import { spread } from '../preflight/probe.js';
import { batchOf, runRound } from './chunk.js';
import type { EvaluationBackend } from './identity.js';
import { streamOf, type AttackPlan } from './plan.js';

/** What a few examples say of all of them. */
export interface Probe {
  /** How many examples that were. */
  readonly examples: number;
  /**
   * Share of them that are classified correctly, and of those that a few steps of the first stage leave robust, too.
   */
  readonly correct: number;
  readonly stillRobust: number;
  readonly secondsPerForward: number;
  /** By stage: what one round takes for one example that stays to its end. */
  readonly secondsPerRound: Readonly<Record<string, number>>;
}

/** Examples that are attacked at once; more are looked at where that is quick. */
const [LEAST, MOST] = [32, 512];
/** Steps of the first stage that tell who falls; fewer only where the stage has fewer. */
const TELLING_STEPS = 10;
/** Stages whose own steps, as many as the time allows, tell it of those still robust then. */
const TELLING_STAGES = 2;
/** The trial of one stage is meant to take about this long. */
const STAGE_SECONDS = 0.4;
const LONGEST_TRIAL = 20;
/** That of a stage which ends early, of which only the whole tells when. */
const WHOLE_SECONDS = 4;

export interface ProbeOptions {
  readonly seed?: number | undefined;
  /** How the attacks' inner loop computes. Default: plain. */
  readonly backend?: EvaluationBackend | undefined;
  /** Threads that will share the attacks; each is taken to be as fast as one alone. Default 1. */
  readonly workers?: number | undefined;
}

/**
 * Runs each stage's own attack for a few steps on examples from all over the split. Leaves the network in the mode it
 * was in, and nothing alive.
 */
export function probeEvaluation(model: Module, split: Split, plan: AttackPlan, options: ProbeOptions = {}): Probe {
  const { threads } = runtime();
  // More workers than cores take turns.
  const workers = Math.min(options.workers ?? 1, threads);
  const restore = evaluating(model);
  try {
    return withThreads(Math.floor(threads / workers), () =>
      tidy(() => new Trial(model, split, plan, options).probe(workers)),
    );
  } finally {
    restore();
  }
}

class Trial {
  readonly #network: AttackNetwork;
  readonly #backend: EvaluationBackend;

  constructor(
    readonly model: Module,
    readonly split: Split,
    readonly plan: AttackPlan,
    readonly options: ProbeOptions,
  ) {
    this.#backend = options.backend ?? 'plain';
    this.#network = new AttackNetwork(model, FROZEN_BACKENDS[this.#backend]);
  }

  probe(workers: number): Probe {
    const { stages } = this.plan;
    const first = stages[0]!;
    const telling = Math.min(TELLING_STEPS, first.steps);
    const few = this.#batch(spread(count(this.split), LEAST));
    this.#attack(first, few, 1); // warms up
    const step = this.#secondsPerStep(first, few, 1);
    const affordable = Math.floor(STAGE_SECONDS / Math.max(1e-9, step * telling));
    const positions = spread(count(this.split), Math.max(LEAST, Math.min(MOST, affordable)));
    const batch = this.#batch(positions);
    const [wrong, forward] = timed(() => noGrad(() => misclassified(this.model.forward(batch.images), batch.labels)));
    const fooled = this.#attack(first, batch, telling).logicalOr(wrong).toNumbers();
    const [examples, errors] = [positions.length, wrong.sum().item()];
    const stillRobust = positions.filter((_, row) => fooled[row] === 0);
    // Those who stay are what most of the time goes into; where none does, all are as good.
    const tried = stillRobust.slice(0, LEAST);
    const staying = tried.length === 0 ? few : this.#batch(tried);
    const share = tried.length === 0 ? 0 : this.#stillRobust(tried, step) / tried.length;
    return {
      examples,
      correct: 1 - errors / examples,
      stillRobust: (share * stillRobust.length) / examples,
      secondsPerForward: forward / examples / workers,
      secondsPerRound: Object.fromEntries(
        stages.map((stage) => [stage.name, (stage.steps * this.#stage(stage, staying)) / workers]),
      ),
    };
  }

  /** How many of them more steps of the first stages leave robust, too; all where there is no time for more. */
  #stillRobust(positions: readonly number[], secondsPerStep: number): number {
    let left = positions;
    for (const stage of this.plan.stages.slice(0, TELLING_STAGES)) {
      const affordable = Math.floor((2 * STAGE_SECONDS) / Math.max(1e-9, secondsPerStep * left.length));
      const steps = Math.min(stage.steps, affordable);
      if (left.length === 0 || steps <= TELLING_STEPS) break;
      const fooled = this.#attack(stage, this.#batch(left), steps).toNumbers();
      left = left.filter((_, row) => fooled[row] === 0);
    }
    return left.length;
  }

  /** Seconds of a step for one example, by as many steps as fit the time. */
  #stage(stage: AttackStage, batch: Batch): number {
    const one = this.#secondsPerStep(stage, batch, Math.min(2, stage.steps));
    const fitting = Math.floor(STAGE_SECONDS / Math.max(1e-9, one * batch.images.size(0)));
    const whole = stage.endsEarly === true && one * batch.images.size(0) * stage.steps < WHOLE_SECONDS;
    const steps = whole ? stage.steps : Math.min(stage.steps, LONGEST_TRIAL, fitting);
    return steps <= 2 ? one : this.#secondsPerStep(stage, batch, steps);
  }

  /** Every attack looks once more than it steps: at where it begins, or ends. */
  #secondsPerStep(stage: AttackStage, batch: Batch, steps: number): number {
    const [, seconds] = timed(() => this.#attack(stage, batch, steps).sum().item());
    return seconds / batch.images.size(0) / (steps + 1);
  }

  /** @returns bool [N]: who is fooled */
  #attack(stage: AttackStage, batch: Batch, steps: number): Tensor {
    const round = stage.rounds[0]!;
    const stream = streamOf(this.plan, this.options.seed ?? 1, stage, round);
    return runRound(round.create(steps), this.#network, this.#backend, stream, batch).success;
  }

  #batch(positions: readonly number[]): Batch {
    return batchOf(this.split, positions);
  }
}

function timed<Result>(work: () => Result): [Result, number] {
  const started = performance.now();
  const result = work();
  return [result, (performance.now() - started) / 1000];
}
