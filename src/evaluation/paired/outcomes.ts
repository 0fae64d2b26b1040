/**
 * What became of every image of an evaluation, in one letter each, in the order of the selection: compact enough to lie
 * in the result, and enough to compare two networks image by image.
 *
 * @module
 */

/** Misclassified as it is; fooled by the attack; robust, or without an attack right. */
export const [WRONG, FOOLED, ROBUST] = ['w', 'f', 'r'] as const;

/** The form in which results keep outcomes. */
export const OUTCOMES = /^[wfr]*$/;

/**
 * @param wrong misclassified as they are
 * @param fooled misclassified under attack; left out where there was none
 */
export function outcomesOf(wrong: readonly boolean[], fooled: readonly boolean[] = []): string {
  return wrong.map((isWrong, i) => (isWrong ? WRONG : fooled[i] === true ? FOOLED : ROBUST)).join('');
}

/** Wrong as they are, or fooled. */
export function countErrors(outcomes: string): number {
  return outcomes.replaceAll(ROBUST, '').length;
}

/** The outcomes of the same images where nobody attacks them. */
export function withoutAttack(outcomes: string): string {
  return outcomes.replaceAll(FOOLED, ROBUST);
}

/** Four numbers of images: how two networks do on the same ones. */
export interface PairedCounts {
  readonly images: number;
  readonly bothWrong: number;
  /** Wrong for the first network alone. */
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/** Counts any outcome but robust as wrong. @param first as long as `second` */
export function countPairs(first: string, second: string): PairedCounts {
  let [bothWrong, firstOnly, secondOnly] = [0, 0, 0];
  for (let i = 0; i < first.length; i += 1) {
    const [a, b] = [first[i] !== ROBUST, second[i] !== ROBUST];
    if (a && b) bothWrong += 1;
    else if (a) firstOnly += 1;
    else if (b) secondOnly += 1;
  }
  const images = first.length;
  return { images, bothWrong, firstOnly, secondOnly, neither: images - bothWrong - firstOnly - secondOnly };
}
