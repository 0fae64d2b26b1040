/**
 * What the attacks' contract is tested with: a threat model a row.
 *
 * @module
 */
import type { AttackDescription } from './index.js';

export interface Row {
  /** The size of a perturbation in double precision, written again here so that no attack judges itself. */
  readonly magnitude: (perturbation: readonly number[]) => number;
  readonly budgets: readonly number[];
  /** The share of the budget that four steps are to use at least; what the box cuts off is lost to sums. */
  readonly used: number;
  /** What four steps on a tiny image need to get anywhere. */
  readonly options?: Partial<AttackDescription>;
}
/**
 * Of what moves pixels: a difference of images does not say how far, so that only the box is tested by it. What the
 * parameters say is in transformation-attack.test.ts.
 */
const moves: Row = { magnitude: () => 0, budgets: [], used: 0 };
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** A new norm is one line here. */
export const ROWS: Readonly<Record<string, Row>> = {
  'linf:0.1+l2:0.5+l1:3': {
    magnitude: (perturbation) =>
      Math.min(
        Math.max(...perturbation.map(Math.abs)) / 0.1,
        Math.hypot(...perturbation) / 0.5,
        sum(perturbation.map(Math.abs)) / 3,
      ),
    budgets: [1, 2],
    used: 0.8,
  },
  linf: {
    magnitude: (perturbation) => Math.max(...perturbation.map(Math.abs)),
    budgets: [8 / 255, 0.1, 0.3],
    used: 0.99,
  },
  l2: { magnitude: (perturbation) => Math.hypot(...perturbation), budgets: [0.3, 1.5], used: 0.8 },
  l1: {
    magnitude: (perturbation) => sum(perturbation.map(Math.abs)),
    budgets: [2, 10],
    used: 0.5,
    options: { fraction: 0.25 },
  },
  l0: {
    magnitude: (perturbation) => perturbation.filter((value) => value !== 0).length,
    budgets: [1, 20],
    used: 0.5,
    options: { fraction: 0.25 },
  },
  pixels: {
    magnitude: (perturbation) => new Set(changed(perturbation)).size,
    budgets: [1, 9],
    used: 0.4, // of 36 pixels a step moves one
  },
  unconstrained: {
    magnitude: (perturbation) => (perturbation.some((value) => value !== 0) ? 1 : 0),
    budgets: [1],
    used: 1,
  },
  patch: {
    magnitude: (perturbation) => {
      const places = changed(perturbation);
      const extent = (of: readonly number[]) => Math.max(...of) - Math.min(...of) + 1;
      const [rows, columns] = [places.map((place) => Math.floor(place / SIDE)), places.map((place) => place % SIDE)];
      return places.length === 0 ? 0 : Math.max(extent(rows), extent(columns));
    },
    budgets: [1, 3],
    used: 1,
  },
  frame: {
    magnitude: (perturbation) => {
      const inside = (at: number) => Math.min(at, SIDE - 1 - at);
      const depths = changed(perturbation).map((place) =>
        Math.min(inside(Math.floor(place / SIDE)), inside(place % SIDE)),
      );
      return Math.max(0, ...depths.map((depth) => depth + 1));
    },
    budgets: [1, 2],
    used: 1,
  },
  affine: moves,
  'rotation-translation': moves,
  flow: moves,
};

export const UNION = 'linf:0.1+l2:0.5+l1:3';

/** Height and width of the toy images. */
export const SIDE = 6;
/** Places in the image, whatever the channel, of what has changed. */
const changed = (perturbation: readonly number[]) =>
  [...perturbation.keys()].filter((i) => perturbation[i] !== 0).map((i) => i % SIDE ** 2);
