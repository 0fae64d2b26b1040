/**
 * How numbers are written in a report: one place, so that the same figure never appears in two forms.
 *
 * @module
 */

import { formatBudget } from '../attacks/budget.js';
import { reducedPrecision } from '../evaluation/reduced-precision.js';

/** Keeps a number and its unit on one line. */
const SPACE = '\u00a0';

/** A fraction as a percentage with one decimal. Only what is exactly none or all is written as 0.0 or 100.0. */
export function percent(fraction: number): string {
  if (!Number.isFinite(fraction)) return 'not a number';
  const digits = (fraction * 100).toFixed(1);
  if (digits === '0.0' && fraction > 0) return `<${SPACE}0.1${SPACE}%`;
  if (digits === '100.0' && fraction < 1) return `>${SPACE}99.9${SPACE}%`;
  return `${digits}${SPACE}%`;
}

/** An interval of fractions: `24.4 to 29.9 %`. */
export function interval([low, high]: readonly [number, number]): string {
  return `${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}${SPACE}%`;
}

/** A whole number with thousands separated, and its noun in the right number: `1,000 images`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount.toLocaleString('en-US')}${SPACE}${amount === 1 ? noun : plural}`;
}

/** A number without noise of binary fractions: 0.30000000000000004 is written 0.3. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** A budget as it was written: `8/255`, `0.03137`. */
export const epsilon = formatBudget;

const NORMS: ReadonlyMap<string, string> = new Map([
  ['linf', 'L∞'],
  ['l2', 'L2'],
  ['l1', 'L1'],
  ['l0', 'L0'],
]);

/** The name of a norm: `linf` is written L∞, and a union `linf:8/255+l2:0.5` L∞ 8/255 ∪ L2 0.5. */
export function normName(norm: string): string {
  return norm
    .split('+')
    .map((member) => {
      const [name = '', ...budget] = member.split(':');
      return [NORMS.get(name.toLowerCase()) ?? name, ...budget].join(' ');
    })
    .join(' ∪ ');
}

/** Of results from before they said how their attack is written. */
const ATTACKS: ReadonlyMap<string, string> = new Map([
  ['pgd', 'PGD'],
  ['fgsm', 'FGSM'],
  ['apgd', 'APGD'],
  ['fab', 'FAB'],
  ['square', 'Square'],
  ['autoattack', 'AutoAttack'],
]);

/**
 * The name of an attack as the literature writes it, also in `pgd for confidence`; one it does not know stays as it is.
 *
 * @param label what the attack says of itself
 */
export function attackName(attack: string, label?: string): string {
  const [name = '', ...purpose] = attack.split(' ');
  return [label ?? ATTACKS.get(name.toLowerCase()) ?? name, ...purpose].join(' ');
}

/** The attack a rate is of, AutoAttack with its version: `AutoAttack (rand)`. */
export function rateName({
  attack,
  label,
  version,
}: {
  readonly attack: string;
  readonly label?: string | undefined;
  readonly version?: string | undefined;
}): string {
  const name = attackName(attack, label);
  return version === undefined || version === 'standard' ? name : `${name} (${version})`;
}

/** The length of the steps, where somebody said one. */
export function ofLength(attack: unknown, format: (length: number) => string): string {
  const { stepSize } = optionsOf(attack);
  return typeof stepSize === 'number' ? ` of ${format(stepSize)}` : '';
}

/** What tables say of every attack in their own way. */
const USUAL = new Set(['name', 'norm', 'epsilon', 'steps', 'stepSize', 'restarts']);

/** Whatever else was set, e.g. `objective margin`: with another value it is another attack. */
export function furtherOptions(attack: unknown): string[] {
  return Object.entries(optionsOf(attack))
    .filter(([key, value]) => !USUAL.has(key) && value !== undefined && value !== null)
    .map(
      ([key, value]) =>
        `${key} ${JSON.stringify(value)
          .replaceAll('"', '')
          .replaceAll(/([:,])/g, '$1 ')}`,
    );
}

/** Of an attack as a result describes it, which may be a file of anybody's; what nobody said is not in it. */
function optionsOf(attack: unknown): Readonly<Record<string, unknown>> {
  return typeof attack === 'object' && attack !== null ? { ...attack } : {};
}

/** What a robust error was measured with; it is never printed without. */
export function attackSettings(settings: {
  readonly attack?: string;
  readonly norm: string;
  readonly epsilon: number;
  readonly steps: number;
  readonly restarts: number;
  readonly examples: number;
  readonly order?: string | undefined;
  readonly backend?: string | undefined;
  readonly of?: { readonly settings: unknown; readonly data: { readonly selection: string } } | undefined;
}): string {
  return [
    normName(settings.norm),
    `ε${SPACE}=${SPACE}${epsilon(settings.epsilon)}`,
    // AutoAttack's parts have steps and restarts of their own, and no options.
    ...(settings.attack === 'autoattack'
      ? []
      : [
          `${count(settings.steps, 'step')}${ofLength(settings.of?.settings, epsilon)}`,
          count(settings.restarts, 'restart'),
          ...furtherOptions(settings.of?.settings),
        ]),
    ...(settings.order === 'sampled' ? ['sampled order'] : []),
    ...searchedIn(settings),
    count(settings.examples, 'image'),
    ...drawn(settings.of?.data.selection),
  ].join(', ');
}

/** Of a search with rounded factors, in which precision: it misses some of what one in float32 finds. */
export function searchedIn({ backend }: { readonly backend?: string | undefined }): string[] {
  const precision = reducedPrecision(backend);
  return precision === undefined ? [] : [`searched in ${precision}`];
}

/** What a sampled order's robust error may be, where some of its stages ran on a sample alone; empty elsewhere. */
export function sampledBound({ atMost }: { readonly atMost?: number | undefined }): string {
  return atMost === undefined ? '' : `sampled: at most ${percent(atMost)}`;
}

/** Of a random sample, which one: other images are another measurement. */
function drawn(selection = ''): string[] {
  const [seed] = /drawn with seed \d+/.exec(selection) ?? [];
  return seed === undefined ? [] : [seed];
}

/** Spaces that keep words together are for pages; in a file of text they are found by no search. */
export function plainSpaces(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

/** Joins words as a sentence does: `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
}

/** What stands beside a robust error whose attack may not have been able to search. */
export function beside(doubt: string | undefined): string {
  return doubt === undefined ? '' : ` ${doubt}`;
}

export const DOUBT_EXPLANATION =
  'suspect, fail: signs that the attack could not search, so that the robust error is likely too low; the ' +
  'evaluation\u2019s masking says which.';
