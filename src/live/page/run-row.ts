/**
 * A run's row in the table: kept as an element, so that whoever is on one of its buttons stays there while it changes.
 *
 * @module
 */
import type { RunCard, ShownRobustRate } from '../protocol.js';
import { colourOf } from './charts.js';
import { html, type Child } from './element.js';
import type { LiveRun } from './runs.js';
import { percent, plain } from './scale.js';

/** What a press on a row's parts does. */
export interface RowActions {
  choose(name: string, isChosen: boolean): void;
  open(name: string): void;
}

export class RunRow {
  readonly element: HTMLTableRowElement;
  readonly #box: HTMLInputElement;
  readonly #label: HTMLLabelElement;
  readonly #cells: HTMLTableCellElement[];
  #shown = '';

  constructor(run: LiveRun, actions: RowActions) {
    const { name } = run.card;
    this.#box = html('input', { type: 'checkbox' });
    this.#box.addEventListener('change', () => actions.choose(name, this.#box.checked));
    this.#label = html(
      'label',
      { class: 'swatch' },
      this.#box,
      html('span', { class: 'spoken' }, `${name} in the charts`),
    );
    const open = html('button', { type: 'button', title: 'Show details' }, name);
    open.addEventListener('click', () => actions.open(name));
    this.#cells = [
      html('td', { class: 'progress' }),
      ...['Validation, clean', 'Validation, attacked', 'Test, clean', 'Test, robust'].map((title) =>
        html('td', { class: 'rate', 'data-label': title }),
      ),
    ];
    this.element = html('tr', {}, html('td', {}, this.#label), html('th', { scope: 'row' }, open), ...this.#cells);
  }

  update({ card, place }: LiveRun): void {
    this.#box.checked = place !== undefined;
    this.#label.style.setProperty('--swatch', place === undefined ? null : colourOf(place));
    const shown = [
      progress(card),
      [rate(card.validation.clean)],
      [rate(card.validation.attacked)],
      card.facts.clean === null ? [] : [card.facts.clean.error, html('small', {}, card.facts.clean.interval)],
      card.facts.robust === null ? [] : robust(card.facts.robust),
    ];
    // The same row is not made again: a screen reader would read it again.
    const text = JSON.stringify(
      shown.map((children) => children.map((child) => (child instanceof Element ? child.outerHTML : child))),
    );
    if (text === this.#shown) return;
    this.#shown = text;
    shown.forEach((children, index) => {
      this.#cells[index]!.replaceChildren(...children.filter((child) => child !== null));
    });
  }
}

function rate(value: number | null): string {
  return value === null ? '' : percent(value);
}

function robust({ name, error, interval, settings, bound, doubt }: ShownRobustRate): Child[] {
  const mark =
    doubt === '' ? null : html('small', { class: 'suspect' }, doubt === 'fail' ? 'not to be believed' : 'suspect');
  return [
    html('span', { title: `${name}: ${settings}` }, error),
    mark,
    html('small', {}, [name, bound === '' ? interval : bound].join(', ')),
  ];
}

function progress({ status, progress: at }: RunCard): Child[] {
  const state = html('span', { class: `state ${status.state}`, title: status.holder ?? null }, status.state);
  if (at === null) return [state];
  const epochs = `${at.epoch.toFixed(1)}${at.epochs === null ? '' : ` of ${plain(at.epochs)}`} epochs`;
  const left = at.left === '' ? '' : `, ${at.left} left`;
  return [state, at.share === null ? null : bar(at.share), html('small', {}, `${epochs}${left}`)];
}

function bar(share: number): HTMLElement {
  const filled = html('span');
  filled.style.inlineSize = percent(share).replace(' ', '');
  return html('span', { class: 'bar', 'aria-hidden': 'true' }, filled);
}
