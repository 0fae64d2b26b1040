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
export function writeReport({ title, runs, output }: ReportOptions): string {
  writeFileAtomically(output, renderReport(title, runs));
  return output;
}

/** Reads the run folders. @returns the report's HTML */
export function renderReport(title: string, runs: ReportOptions['runs']): string {
  if (runs.length === 0) {
    throw new SaddlepointError('ARGUMENT', `expected at least one run to report on, received ${describeValue(runs)}`);
  }
  const names = runs.map((run) => run.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected every run to have a name of its own, received ${describeValue(twice)} twice`,
    );
  }
  return renderPage(
    title,
    runs.map(({ name, folder }) => readRun(name, folder)),
  );
}
