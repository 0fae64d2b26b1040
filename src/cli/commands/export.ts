/**
 * `saddlepoint export <network>`.
 *
 * @module
 */
import type { Command } from 'commander';
import type { ExportNetworkOptions } from '../../workflow/export-network.js';
import { addImportOption, addWeightsOptions, budget, collect, wholeNumber } from '../options.js';
import { printJson } from '../print.js';

export function addExportCommand(program: Command): void {
  addImportOption(addWeightsOptions(program.command('export')))
    .description(
      "Write a run's selected weights into one file, any network as ONNX, or a web page on which visitors attack it.",
    )
    .argument('<network>', 'a run folder; for ONNX also a checkpoint, or a file of weights of any kind')
    .option('--output <file>', 'model.safetensors, read by evaluate, loadModel and any safetensors reader; or net.onnx')
    .option('--gradient', 'of ONNX: a second output with the gradient of the cross-entropy, for attacks')
    .option(
      '--size <pixels>',
      "of ONNX and the site: height and width of the images (default: the data set's)",
      wholeNumber(1),
    )
    .option(
      '--hub <folder>',
      'a folder as model hubs have them: weights, configuration, ONNX, and a card with what was measured',
    )
    .option('--web <folder>', 'a static site: choose, upload or draw a picture, and watch the attack step by step')
    .option('--beside <network>', 'of the site: another network, attacked beside it; repeatable', collect, [])
    .option('--license <name>', 'of the weights, for the card, e.g. mit')
    .option('--robustbench <folder>', "an entry of RobustBench's leaderboard, from the evaluations of these weights")
    .option('--paper <file>', 'of that entry: YAML with id, title, link, authors, venue, additionalData')
    .option('--vnnlib <folder>', "also a VNN-LIB property an image, for verifiers; of the run's test images and budget")
    .option('--epsilon <size>', "of the properties, e.g. 0.1 or 8/255 (default: the recipe's)", budget)
    .option('--examples <n>', 'the first n test images (default: as the recipe; of RobustBench all)', wholeNumber(1))
    .option('--dataset <name>', "whose test images (default: the run's own)")
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--json', 'print path, size and hash as JSON', false)
    .action(runExport);
}

async function runExport(path: string, { json, ...options }: ExportNetworkOptions & { json: boolean }): Promise<void> {
  const { describeSite, exportNetwork } = await import('../../workflow/export-network.js');
  const file = exportNetwork(path, options);
  if (json) {
    printJson(file);
    return;
  }
  if (file.path !== undefined) process.stdout.write(`${file.path}: ${file.bytes} bytes, SHA-256 ${file.sha256}\n`);
  if (file.hub !== undefined) process.stdout.write(`${file.hub.folder}: ${file.hub.files.join(', ')}\n`);
  const { robustbench } = file;
  if (robustbench !== undefined) process.stdout.write(`${robustbench.folder}: ${robustbench.files.join(', ')}\n`);
  for (const remark of robustbench?.remarks ?? []) process.stdout.write(`  ${remark}\n`);
  if (file.web !== undefined) process.stdout.write(describeSite(file.web));
  if (file.vnnlib === undefined) return;
  const { folder, properties, wrong } = file.vnnlib;
  process.stdout.write(`${folder}: ${properties} properties, ${wrong} images are wrong as they are\n`);
}
