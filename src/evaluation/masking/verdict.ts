/**
 * What the gradient-masking report says, as results keep it.
 *
 * @module
 */

/** `pass`: nothing speaks against the number; `suspect`: look; `fail`: the robust error is too low to be true. */
export type Verdict = 'pass' | 'suspect' | 'fail';

/** A verdict that is said beside the number. */
export type Doubt = Exclude<Verdict, 'pass'>;

/** One sign of masked gradients, looked for. */
export interface Indicator {
  /** e.g. `steps`. */
  readonly name: string;
  /** What is looked for, for people. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What was measured, in one sentence. */
  readonly reason: string;
  /** What to do; empty for `pass`. */
  readonly action: string;
}

/** How many of the examples one attack fools. */
export interface MaskingMeasurement {
  readonly attack: string;
  readonly epsilon: number;
  readonly steps: number;
  readonly restarts: number;
  readonly fooled: number;
}

export interface MaskingReport {
  /** The worst of the indicators. */
  readonly verdict: Verdict;
  readonly norm: string;
  readonly epsilon: number;
  readonly seed: number;
  /** Images attacked: those of the sample that the network gets right. */
  readonly examples: number;
  /** Images looked at. */
  readonly sample: number;
  readonly indicators: readonly Indicator[];
  readonly measurements: readonly MaskingMeasurement[];
}

const ORDER: readonly Verdict[] = ['pass', 'suspect', 'fail'];

export function worst(verdicts: readonly Verdict[]): Verdict {
  return ORDER[Math.max(0, ...verdicts.map((verdict) => ORDER.indexOf(verdict)))] ?? 'fail';
}

/** Several looks at one network as one: every indicator once, the more telling verdict of two. */
export function mergeMasking(reports: readonly MaskingReport[]): MaskingReport | undefined {
  const [first] = [...reports].sort((a, b) => b.indicators.length - a.indicators.length);
  if (first === undefined) return undefined;
  const indicators = new Map<string, Indicator>();
  for (const one of [first, ...reports].flatMap((report) => report.indicators)) {
    const known = indicators.get(one.name);
    if (known === undefined || ORDER.indexOf(one.verdict) > ORDER.indexOf(known.verdict)) indicators.set(one.name, one);
  }
  const all = [...indicators.values()];
  return { ...first, indicators: all, verdict: worst(all.map(({ verdict }) => verdict)) };
}

/** What stands beside a number: nothing where nothing speaks against it. */
export function doubtOf(verdict: Verdict | undefined): Doubt | undefined {
  return verdict === 'pass' ? undefined : verdict;
}

/** Judges a number that should be small: at most `pass`, else at most `suspect`, else failed. */
export function judge(value: number, pass: number, suspect: number): Verdict {
  if (value <= pass) return 'pass';
  return value <= suspect ? 'suspect' : 'fail';
}
