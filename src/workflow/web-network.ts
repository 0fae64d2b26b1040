/**
 * One network of a site: as ONNX with its gradient, with its classes, its images, and how it was trained.
 *
 * @module
 */
import { SaddlepointError, ops, noGrad, tidy } from '../engine/index.js';
import { onnxModel } from '../models/onnx/index.js';
import { packageVersion } from '../monitoring/index.js';
import { evaluating, type Module } from '../nn/index.js';
import { epsilon as budgetText, normName } from '../report/format.js';
import { recipeOfWeights, type Recipe } from '../training/index.js';
import type { KnownBudgets } from '../web/budget-scales.js';
import { openSubject, type SubjectOptions } from './evaluate-subject.js';
import { networkName } from './network-name.js';
import { pictureNetwork } from './picture-network.js';

export interface WebNetwork {
  readonly name: string;
  readonly about: string;
  readonly onnx: Uint8Array;
  readonly image: { readonly channels: 1 | 3; readonly size: number };
  /** Numbers where nothing names them. */
  readonly classes: readonly string[];
  /** As it was evaluated. */
  readonly measured: KnownBudgets;
  readonly trained: KnownBudgets;
  readonly recipe: Recipe | undefined;
}

/** A page shows a bar a class, and a list to choose the right one from. */
const MOST_CLASSES = 1000;

/**
 * @param size of images, of a network that does not say it
 * @throws SaddlepointError CHECKPOINT for what is no network; ARGUMENT for one whose gradient ONNX cannot express, with
 *   too many classes, or of unknown size
 */
export function webNetwork(path: string, options: SubjectOptions, size?: number): WebNetwork {
  const subject = openSubject(path, options);
  const restore = evaluating(subject.model);
  try {
    const recipe = subject.recipe ?? recipeOfWeights(subject.source.file ?? path);
    const picture = pictureNetwork(path, subject, {});
    const image = { channels: picture.channels, size: picture.size ?? size ?? unknownSize(path) };
    const shape = [image.channels, image.size, image.size];
    const onnx = onnxModel(subject.model, { shape, gradient: true, version: packageVersion() });
    const outputs = outputsOf(subject.model, shape);
    if (outputs > MOST_CLASSES) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a network of at most ${MOST_CLASSES} classes for a page, received ${path} with ${outputs}`,
      );
    }
    return {
      name: networkName(path),
      about: aboutOf(recipe),
      onnx,
      image,
      classes: picture.classes(outputs),
      recipe,
      ...budgetsOf(recipe),
    };
  } finally {
    restore();
    subject.lock?.release();
    subject.model.dispose();
  }
}

/** Whether something names its classes. */
export function isNamed({ classes }: Pick<WebNetwork, 'classes'>): boolean {
  return classes.some((name, i) => name !== String(i));
}

function unknownSize(path: string): never {
  throw new SaddlepointError(
    'ARGUMENT',
    `expected --size, the height and width of the images of ${path}, received none`,
  );
}

function outputsOf(model: Module, shape: readonly number[]): number {
  return tidy(() => noGrad(() => model.forward(ops.zeros([1, ...shape])).size(1)));
}

/** Of a recipe, in the norms that the page has. */
function budgetsOf(recipe: Recipe | undefined): { measured: KnownBudgets; trained: KnownBudgets } {
  const trained = recipe && trainedBudget(recipe);
  return { measured: known(recipe?.evaluation.attack), trained: known(trained) };
}

/** What training attacks with at its end. */
function trainedBudget({ training: { attack, attackSchedule = [] } }: Recipe) {
  if (attack === undefined) return undefined;
  const changed = attackSchedule.filter(({ epsilon }) => epsilon !== undefined).at(-1);
  return { norm: attack.norm, epsilon: changed?.epsilon ?? attack.epsilon };
}

function known(budget: { readonly norm: string; readonly epsilon: number } | undefined): KnownBudgets {
  const { norm, epsilon } = budget ?? {};
  return norm === 'linf' || norm === 'l2' ? { [norm]: epsilon } : {};
}

function aboutOf(recipe: Recipe | undefined): string {
  if (recipe === undefined) return '';
  const budget = trainedBudget(recipe);
  if (budget !== undefined)
    return `trained against attacks: ${normName(budget.norm)}, ε = ${budgetText(budget.epsilon)}`;
  return 'epsilon' in recipe.training ? `trained within bounds: ${recipe.training.method}` : 'trained without attacks';
}
