/**
 * The signs of masked gradients, each a function from what was measured to a verdict.
 *
 * Sources: Athalye, Carlini and Wagner, "Obfuscated Gradients Give a False Sense of Security", ICML 2018, section 3.1;
 * Carlini et al., "On Evaluating Adversarial Robustness", 2019, sections 3 to 5; Pintor et al., "Indicators of Attack
 * Failure", NeurIPS 2022. They name the signs; the thresholds are ours, for about 100 examples: what one or two
 * examples may do by chance passes.
 *
 * @module
 */
import { formatBudget } from '../../attacks/index.js';
import type { StageResult } from '../results.js';
import { judge, type Indicator, type Verdict } from './verdict.js';

/** Flags of the attacked examples: whether an attack fooled the network. */
export type Fooled = readonly boolean[];

/** Attacks of growing strength, weakest first. */
export type StepSeries = readonly { readonly steps: number; readonly fooled: Fooled }[];

/** More steps must not fool fewer examples: where they do, the gradients lead astray. */
export function moreStepsHurt(series: StepSeries): Indicator {
  const { lost, from, to } = series.slice(1).reduce(
    (most, { steps, fooled }, i) => {
      const before = series[i]!;
      const fewer = share(before.fooled) - share(fooled);
      return fewer > most.lost ? { lost: fewer, from: before.steps, to: steps } : most;
    },
    { lost: 0, from: 0, to: 0 },
  );
  const counts = series.map(({ steps, fooled }) => `${percent(share(fooled))} with ${steps}`).join(', ');
  return indicator('more-steps', 'More steps must not fool fewer images', judge(lost, 0.02, 0.05), {
    reason:
      lost === 0 ? `steps of PGD fool ${counts}` : `${to} steps fool ${percent(lost)} fewer than ${from} (${counts})`,
    action:
      'Lower the step size, start from random points, or smooth the gradients (average over noise); look for random or non-differentiable layers.',
  });
}

/** The last increase of steps should add little: else the attack was stopped early. */
export function converged(series: StepSeries): Indicator {
  const [before, last] = series.slice(-2);
  const gain = before === undefined || last === undefined ? 0 : share(last.fooled) - share(before.fooled);
  return indicator('convergence', 'The last steps should add little', judge(gain, 0.05, 0.2), {
    reason: `${last?.steps ?? 0} instead of ${before?.steps ?? 0} steps fool ${percent(Math.max(0, gain))} more`,
    action: 'Run more steps until the robust error stays: it is too low so far.',
  });
}

/** An attacker who may draw nearly any image must always win. */
export function unboundedWins(fooled: Fooled, epsilon: number): Indicator {
  const missed = 1 - share(fooled);
  return indicator('large-budget', 'A huge budget must fool everything', judge(missed, 0, 0.05), {
    reason: `at epsilon ${formatBudget(epsilon)} the attack fools ${percent(share(fooled))}`,
    action: 'The attack fails, not the network resists: find where its gradients vanish before reporting a number.',
  });
}

/** An attack that sees only outputs must not fool what one with gradients cannot. */
export function blackBoxLoses(whiteBox: Fooled, blackBox: Fooled, name: string): Indicator {
  const alone = share(blackBox.map((fooled, i) => fooled && whiteBox[i] !== true));
  return indicator('black-box', 'An attack without gradients must not do better', judge(alone, 0.02, 0.05), {
    reason: `${name} fools ${percent(alone)} that the strongest attack with gradients does not (${percent(share(blackBox))} against ${percent(share(whiteBox))})`,
    action: 'Gradients do not lead to the nearest errors: report the worst case over both, with more queries.',
  });
}

/**
 * From so many of all examples on the reference implementation of AutoAttack warns; and from so many the number is no
 * good.
 */
const [CONTRADICTED, REFUTED] = [0.002, 0.05] as const;

/**
 * A stage that sees only answers must not fool what the stages with gradients before it left robust. Undefined where
 * the evaluation had no such stages.
 *
 * @param stages in the order in which they ran
 * @param blackBox the names of those that see only answers
 * @param examples of the whole evaluation
 */
export function searchBeatsGradients(
  stages: readonly StageResult[],
  blackBox: readonly string[],
  examples: number,
): Indicator | undefined {
  const blind = stages.filter(({ name }, i) => i > 0 && blackBox.includes(name));
  if (blind.length === 0) return undefined;
  const errors = blind.reduce((sum, stage) => sum + stage.errors, 0);
  const alone = errors / examples;
  const verdict = alone < CONTRADICTED ? 'pass' : judge(alone, 0, REFUTED);
  return indicator('stages', 'A stage without gradients must not find more', verdict, {
    reason: `${blind.map(({ name }) => name).join(' and ')} fools ${errors} of ${examples} images (${percent(alone)}) that the stages before could not, which have gradients`,
    action:
      'Gradients mislead here: take the robust error for a lower bound, and attack with more queries and restarts.',
  });
}

/** Adversarial images of another network must not fool what the attack on this network cannot. */
export function transferLoses(whiteBox: Fooled, transferred: Fooled): Indicator {
  return {
    ...blackBoxLoses(whiteBox, transferred, 'transfer from the surrogate'),
    name: 'transfer',
    title: 'Images of another network must not do better',
  };
}

/** A loss that does not saturate must not find much more than cross-entropy. */
export function lossesAgree(crossEntropy: Fooled, margin: Fooled): Indicator {
  const alone = share(margin.map((fooled, i) => fooled && crossEntropy[i] !== true));
  return indicator('loss', 'Another loss must not find much more', judge(alone, 0.06, 0.15), {
    reason: `the margin loss fools ${percent(alone)} that cross-entropy does not`,
    action: 'Cross-entropy saturates here: attack with the margin or DLR loss.',
  });
}

/** Without a gradient there is no attack with gradients. */
export function gradientsExist(zero: Fooled, objective = 'cross-entropy'): Indicator {
  const missing = share(zero);
  return indicator('zero-gradients', 'Gradients must not vanish', judge(missing, 0, 0.05), {
    reason: `the gradient of ${objective} is zero or not a number for ${percent(missing)} of the images`,
    action:
      'Look for rounding, thresholds or saturated layers, and replace such a layer by a smooth one in the backward pass (BPDA); the robust error of an attack with gradients is a lower bound.',
  });
}

/** A small step along the gradient must raise the loss: else the surface is rough and the gradient means nothing. */
export function gradientsPointUphill(uphill: Fooled): Indicator {
  const downhill = 1 - share(uphill);
  return indicator('loss-surface', 'A small step along the gradient must help', judge(downhill, 0.05, 0.2), {
    reason: `a step of a hundredth of the budget along the gradient does not raise the margin of ${percent(downhill)} of the images`,
    action:
      'The loss is rough or flat around the images: average gradients over noise, and trust black-box attacks more.',
  });
}

function indicator(
  name: string,
  title: string,
  verdict: Verdict,
  { reason, action }: { readonly reason: string; readonly action: string },
): Indicator {
  return { name, title, verdict, reason, action: verdict === 'pass' ? '' : action };
}

export function share(flags: Fooled): number {
  return flags.length === 0 ? 0 : flags.filter(Boolean).length / flags.length;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
