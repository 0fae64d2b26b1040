/**
 * The runs a page knows, put together from what the server tells.
 *
 * @module
 */
import type { CurveChange, RunCard, RunUpdate } from '../protocol.js';

/** What a chart may be drawn along. */
export type Axis = 'step' | 'epoch' | 'seconds';

export type Curve = Readonly<Record<Axis | 'value', number[]>>;

export interface LiveRun {
  readonly card: RunCard;
  readonly curves: ReadonlyMap<string, Curve>;
  /** Of a run in the charts, its place among them, which has a colour; others have none. */
  readonly place: number | undefined;
}

export type ChosenRun = LiveRun & { readonly place: number };

/** So many are in the charts at first: the newest. */
const CHOSEN_AT_FIRST = 5;

export class Runs {
  readonly #runs = new Map<string, LiveRun>();
  /** Whether somebody chose; before that, the newest are. */
  #wasChosen = false;

  apply({ card, anew, curves }: RunUpdate): void {
    const known = this.#runs.get(card.name);
    const before = anew ? [] : (known?.curves ?? []);
    const merged = new Map(before);
    for (const [tag, change] of Object.entries(curves)) merged.set(tag, join(merged.get(tag), change));
    this.#runs.set(card.name, { card, curves: merged, place: known?.place });
    if (known === undefined && !this.#wasChosen) this.#chooseNewest();
  }

  remove(name: string): void {
    this.#runs.delete(name);
  }

  choose(name: string, isChosen: boolean): void {
    this.#wasChosen = true;
    const run = this.#runs.get(name);
    if (run !== undefined) this.#runs.set(name, { ...run, place: isChosen ? this.#freePlace() : undefined });
  }

  /** Those in the charts, in the order of their places. */
  chosen(): readonly ChosenRun[] {
    return this.list()
      .filter((run): run is ChosenRun => run.place !== undefined)
      .sort((one, other) => one.place - other.place);
  }

  get(name: string): LiveRun | undefined {
    return this.#runs.get(name);
  }

  /** The newest first; those that began at no known time last. */
  list(): readonly LiveRun[] {
    return [...this.#runs.values()].sort(
      (one, other) =>
        other.card.facts.startedAt.localeCompare(one.card.facts.startedAt) ||
        one.card.name.localeCompare(other.card.name, 'en', { numeric: true }),
    );
  }

  #chooseNewest(): void {
    this.list().forEach((run, index) => {
      this.#runs.set(run.card.name, { ...run, place: index < CHOSEN_AT_FIRST ? index : undefined });
    });
  }

  /** The first that no run has: the others keep their colours. */
  #freePlace(): number {
    const taken = new Set([...this.#runs.values()].map(({ place }) => place));
    let place = 0;
    while (taken.has(place)) place += 1;
    return place;
  }
}

/** The curve with what came: its points from a position on are others now. */
function join(curve: Curve | undefined, { from, ...points }: CurveChange): Curve {
  const joined = (key: keyof Curve) => [...(curve?.[key].slice(0, from) ?? []), ...points[key]];
  return { step: joined('step'), epoch: joined('epoch'), seconds: joined('seconds'), value: joined('value') };
}
