/**
 * `saddlepoint export <run>`.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../engine/folders.js';
import type { Command } from 'commander';

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description("Write a run's selected weights into one file, with the network's description and the recipe.")
    .argument('<run>', 'a run folder')
    .requiredOption('--output <file>', 'e.g. model.safetensors; read by evaluate, loadModel and any safetensors reader')
    .action(runExport);
}

async function runExport(path: string, { output }: { output: string }): Promise<void> {
  const { RunFolder } = await import('../../monitoring/index.js');
  const { loadModel, readRecipe, recipeText, saveModel } = await import('../../training/index.js');
  const { selectedCheckpoint } = await import('../../workflow/evaluate-subject.js');

  const folder = new RunFolder(path);
  const recipe = readRecipe(folder.recipe);
  const { model, description } = loadModel(selectedCheckpoint(folder, recipe));
  try {
    makeFolder(dirname(output));
    saveModel(output, model, description, { recipe: recipeText(recipe) });
  } finally {
    model.dispose();
  }
  const bytes = readFileSync(output);
  const hash = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`${output}: ${bytes.length} bytes, SHA-256 ${hash}\n`);
}
