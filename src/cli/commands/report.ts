/**
 * `saddlepoint report <runs…>`: works without an engine.
 *
 * @module
 */
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('Write one self-contained HTML page from one run folder, or comparing several.')
    .argument('<runs...>', 'run folders, e.g. runs/demo/standard runs/demo/adversarial')
    .option('--title <title>', 'heading of the page')
    .option('--output <file>', 'default: report.html in the first run folder')
    .action(async (paths: string[], options: { title?: string; output?: string }) => {
      const { RunFolder } = await import('../../monitoring/run-folder.js');
      const { writeReport } = await import('../../report/index.js');
      const runs = paths.map((path) => ({ name: basename(resolve(path)), folder: new RunFolder(path) }));
      const title = options.title ?? `Saddlepoint: ${runs.map(({ name }) => name).join(', ')}`;
      const output = options.output ?? join(paths[0]!, 'report.html');
      process.stdout.write(`Report: ${await writeReport({ title, runs, output })}\n`);
    });
}
