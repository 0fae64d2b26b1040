/**
 * The files of a run folder that a report shows: each is broken while the others are sound, and read by all who read it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readResult } from '../../../src/workflow/open-run.js';
import { resultsTable } from '../../../src/report/terminal/results-table.js';
import { MetricsFile } from '../../../src/monitoring/metrics-file.js';
import { RunFolder } from '../../../src/monitoring/run-folder.js';
import type { DrawChart } from '../../../src/report/charts/render.js';
import { runFiles } from '../../../src/report/made-up-run.test-helper.js';
import { trusted } from '../../../src/report/markup.js';
import { renderPage } from '../../../src/report/page.js';
import { readRun } from '../../../src/report/read-run.js';
import { measurements } from '../../../src/report/table/measurements.js';
import { writeReport } from '../../../src/report/write-report.js';
import type { Random } from '../../support/random-values.js';
import { choose } from '../../support/random-values.js';
import { filesIn, mendJson, write, type Reader } from './reader.js';

const text = (content: unknown): string => (typeof content === 'string' ? content : JSON.stringify(content));
const sound = Object.entries(runFiles('adversarial')).map(([name, content]) => [name, text(content)] as const);

/** How many runs have their other files, all of them sound: they take most of the time, and any of a run's may be missing. */
const WHOLE = 0.1;

function runWith(folder: string, name: string, bytes: Buffer, whole: boolean): RunFolder {
  const run = new RunFolder(join(folder, whole ? 'whole' : 'alone'));
  if (!existsSync(run.path)) {
    run.create();
    if (whole) for (const [file, content] of sound) write(run.path, file, content);
  }
  write(run.path, name, bytes);
  return run;
}

/** What a chart shows is put together and thrown away: Vega takes forty times as long as all the rest of a report. */
const leaveOut: DrawChart = (specification) => {
  JSON.stringify(specification);
  return trusted('');
};

/** The report, now and then with its charts, and the table of results. */
function report(run: RunFolder, drawn: boolean): void {
  if (drawn) writeReport({ title: 'a run', runs: [{ name: 'run', folder: run }], output: run.report });
  else renderPage('a run', [readRun('run', run)], leaveOut);
  measurements(run, undefined);
}

/**
 * @param drawn of how many reports the charts are drawn
 * @param more sound files of this kind
 */
function runFile(name: string, drawn: number, more: readonly Buffer[] = []): Reader {
  const seeds = [Buffer.from(sound.find(([file]) => file === name)![1]), ...more];
  const isJson = name.endsWith('.json');
  return {
    seeds: () => seeds,
    mend: (bytes: Buffer, random: Random) =>
      isJson ? mendJson(bytes, random, choose(random, seeds).toString()) : bytes,
    read: (bytes, folder, random) => {
      const run = runWith(folder, name, bytes, random() < WHOLE);
      report(run, random() < drawn);
      if (name === 'metrics.jsonl') new MetricsFile(run.metrics).read();
      if (name === 'evaluation/test.json') printResult(run);
    },
  };
}

/** As the command line says it of a run that is complete. */
function printResult(run: RunFolder): void {
  resultsTable([{ training: 'standard', architecture: 'small-cnn', result: readResult(run) }]);
}

const results = () => filesIn('docs/results', '.json').filter((file) => file.includes('"perClass"'));

export const RUN_FILES: Readonly<Record<string, Reader>> = {
  environment: runFile('environment.json', 0.001),
  metrics: runFile('metrics.jsonl', 0.01),
  'recipe of a run': runFile('recipe.yaml', 0.01),
  evaluation: runFile('evaluation/test.json', 0.01, results()),
  gallery: runFile('evaluation/gallery.json', 0.001),
};
