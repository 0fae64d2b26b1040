/**
 * How a run computes on this machine: the backend of the attack network, into how many shares a batch is split that are
 * attacked at the same time, and the backend of the training pass, each the fastest of a few by a short measurement
 * unless the recipe fixes it. Kept in the run folder, since a resumed
 * run must compute as it began.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { RandomStream, SaddlepointError, tidy, writeFileAtomically } from '../../engine/index.js';
import { count, gatherBatch, partOfBatch, type Batch, type Split } from '../../data/index.js';
import type { FrozenBackend } from '../../models/attack-network/index.js';
import { createModel } from '../../models/index.js';
import type { RunFolder } from '../../monitoring/index.js';
import type { Module } from '../../nn/index.js';
import { attackBackendsFor, backendOf, chooseAttackBackend, type AttackBackend } from './attack-backend.js';
import type { Rates } from './fastest.js';
import { measureApart } from './measure-apart.js';
import { readPlan, type MachinePlan } from './plan-file.js';
import { METHODS } from '../methods/index.js';
import type { Recipe } from '../recipe.js';
import { partsOf, sharesFor, type StepAttack } from './step-attack.js';
import { chooseTrainingBackend } from './training-backend.js';
import { trainingBackendsFor, type TrainingBackend } from './training-pass.js';

/**
 * The plan an earlier part of this run measured, or a new one, which is written into the folder.
 *
 * @param say told one line when something was measured
 * @throws SaddlepointError FILE for a plan in the folder that is damaged
 */
export function machinePlan(recipe: Recipe, folder: RunFolder, part: Split, say?: (line: string) => void): MachinePlan {
  if (existsSync(folder.plan)) return readPlan(folder.plan);
  const plan = measure(recipe, part);
  writeFileAtomically(folder.plan, `${JSON.stringify(plan, null, 2)}\n`);
  const described = describePlan(plan);
  if (described !== '') say?.(`  plan: ${described}`);
  return plan;
}

/** The backend of the run's attack network; undefined where it attacks the model itself, or in training nothing. */
export function plannedBackend(recipe: Recipe, folder: RunFolder, part: Split): FrozenBackend | undefined {
  const { attackBackend } = machinePlan(recipe, folder, part);
  return attackBackend === null ? undefined : (backendOf(attackBackend) ?? undefined);
}

/** What was measured, in one line; empty when the recipe decided everything. */
function describePlan({ attackBackend, attackSplit, backend, ...rates }: MachinePlan): string {
  const list = (passes: Rates) =>
    Object.entries(passes)
      .map(([name, rate]) => `${name} ${rate}`)
      .join(', ');
  const parts = [
    ['attack network', attackBackend, rates.attackPassesPerSecond],
    ['attack split', attackSplit, rates.splitPassesPerSecond],
    ['training', backend, rates.trainingPassesPerSecond],
  ] as const;
  return parts
    .filter(([, , passes]) => Object.keys(passes).length > 0)
    .map(([what, chosen, passes]) => `${what} ${chosen} (images a second: ${list(passes)})`)
    .join('; ');
}

function measure(recipe: Recipe, part: Split): MachinePlan {
  const { model: description, seed, training } = recipe;
  const { ownSteps } = METHODS.get(training.method);
  const attackBackend = ownSteps === true ? null : (training.attackBackend ?? null);
  const attackSplit = splitAsked(recipe, part);
  const { backend } = training;
  const nothing = { attackPassesPerSecond: {}, splitPassesPerSecond: {}, trainingPassesPerSecond: {} };
  if (attackBackend !== 'auto' && attackSplit !== 'auto' && backend !== 'auto') {
    return { attackBackend, attackSplit, backend, ...nothing };
  }
  using model = createModel(description, seed).to(part.images.device);
  const trained = backend === 'auto' ? fastestTraining(recipe, part, model) : { name: backend, passesPerSecond: {} };
  const attack =
    attackBackend === null
      ? { attackBackend, attackSplit: 1, attackPassesPerSecond: {}, splitPassesPerSecond: {} }
      : fastestAttack(recipe, part, model, { attackBackend, attackSplit });
  return { ...attack, backend: trained.name, trainingPassesPerSecond: trained.passesPerSecond };
}

