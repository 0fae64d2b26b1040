/**
 * Where a data set comes from: what `saddlepoint data` needs of each.
 *
 * @module
 */
import type { Dataset } from './dataset.js';
import type { FolderOptions } from './folder/options.js';
import type { FileCheck } from './official-files.js';

/** What every copy of a data set is. */
export interface ImageFacts {
  readonly classes: readonly string[];
  /** [C, H, W] of an image. */
  readonly shape: readonly [number, number, number];
}

export interface Source {
  /** What it is, for the list. */
  readonly about: string;
  /** What is known of its images without reading them; one's own are as they are. */
  readonly images?: ImageFacts;
  /** Looks in the known places; undefined where it is not. */
  find(): string | undefined;
  /** Loads from a folder, or from where the data set is found. */
  load(folder?: string, options?: FolderOptions): Dataset;
  /** Brings the data set to this machine; says in plain lines what it does. Returns its folder. */
  fetch(say: (line: string) => void): Promise<string>;
  /** Compares the files in a folder with the official ones. */
  verify(folder: string): Promise<readonly FileCheck[]>;
}
