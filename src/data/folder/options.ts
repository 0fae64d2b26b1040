/**
 * What can be asked of a folder of one's own images.
 *
 * @module
 */
import type { Resize } from './decoder.js';

export interface FolderOptions {
  /** Height and width to bring all images to, in pixels. Without it they have to be of one size. */
  readonly size?: number | undefined;
  /** How: `cover` cuts off what is too much (default), `contain` fills up with black, `exact` distorts. */
  readonly resize?: Resize | undefined;
  /** Share of each class that is set apart for testing where the folder has no such part. Default 0.2. */
  readonly testShare?: number | undefined;
}

export const RESIZES = ['cover', 'contain', 'exact'] as const satisfies readonly Resize[];
export const LARGEST_SIZE = 1024;
