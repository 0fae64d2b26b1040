/**
 * The columns of the table, for every format that shows them.
 *
 * @module
 */
import type { Row } from './build-table.js';

export const COLUMNS: readonly { readonly key: keyof Row; readonly title: string }[] = [
  { key: 'model', title: 'Model' },
  { key: 'training', title: 'Training' },
  { key: 'source', title: 'Source' },
  { key: 'budget', title: 'Attacked with' },
  { key: 'clean', title: 'Clean error' },
  { key: 'pgd', title: 'PGD robust error' },
  { key: 'autoattack', title: 'AutoAttack robust error' },
];

export const EXPLANATION =
  'Share of images that the network gets wrong, with its 95 % interval in brackets. Robust error counts every image that is ' +
  'misclassified as it is or under attack; of several attacks of a kind the one that found most errors.';
