/**
 * `saddlepoint export <run>`.
 *
 * @module
 */
import type { Command } from 'commander';
import { addImportOption } from '../options.js';
import { printJson } from '../print.js';

export function addExportCommand(program: Command): void {
  addImportOption(program.command('export'))
    .description("Write a run's selected weights into one file, with the network's description and the recipe.")
    .argument('<run>', 'a run folder')
    .requiredOption('--output <file>', 'e.g. model.safetensors; read by evaluate, loadModel and any safetensors reader')
    .option('--json', 'print path, size and hash as JSON', false)
    .action(runExport);
}

async function runExport(path: string, { output, json }: { output: string; json: boolean }): Promise<void> {
  const { exportRun } = await import('../../workflow/export-run.js');
  const file = exportRun(path, output);
  if (json) printJson(file);
  else process.stdout.write(`${file.path}: ${file.bytes} bytes, SHA-256 ${file.sha256}\n`);
}
