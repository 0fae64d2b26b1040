/**
 * `saddlepoint export <run>`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { BoundedImagesOptions } from '../../workflow/bounded-images.js';
import { addImportOption, budget, wholeNumber } from '../options.js';
import { printJson } from '../print.js';

export function addExportCommand(program: Command): void {
  addImportOption(program.command('export'))
    .description("Write a run's selected weights into one file, with the network's description and the recipe.")
    .argument('<run>', 'a run folder')
    .requiredOption('--output <file>', 'e.g. model.safetensors; read by evaluate, loadModel and any safetensors reader')
    .option('--vnnlib <folder>', "also a VNN-LIB property an image, for verifiers; of the run's test images and budget")
    .option('--epsilon <budget>', "of the properties, e.g. 0.1 or 8/255 (default: the recipe's)", budget)
    .option('--examples <n>', 'the first n test images (default: as the recipe)', wholeNumber(1))
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--json', 'print path, size and hash as JSON', false)
    .action(runExport);
}

interface ExportOptions extends BoundedImagesOptions {
  readonly output: string;
  readonly vnnlib?: string;
  readonly json: boolean;
}

async function runExport(path: string, { output, vnnlib, json, ...images }: ExportOptions): Promise<void> {
  const { exportProperties, exportRun } = await import('../../workflow/index.js');
  const file = exportRun(path, output);
  const written = vnnlib === undefined ? undefined : exportProperties(path, vnnlib, images);
  if (json) printJson({ ...file, ...(written && { vnnlib: written }) });
  else process.stdout.write(`${file.path}: ${file.bytes} bytes, SHA-256 ${file.sha256}\n`);
  if (json || written === undefined) return;
  process.stdout.write(
    `${written.folder}: ${written.properties} properties, ${written.wrong} images are wrong as they are\n`,
  );
}
