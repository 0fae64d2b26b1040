/**
 * What lies in a run's folder before a recipe is carried out there, and what that means for it: it goes on, it is
 * complete, or it is another run, which stays.
 *
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { putEvaluationAside, removeRun, runFiles, type RunFolder } from '../monitoring/index.js';
import { readJson } from '../report/read-json.js';
import { evaluationSchema } from '../report/schemas.js';
import {
  recipeChange,
  recipeText,
  sameSelection,
  savedRecipe,
  stepOf,
  type Recipe,
  type SavedRecipe,
} from '../training/index.js';

const REMEDY = 'Give this run another --name; --overwrite removes that one and begins anew';

/** What there is. */
export type RunState =
  | { readonly kind: 'new' }
  /** Of this recipe: stopped, or begun. */
  | { readonly kind: 'begun' }
  /** Trained, or on the way, with another evaluation. */
  | { readonly kind: 'other evaluation'; readonly saved: SavedRecipe }
  | { readonly kind: 'complete'; readonly result: EvaluationResult };

/**
 * Looks; changes nothing.
 *
 * @throws SaddlepointError RECIPE where the folder holds another run, or files of one that nobody can tell; CHECKPOINT
 *   for a damaged result
 */
export function runState(folder: RunFolder, recipe: Recipe): RunState {
  if (!existsSync(folder.recipe)) {
    const files = runFiles(folder).map((file) => relative(folder.path, file));
    if (files.length === 0) return { kind: 'new' };
    const told = files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
    throw new SaddlepointError(
      'RECIPE',
      `${folder.path} holds ${told}, but no recipe.yaml that says what they are of. ${REMEDY}`,
    );
  }
  const saved = openSaved(folder);
  const change = recipeChange(saved.recipe, recipe);
  const [finished, trained] = [existsSync(folder.evaluation), existsSync(folder.checkpoint('last'))];
  if (change === 'training' || (change === 'evaluation' && !trained)) {
    if (!finished && !trained) return { kind: 'new' }; // no step of it is saved
    throw new SaddlepointError(
      'RECIPE',
      `${folder.path} holds a ${finished ? 'finished' : 'stopped'} run of another recipe (its recipe.yaml). ${REMEDY}`,
    );
  }
  if (change === 'evaluation') return { kind: 'other evaluation', saved };
  return finished ? { kind: 'complete', result: readResult(folder) } : { kind: 'begun' };
}

/**
 * Makes the folder ready for the recipe.
 *
 * @param steps of the whole training
 * @throws SaddlepointError RECIPE for another budget in the middle of a training that chooses its best weights by it
 */
export function prepareRun(
  folder: RunFolder,
  recipe: Recipe,
  state: Exclude<RunState, { kind: 'complete' }>,
  { overwrite, steps, say }: { overwrite: boolean; steps: number; say: (line: string) => void },
): void {
  if (overwrite) removeRun(folder);
  const last = folder.checkpoint('last');
  if (state.kind === 'other evaluation' && existsSync(last)) {
    const { recipe: then, text } = state.saved;
    const done = stepOf(last);
    if (done < steps && !sameSelection(then, recipe)) {
      throw new SaddlepointError(
        'RECIPE',
        `${folder.path} has done ${done} of ${steps} steps, and chooses its best weights by the budget of evaluation.attack (${then.evaluation.attack.norm}, ${then.evaluation.attack.epsilon}). Let it train to the end with that one; then another is measured without training again`,
      );
    }
    const aside = putEvaluationAside(folder, text);
    say(
      `  the evaluation has changed; what is trained stays${aside === undefined ? '' : `, and the earlier results are in ${aside}`}`,
    );
  }
  // Without a checkpoint nothing goes on: a plan that was measured may be that of another recipe.
  if (!existsSync(last)) for (const plan of [folder.plan, folder.timePlan]) rmSync(plan, { force: true });
  folder.create();
  writeFileAtomically(folder.recipe, recipeText(recipe));
}

function openSaved(folder: RunFolder): SavedRecipe {
  try {
    return savedRecipe(folder.recipe);
  } catch (cause) {
    throw new SaddlepointError(
      'RECIPE',
      `${folder.path} holds a run whose recipe this version does not read: ${(cause as Error).message}. ${REMEDY}`,
      { cause },
    );
  }
}

/** @throws SaddlepointError CHECKPOINT for one that is damaged, in the sense of a report */
export function readResult(folder: RunFolder): EvaluationResult {
  const part = readJson(folder, folder.evaluation, evaluationSchema);
  if (part.value !== null) return part.value;
  throw new SaddlepointError(
    'CHECKPOINT',
    `in ${folder.path}, ${part.reason}. Remove it, and the same command measures it again`,
  );
}
