/**
 * The three facts of a recipe that a report names outside the recipe itself: how the network was trained, which
 * network, and against which budget. A recipe that says none of them gives none; the report then leaves them out.
 *
 * @module
 */
import { parse } from 'yaml';
import { parseBudget } from '../attacks/budget.js';

/** What a recipe says, as far as it says it. */
export interface RecipeFacts {
  /** `normal`, `adversarial`, or another name of a training. */
  readonly training?: string;
  readonly architecture?: string;
  /** The budget of the attack in training, for images in [0, 1]. */
  readonly trainedEpsilon?: number;
  /** The norm of that budget. */
  readonly trainedNorm?: string;
}

/** Where each fact may stand; the first that is there counts. */
const TRAINING = ['training.method'];
const ARCHITECTURE = ['model.architecture'];
const ATTACK = ['training.attack'];

/** Reads the facts from the text of a recipe. */
export function recipeFacts(text: string): RecipeFacts {
  let recipe: unknown;
  try {
    recipe = parse(text);
  } catch {
    return {}; // the recipe is shown as it is; that it is not YAML is not for a report to judge
  }
  const training = firstText(recipe, TRAINING);
  const architecture = firstText(recipe, ARCHITECTURE);
  const facts: RecipeFacts = {
    ...(training === undefined ? {} : { training }),
    ...(architecture === undefined ? {} : { architecture }),
  };
  if (training === 'normal') return facts; // a recipe may describe an attack that this training does not use
  for (const path of ATTACK) {
    const epsilon = parseBudget(at(recipe, `${path}.epsilon`));
    if (epsilon === undefined) continue;
    const norm = at(recipe, `${path}.norm`);
    return { ...facts, trainedEpsilon: epsilon, ...(typeof norm === 'string' ? { trainedNorm: norm } : {}) };
  }
  return facts;
}

function firstText(recipe: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = at(recipe, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
