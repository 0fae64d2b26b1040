/**
 * The weights of a run as one file that stands for itself.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../engine/folders.js';
import { SaddlepointError } from '../engine/index.js';
import { RunFolder } from '../monitoring/index.js';
import { loadCheckpoint, readRecipe, recipeText, saveModel, selectedCheckpoint } from '../training/index.js';

/** The file that {@link exportRun} wrote. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the weights that a run's recipe selects, with the network's description and the recipe, as `.safetensors`.
 *
 * @example
 * const { bytes, sha256 } = exportRun('runs/adversarial', 'robust.safetensors');
 * const { model } = loadModel('robust.safetensors');
 *
 * @param run a run folder
 * @param output the file, whose folder is made; read by `loadModel` and by any reader of safetensors
 * @throws SaddlepointError CHECKPOINT or RECIPE for what is no run; FILE where nothing can be written
 */
export function exportRun(run: string, output: string): ExportedFile {
  const folder = requireRun(run);
  const recipe = readRecipe(folder.recipe);
  const { model, description } = loadCheckpoint(selectedCheckpoint(folder, recipe));
  try {
    makeFolder(dirname(output));
    saveModel(output, model, description, { recipe: recipeText(recipe) });
  } finally {
    model.dispose();
  }
  return describeFile(output, readFileSync(output));
}

/** The folder of a run. @throws SaddlepointError CHECKPOINT for what is none, a file of weights among it */
export function requireRun(run: string): RunFolder {
  const folder = new RunFolder(run);
  if (existsSync(folder.recipe)) return folder;
  throw new SaddlepointError(
    'CHECKPOINT',
    `expected a run folder, with its recipe.yaml, at ${run}, found none: of another network only ONNX is written, --output net.onnx`,
  );
}

/** A file with these bytes. */
export function describeFile(path: string, bytes: Uint8Array): ExportedFile {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
