/**
 * Another trained network, which a method learns from.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { SaddlepointError, type Device } from '../engine/index.js';
import { RunFolder } from '../monitoring/index.js';
import type { Module } from '../nn/index.js';
import { loadCheckpoint } from './checkpoint.js';
import { readRecipe } from './recipe-file.js';
import type { Recipe } from './recipe.js';

/**
 * The network of a run folder, with the weights that its recipe selects, or of a checkpoint of ours; in evaluation
 * mode. It lives until it is disposed of.
 *
 * @throws SaddlepointError CHECKPOINT when there is none, or its file is damaged
 */
export function loadNetwork(path: string, device: Device): Module {
  if (!existsSync(path))
    throw new SaddlepointError(
      'CHECKPOINT',
      `expected a run folder or a checkpoint to learn from, received ${path}, which does not exist. Train it first`,
    );
  const file = statSync(path).isDirectory() ? selectedCheckpoint(new RunFolder(path)) : path;
  return loadCheckpoint(file).model.to(device).eval();
}

/** The weights that a run's recipe selects. */
export function selectedCheckpoint(folder: RunFolder, recipe: Recipe = readRecipe(folder.recipe)): string {
  const best = folder.checkpoint('best');
  return recipe.training.select === 'best' && existsSync(best) ? best : folder.checkpoint('last');
}
