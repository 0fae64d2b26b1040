/**
 * A bar a class: how sure the network is now, and by a tick how sure it was of the picture itself.
 *
 * @module
 */
import { element } from './dom.js';
import { percent } from './words.js';

/** With more classes, only those are shown that matter. */
const MOST = 10;
const SHOWN = 6;

export class ConfidenceBars {
  readonly root = element('ol', { class: 'bars' });
  readonly #classes: readonly string[];
  readonly #rows = new Map<number, ReturnType<typeof makeRow>>();

  constructor(classes: readonly string[]) {
    this.#classes = classes;
  }

  /** @param before probabilities of the picture itself @param now of the attacked one */
  show(before: readonly number[], now: readonly number[], label: number): void {
    const shown = classesToShow(before, now, label);
    const said = now.indexOf(Math.max(...now));
    const rows = shown.map((number) => {
      const row = this.#rows.get(number) ?? makeRow(this.#classes[number]!);
      this.#rows.set(number, row);
      row.root.className = number === label ? 'truth' : number === said ? 'error' : '';
      row.name.textContent = `${this.#classes[number]!}${number === label ? ' ✓' : ''}`;
      row.value.textContent = percent(now[number]!);
      row.fill.style.inlineSize = `${100 * now[number]!}%`;
      row.before.style.insetInlineStart = `${100 * before[number]!}%`;
      return row.root;
    });
    // Rows stay where they are while nothing comes or goes, so that their bars can glide.
    if (rows.some((row, i) => this.root.children[i] !== row) || rows.length !== this.root.children.length)
      this.root.replaceChildren(...rows);
  }

  /** Where there is nothing to show. */
  clear(): void {
    this.root.replaceChildren();
  }
}

/** All, or the right class and those that the network finds likeliest, before or now; in the networks' order. */
export function classesToShow(before: readonly number[], now: readonly number[], label: number): number[] {
  const numbers = now.map((_, number) => number);
  if (now.length <= MOST) return numbers;
  const weight = (number: number) => (number === label ? 2 : Math.max(before[number]!, now[number]!));
  const likeliest = numbers.sort((one, other) => weight(other) - weight(one)).slice(0, SHOWN);
  return likeliest.sort((one, other) => one - other);
}

function makeRow(label: string) {
  const name = element('span', { class: 'name', title: label });
  const fill = element('span', { class: 'fill' });
  const before = element('span', { class: 'before' });
  const value = element('span', { class: 'value' });
  const track = element('span', { class: 'track', 'aria-hidden': 'true' }, fill, before);
  return { root: element('li', {}, name, track, value), name, fill, before, value };
}
