/**
 * What counts as an error of a network that draws random numbers: an example that the majority of several draws gets
 * wrong. One draw would count luck, and an attack that is tried often enough always has some.
 *
 * @module
 */
import { advance, noGrad, tidy, type Tensor } from '../engine/index.js';
import { misclassified, type Module } from '../nn/index.js';

/**
 * In how many of the draws the network gets each image wrong, and in how many it gives no numbers, which is wrong too:
 * float [N] each. A network that draws nothing is asked once. Leaves alive what it returns.
 */
export function countWrong(
  model: Module,
  images: Tensor,
  labels: Tensor,
  draws: number,
): { readonly wrong: Tensor; readonly unanswered: Tensor } {
  const once = () =>
    tidy(() =>
      noGrad(() => {
        const logits = model.forward(images);
        const numbers = { dtype: 'float32' } as const;
        return { wrong: misclassified(logits, labels).to(numbers), unanswered: logits.isnan().any(1).to(numbers) };
      }),
    );
  let sums = once();
  for (let draw = 1; draw < draws; draw += 1) {
    sums = advance(sums, ({ wrong, unanswered }) => {
      const next = once();
      return { wrong: wrong.add(next.wrong), unanswered: unanswered.add(next.unanswered) };
    });
  }
  return sums;
}

/** Which examples the majority of the draws gets wrong, bool [N]: more than half of them. */
export function wrongByMajority(model: Module, images: Tensor, labels: Tensor, draws: number): Tensor {
  return tidy(() => countWrong(model, images, labels, draws).wrong.gt(draws / 2));
}

/**
 * By how much a rate that counts majorities would vary if the draws were made anew: its standard error, from each
 * example's share of wrong draws. The examples' own choice is not in it; the interval says that.
 *
 * @param wrong in how many of the draws each example was wrong
 */
export function standardErrorOfDraws(wrong: readonly number[], draws: number): number {
  const variance = wrong.reduce((sum, count) => {
    const majority = majorityProbability(count / draws, draws);
    return sum + majority * (1 - majority);
  }, 0);
  return Math.sqrt(variance) / wrong.length;
}

/** The probability that more than half of the draws are wrong, when each is with this one. */
export function majorityProbability(probability: number, draws: number): number {
  if (probability === 0 || probability === 1) return probability;
  let term = (1 - probability) ** draws; // of no wrong draw; draws are few, so that it does not vanish for long
  let sum = 0;
  for (let count = 0; count <= draws; count += 1) {
    if (count > draws / 2) sum += term;
    term *= ((draws - count) / (count + 1)) * (probability / (1 - probability));
  }
  return sum;
}
