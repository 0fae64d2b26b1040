/**
 * `saddlepoint table <runs…>`: works without an engine.
 *
 * @module
 */
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { collect } from '../options.js';
import { sayBeside } from '../print.js';

export function addTableCommand(program: Command): void {
  program
    .command('table')
    .description(
      'Print a table of runs (clean, PGD and AutoAttack error), on CIFAR-10 beside the figures of the article ' +
        'that the project implements.',
    )
    .argument('<runs...>', 'run folders, e.g. runs/wrn-28-10 runs/resnet-18')
    .option('--output <file>', 'write it too, as .md, .json, .csv, .tex or .html; repeatable', collect, [])
    .option('--paired', 'compare two runs image by image: McNemar and a paired bootstrap', false)
    .option('--json', 'print it as JSON', false)
    .action(async (paths: string[], options: { output: string[]; paired: boolean; json: boolean }) => {
      const { writeFileAtomically } = await import('../../engine/atomic-file.js');
      const { RunFolder } = await import('../../monitoring/run-folder.js');
      const { buildPairedTable, buildTable, renderJson, tableFormat } = await import('../../report/table/index.js');
      const { renderTerminal } = await import('../../report/terminal/render-terminal.js');
      const files = options.output.map((path) => ({ path, format: tableFormat(path) })); // refused before any work
      const build = options.paired ? buildPairedTable : buildTable;
      const table = build(paths.map((path) => ({ name: basename(resolve(path)), folder: new RunFolder(path) })));
      process.stdout.write(options.json ? renderJson(table) : renderTerminal(table));
      for (const { path, format } of files) {
        writeFileAtomically(path, format(table));
        sayBeside(options.json)(`\nTable: ${path}`);
      }
    });
}
