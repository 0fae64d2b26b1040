/**
 * Refuses before the training what its evaluation would refuse after it.
 *
 * @module
 */
import { attackOf } from '../attacks/index.js';
import { SaddlepointError } from '../engine/index.js';
import { count, type Dataset } from '../data/index.js';
import { confidenceOf, distalOf, requireFit, singleAttackPlan } from '../evaluation/index.js';
import { testCount } from '../evaluation/confidence/probabilities.js';
import { checkEpsilon } from '../evaluation/preflight/epsilon.js';
import { checkInputs } from '../evaluation/preflight/inputs.js';
import { checkLabelRange } from '../evaluation/preflight/labels.js';
import { createMethod, generatedImagesOf, type Recipe } from '../training/index.js';
import { createModel } from '../models/index.js';
import { openCorruptions } from './evaluate-corruptions.js';
import { evaluationAttacks } from './evaluate-recipe.js';

/**
 * @throws SaddlepointError RECIPE with the key of the recipe; DATA for test images that no evaluation takes, or
 *   generated images that do not fit
 */
export function checkBeforeTraining(recipe: Recipe, dataset: Dataset): void {
  requireExamples(recipe, dataset);
  requireAttacks(recipe, dataset);
  requireBudgets(recipe, dataset);
  requireImages(dataset);
  requireCorruptions(recipe, dataset);
  requireNetwork(recipe, dataset);
  requireMethod(recipe, dataset);
  generatedImagesOf(recipe, dataset)?.[Symbol.dispose]();
}

/** The network takes these images and tells these classes apart, as an evaluation demands. */
function requireNetwork({ model: description, seed }: Recipe, dataset: Dataset): void {
  using model = createModel(description, seed).to(dataset.test.images.device);
  within('model', () => requireFit(model, dataset.test, dataset.name, dataset.classes.length));
}

/** The method can be made, with the network that it learns from. */
function requireMethod(recipe: Recipe, { train, classes }: Dataset): void {
  within('training', () => createMethod(recipe, train, classes.length)[Symbol.dispose]?.());
}

function requireExamples({ evaluation }: Recipe, { name, test }: Dataset): void {
  const { examples, autoAttack, masking, smoothing } = evaluation;
  const confidence = confidenceOf(evaluation)?.examples ?? 0;
  const asked = {
    examples,
    'autoAttack.examples': autoAttack?.examples ?? 0,
    masking,
    'smoothing.examples': smoothing?.examples ?? 0,
  };
  for (const [key, wanted] of Object.entries(asked)) {
    if (wanted <= count(test)) continue;
    throw new SaddlepointError(
      'RECIPE',
      `expected evaluation.${key} of at most the ${count(test)} test images of ${name}, received ${wanted}`,
    );
  }
  if (confidence === 0 || confidence <= testCount(count(test))) return;
  throw new SaddlepointError(
    'RECIPE',
    `expected evaluation.confidence of at most ${testCount(count(test))}, as the last of the ${count(test)} test ` +
      `images of ${name} find thresholds, received ${confidence}`,
  );
}

/** Every attack is made once, as the evaluation makes it. */
function requireAttacks(recipe: Recipe, { classes }: Dataset): void {
  const { attack, curve, masking } = recipe.evaluation;
  within('evaluation', () => {
    const { autoAttack, confident, distal } = evaluationAttacks(recipe, classes.length);
    for (const plan of [autoAttack, confident, distal])
      for (const { rounds } of plan?.stages ?? []) for (const { create } of rounds) create();
  });
  for (const [i, epsilon] of curve.entries()) {
    within(`evaluation.curve[${i}]`, () =>
      singleAttackPlan({ ...attack, epsilon, stepSize: undefined }, 1, classes.length),
    );
  }
  const { norm, epsilon } = attack;
  if (masking > 0) within('evaluation.masking', () => attackOf({ name: 'pgd', norm, epsilon, steps: 1 }));
}

/** Every budget is on the scale of the images. */
function requireBudgets({ evaluation }: Recipe, { test }: Dataset): void {
  const { attack, curve } = evaluation;
  const distal = distalOf(evaluation);
  const budgets: [string, number][] = [
    ['evaluation.attack.epsilon', attack.epsilon],
    ...curve.map((epsilon, i): [string, number] => [`evaluation.curve[${i}]`, epsilon]),
    ...(distal === undefined ? [] : [['evaluation.distal.epsilon', distal.attack.epsilon] as [string, number]]),
  ];
  for (const [key, epsilon] of budgets) {
    const finding = checkEpsilon(attack.norm, epsilon, test.images.shape.slice(1));
    if (finding?.severity === 'stop') throw new SaddlepointError('RECIPE', `${key}: ${finding.message}`);
  }
}

function requireImages({ name, test, classes }: Dataset): void {
  for (const finding of [checkInputs(test.images), checkLabelRange(test.labels, classes.length)]) {
    if (finding?.severity === 'stop')
      throw new SaddlepointError('DATA', `the test images of ${name}: ${finding.message}`);
  }
}

function requireCorruptions({ evaluation: { corruptions } }: Recipe, dataset: Dataset): void {
  if (corruptions === undefined) return;
  within('evaluation.corruptions', () => openCorruptions(corruptions.folder, dataset, corruptions.examples));
}

function within(key: string, work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `${key}: ${(cause as Error).message}`, { cause });
  }
}
