/**
 * How long an evaluation will take, from a short probe; and how many examples fit a given time.
 *
 * @module
 */
import { NORMS, Pgd, Square } from '../../attacks/index.js';
import { count, type Split } from '../../data/index.js';
import { noGrad, RandomStream, runtime, tidy, withThreads } from '../../engine/index.js';
import { AttackNetwork, PLAIN_FORM, type FrozenForm } from '../../models/attack-network/index.js';
import { evaluating, misclassified, type Module } from '../../nn/index.js';
import { AUDIT_LEAST, AUDIT_SHARE } from './audit.js';
import { batchOf } from './chunk.js';
import type { EvaluationOrder } from './identity.js';
import type { AttackPlan } from './plan.js';

/** What a few examples say of all of them. */
export interface Probe {
  /** Of one example, with what an attack does around it. */
  readonly secondsPerGradient: number;
  readonly secondsPerForward: number;
  /** Share of the examples that are classified correctly, and of those that stand after a short attack too. */
  readonly correct: number;
  readonly standing: number;
}

/** Examples, steps and queries of the probe. */
const EXAMPLES = 32;
const STEPS = 10;
const QUERIES = 20;
/** What share of its steps an example that falls in the first stage takes part in, about. */
const EARLY = 0.25;

export interface ProbeOptions {
  /** How the attacks' inner loop computes. Default: plain. */
  readonly form?: FrozenForm | undefined;
  /** Threads that will share the attacks; each is taken to be as fast as one alone. Default 1. */
  readonly workers?: number | undefined;
}

/** Attacks a few examples shortly. Leaves the network in the mode it was in, and nothing alive. */
export function probeSpeed(model: Module, split: Split, plan: AttackPlan, options: ProbeOptions = {}): Probe {
  const { form = PLAIN_FORM } = options;
  const { threads } = runtime();
  // More workers than cores take turns.
  const workers = Math.min(options.workers ?? 1, threads);
  const restore = evaluating(model);
  try {
    return withThreads(Math.floor(threads / workers), () =>
      tidy(() => {
        const total = count(split);
        const used = Math.min(EXAMPLES, total);
        const positions = Array.from({ length: used }, (_, i) => Math.floor((i * total) / used));
        const { images, labels, indices } = batchOf(split, positions);
        const wrong = noGrad(() => misclassified(model.forward(images), labels));
        const randomness = { stream: new RandomStream('probe'), indices };
        const network = new AttackNetwork(model, form);
        const norm = NORMS[plan.norm];
        const { epsilon } = plan;
        const pgd = new Pgd({ norm, epsilon, steps: STEPS });
        const square = new Square({ norm: plan.norm === 'l0' ? NORMS.linf : norm, epsilon: plan.norm === 'l0' ? 0.1 : epsilon, queries: QUERIES }); // prettier-ignore
        pgd.run(network, images, labels, randomness); // warms up
        const [gradients, fooled] = seconds(() => pgd.run(network, images, labels, randomness).fooled.logicalOr(wrong).sum().item()); // prettier-ignore
        const [forwards] = seconds(() => square.run(network, images, labels, randomness).fooled.sum().item());
        return {
          secondsPerGradient: gradients / used / (STEPS + 1) / workers,
          secondsPerForward: forwards / used / (QUERIES + 1) / workers,
          correct: 1 - wrong.sum().item() / used,
          standing: 1 - fooled / used,
        };
      }),
    );
  } finally {
    restore();
  }
}

/** Seconds that the plan will take on this many examples. */
export function predictSeconds(plan: AttackPlan, order: EvaluationOrder, examples: number, probe: Probe): number {
  const standing = examples * probe.standing;
  const falling = examples * (probe.correct - probe.standing);
  return plan.stages.reduce((sum, { passes, rounds, audited }, number) => {
    const pass = passes.gradients * probe.secondsPerGradient + passes.forwards * probe.secondsPerForward;
    const attacked = order === 'lazy' && audited ? Math.min(standing, Math.max(AUDIT_LEAST, AUDIT_SHARE * standing)) : standing; // prettier-ignore
    return sum + pass * (attacked * rounds.length + (number === 0 ? EARLY * falling : 0));
  }, examples * probe.secondsPerForward);
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
    if (predictSeconds(plan, order, middle, probe) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function seconds<Result>(work: () => Result): [number, Result] {
  const started = performance.now();
  const result = work();
  return [(performance.now() - started) / 1000, result];
}
