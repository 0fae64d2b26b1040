/**
 * Makes the report of one or more runs: one self-contained HTML file. Needs no engine, so it works without LibTorch.
 *
 * @module
 */
import { writeFileAtomically } from '../engine/atomic-file.js';
import { describeValue, SaddlepointError } from '../engine/errors.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import { renderPage } from './page.js';
import { readRun } from './read-run.js';

/** What to report, and where to. */
export interface ReportOptions {
  readonly title: string;
  /** The runs to compare, in the order in which they are shown. */
  readonly runs: readonly { readonly name: string; readonly folder: RunFolder }[];
  /** The path of the HTML file; its folder is made where it is missing. */
  readonly output: string;
}

/** Reads the run folders, writes the report and returns its path. */
export function writeReport(options: ReportOptions): string {
  if (options.runs.length === 0) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected at least one run to report on, received ${describeValue(options.runs)}`,
    );
  }
  const names = options.runs.map((run) => run.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected every run to have a name of its own, received ${describeValue(twice)} twice`,
    );
  }
  const runs = options.runs.map(({ name, folder }) => readRun(name, folder));
  writeFileAtomically(options.output, renderPage(options.title, runs));
  return options.output;
}
