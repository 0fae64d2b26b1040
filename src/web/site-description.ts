/**
 * What a site says of itself: `site.json`, written by `export --web` and read by the page's scripts.
 *
 * @module
 */

export type NormName = 'linf' | 'l2';

export interface SiteDescription {
  readonly title: string;
  /** Of the images that every network here takes. */
  readonly image: { readonly channels: 1 | 3; readonly size: number };
  /** Of the networks' outputs, in their order. Anybody's text: never markup. */
  readonly classes: readonly string[];
  /** At least one; the first is the one that the site is about. */
  readonly networks: readonly SiteNetwork[];
  /** The norm that is chosen at first. */
  readonly norm: NormName;
  readonly scales: Readonly<Record<NormName, BudgetScale>>;
  /** Steps of the attack. */
  readonly steps: number;
  /** Test images, uint8 [N, C, H, W] in one file; absent where there was no data set. */
  readonly pictures?: { readonly file: string; readonly labels: readonly number[]; readonly source: string };
}

export interface SiteNetwork {
  readonly name: string;
  /** How it was trained, in a few words; empty where nothing tells. */
  readonly about: string;
  /** ONNX with the gradient, relative to the site. */
  readonly file: string;
}

/** The values of a slider. */
export interface BudgetScale {
  /** Ascending from 0: k / over, and between them those budgets that somebody chose. */
  readonly values: readonly number[];
  readonly over: number;
  /** The place of the value that is chosen at first. */
  readonly start: number;
  /** The place of the budget that a network was trained with, in this norm. */
  readonly trained?: number;
}
