/**
 * How long an evaluation will take, by a short trial of its stages, and corrected by what they really take; and how
 * many examples fit a given time.
 *
 * @module
 */
import type { AttackStage } from '../../attacks/index.js';
import { wilsonInterval } from '../interval.js';
import { auditSize } from './audit-sample.js';
import type { EvaluationOrder } from './identity.js';
import type { AttackPlan } from './plan.js';
import type { Probe } from './probe.js';

/** What share of a round an example takes part in that falls in it, about. */
const EARLY = 0.25;
/**
 * Looks at each image outside of the attacks: the checks before, the clean error, both verifications, the signs of
 * masking.
 */
const OTHER_LOOKS = 8;
/** To start the threads, to look for signs of masking, to verify in a network loaded anew, and to write the files. */
const OTHER_SECONDS = 3;
/** By what one trial differs from the next on a machine that others use, too. */
const NOISE = 0.2;

export interface Forecast {
  readonly seconds: number;
  /** Where it lies, by how little the trial says of who is still robust, and how exact its clock is. */
  readonly from: number;
  readonly to: number;
}

/**
 * Seconds that the whole will take on this many examples. In the sampled order without what an audit that fires adds.
 */
export function forecastEvaluation(plan: AttackPlan, order: EvaluationOrder, examples: number, probe: Probe): Forecast {
  const counted = Math.round(probe.stillRobust * probe.examples);
  const [fewest, most] = wilsonInterval(counted, probe.examples);
  const whole = (stillRobust: number) => {
    const falling = Math.max(0, probe.correct - stillRobust);
    const other = OTHER_SECONDS + OTHER_LOOKS * examples * probe.secondsPerForward;
    return (
      other + attackSeconds(plan, order, { stillRobust: examples * stillRobust, falling: examples * falling }, probe)
    );
  };
  const seconds = whole(probe.stillRobust);
  // Where all examples are tried, nothing is guessed of others.
  const known = examples <= probe.examples;
  return {
    seconds,
    from: (1 - NOISE) * (known ? seconds : whole(fewest)),
    to: (1 + NOISE) * (known ? seconds : whole(Math.min(most, probe.correct))),
  };
}

/** How many examples stay to the end, and how many fall in the first stage. */
interface Fate {
  readonly stillRobust: number;
  readonly falling: number;
}

function attackSeconds(
  { stages }: AttackPlan,
  order: EvaluationOrder,
  { stillRobust, falling }: Fate,
  { secondsPerRound }: Probe,
): number {
  return stages.reduce((sum, { name, rounds, audited, untilFooled }, number) => {
    const share = untilFooled ? EARLY : 1;
    const attacked = order === 'sampled' && audited ? auditSize(stillRobust) : stillRobust;
    const inRounds = attacked * rounds.length + (number === 0 ? share * falling : 0);
    return sum + secondsPerRound[name]! * inRounds;
  }, 0);
}

/** The most examples, of `total`, whose evaluation is predicted to take at most `seconds`; at least one. */
export function examplesWithin(
  plan: AttackPlan,
  order: EvaluationOrder,
  limit: number,
  total: number,
  probe: Probe,
): number {
  let [low, high] = [1, total];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (forecastEvaluation(plan, order, middle, probe).seconds <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where an evaluation is. */
export interface Whereabouts {
  /** The stage that runs. */
  readonly stage: AttackStage;
  /** Examples times rounds that this stage still has before it. */
  readonly left: number;
  /** Examples still robust now. */
  readonly stillRobust: number;
  /** Whether the audited stages from here on may leave what they are not tried on. */
  readonly spare: boolean;
}

/** What is left, corrected by what the stages have really taken so far. */
export class RemainingTime {
  readonly #stages: readonly AttackStage[];
  readonly #probe: Probe;
  #expected = 0;
  #spent = 0;

  /** @param stages in the order that they run in */
  constructor(stages: readonly AttackStage[], probe: Probe) {
    this.#stages = stages;
    this.#probe = probe;
  }

  /** A round of this stage has attacked so many examples in so many seconds. */
  observe({ name }: AttackStage, examples: number, seconds: number): void {
    this.#expected += examples * this.#probe.secondsPerRound[name]!;
    this.#spent += seconds;
  }

  /** Seconds to the end. */
  after({ stage, left, stillRobust, spare }: Whereabouts): number {
    const { secondsPerRound } = this.#probe;
    const later = this.#stages.slice(this.#stages.indexOf(stage) + 1).reduce((sum, { name, rounds, audited }) => {
      const attacked = spare && audited ? auditSize(stillRobust) : stillRobust;
      return sum + attacked * rounds.length * secondsPerRound[name]!;
    }, 0);
    return this.#correction() * (left * secondsPerRound[stage.name]! + later);
  }

  /** Seconds for each foreseen one; the first few say little. */
  #correction(): number {
    const trust = 2;
    return (this.#spent + trust) / (this.#expected + trust);
  }
}