/** On a CPU in a process of its own, which some layouts kill; on a GPU here, where it would not fit twice. */
function fastestTraining(
  recipe: Recipe,
  part: Split,
  model: Module,
): { name: TrainingBackend; passesPerSecond: Rates } {
  const { device } = part.images;
  const { batchSize, method } = recipe.training;
  const backends = trainingBackendsFor(model, device, METHODS.get(method));
  if (device === 'cpu') return measureApart({ ...apart(recipe, part), kind: 'training', names: backends });
  return tidy(() => {
    const whole = probeBatch(part, recipe.seed, batchSize);
    const images = whole.images.size(0);
    return chooseTrainingBackend(model, { backends, take: (n) => partOfBatch(whole, 0, n), images, device });
  });
}

/** As {@link fastestTraining}. */
function fastestAttack(
  recipe: Recipe,
  part: Split,
  model: Module,
  { attackBackend, attackSplit }: { attackBackend: AttackBackend | 'auto'; attackSplit: number | 'auto' },
): Omit<MachinePlan, 'backend' | 'trainingPassesPerSecond'> {
  if (part.images.device !== 'cpu') {
    const { name, passesPerSecond } =
      attackBackend === 'auto'
        ? tidy(() => chooseAttackBackend(model.eval(), probeBatch(part, recipe.seed, recipe.training.batchSize).images))
        : { name: attackBackend, passesPerSecond: {} };
    return { attackBackend: name, attackSplit: 1, attackPassesPerSecond: passesPerSecond, splitPassesPerSecond: {} };
  }
  const backends = attackBackend === 'auto' ? attackBackendsFor(model) : [attackBackend];
  const splits = attackSplit === 'auto' ? [...new Set([1, sharesFor(recipe)])] : [attackSplit];
  const names = backends.flatMap((backend) => splits.map((shares): StepAttack => `${backend}/${shares}`));
  const rated = { attackPassesPerSecond: {}, splitPassesPerSecond: {} };
  if (names.length === 1) return { attackBackend: backends[0]!, attackSplit: splits[0]!, ...rated };
  const { model: description, training, seed } = recipe;
  const chosen = measureApart({
    ...apart(recipe, part),
    kind: 'step-attack',
    recipe: { model: description, training, seed },
    names,
  });
  const { backend, shares } = partsOf(chosen.name);
  return {
    attackBackend: backend,
    attackSplit: shares,
    attackPassesPerSecond: attackBackend === 'auto' ? (chosen.backends ?? {}) : {},
    splitPassesPerSecond: chosen.passesPerSecond,
  };
}

/** What all measurements of a recipe have in common. */
function apart({ model: description, training }: Recipe, { images, labels }: Split) {
  const classes = tidy(() => labels.amax().item()) + 1;
  return { description, image: images.shape.slice(1), classes, images: Math.min(training.batchSize, images.size(0)) };
}

/** @throws SaddlepointError RECIPE for a split on a GPU */
function splitAsked({ training }: Recipe, part: Split): number | 'auto' {
  if (training.attack === undefined || METHODS.get(training.method).ownSteps === true) return 1;
  const { device } = part.images;
  const { attackSplit = training.attackBackend === 'auto' ? 'auto' : 1 } = training;
  if (device === 'cpu') return attackSplit;
  if (attackSplit === 'auto' || attackSplit === 1) return 1;
  throw new SaddlepointError(
    'RECIPE',
    `expected training.attackSplit of 1 or auto on ${device}, received ${attackSplit}: only the cores of a CPU ` +
      'share a batch',
  );
}

function probeBatch(part: Split, seed: number, batchSize: number): Batch {
  const positions = new RandomStream(seed, 'plan').permutation(count(part));
  return gatherBatch(part, positions.narrow(0, 0, Math.min(count(part), batchSize)));
}
