/**
 * Every reader of files that may come from elsewhere: sound files to break, and how one is read.
 *
 * @module
 */
import { DATA_FILES } from './data-files.js';
import { EXPORTED } from './exported.js';
import { PICTURES } from './pictures.js';
import { RUN_FILES } from './run-files.js';
import { SAVED_STATE } from './saved-state.js';
import { WEIGHTS } from './weights.js';
import { ZOO } from './zoo.js';
import type { Reader, ReaderOfMany } from './reader.js';

export const READERS: Readonly<Record<string, Reader | ReaderOfMany>> = {
  ...WEIGHTS,
  ...EXPORTED,
  ...DATA_FILES,
  ...PICTURES,
  ...SAVED_STATE,
  ...RUN_FILES,
  ...ZOO,
};
