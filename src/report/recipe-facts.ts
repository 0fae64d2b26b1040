/**
 * The three facts of a recipe that a report names outside the recipe itself: how the network was trained, which
 * network, and against which budget. A recipe that says none of them gives none; the report then leaves them out.
 *
 * @module
 */
import { parseYaml } from '../engine/yaml.js';
import { parseBudget } from '../attacks/budget.js';
import { inTodaysWords } from '../monitoring/earlier-words.js';

/** What a recipe says, as far as it says it. */
export interface RecipeFacts {
  /** The network it trains, with all options. */
  readonly model?: { readonly architecture: string; readonly options: unknown };
  readonly dataset?: string;
  /** `standard`, `adversarial`, or another name of a training. */
  readonly training?: string;
  readonly architecture?: string;
  /** The budget of the attack in training, for images in [0, 1]; where it changes, the last one. */
  readonly trainedEpsilon?: number;
  /** The budget the training begins with, where it is another. */
  readonly firstEpsilon?: number;
  /** The norm of that budget. */
  readonly trainedNorm?: string;
}

/** Where each fact may stand; the first that is there counts. */
const TRAINING = ['training.method'];
const ARCHITECTURE = ['model.architecture'];
const ATTACK = ['training.attack'];
/** Changes of the attack in the course of the training, in their order. */
const SCHEDULE = 'training.attackSchedule';

/** Reads the facts from the text of a recipe. */
export function recipeFacts(text: string): RecipeFacts {
  let recipe: unknown;
  try {
    recipe = inTodaysWords(parseYaml(text)).content;
  } catch {
    return {}; // the recipe is shown as it is; that it is not YAML is not for a report to judge
  }
  const training = firstText(recipe, TRAINING);
  const architecture = firstText(recipe, ARCHITECTURE);
  const options = at(recipe, 'model.options');
  const dataset = firstText(recipe, ['dataset.name']);
  const facts: RecipeFacts = {
    ...(architecture === undefined || options === undefined ? {} : { model: { architecture, options } }),
    ...(dataset === undefined ? {} : { dataset }),
    ...(training === undefined ? {} : { training }),
    ...(architecture === undefined ? {} : { architecture }),
  };
  if (training === 'standard') return facts; // a recipe may describe an attack that this training does not use
  for (const path of ATTACK) {
    const epsilon = parseBudget(at(recipe, `${path}.epsilon`));
    if (epsilon === undefined) continue;
    const norm = at(recipe, `${path}.norm`);
    const last = lastBudget(recipe) ?? epsilon;
    return {
      ...facts,
      trainedEpsilon: last,
      ...(last === epsilon ? {} : { firstEpsilon: epsilon }),
      ...(typeof norm === 'string' ? { trainedNorm: norm } : {}),
    };
  }
  return facts;
}

/** A change without a budget goes back to the one the training begins with. */
function lastBudget(recipe: unknown): number | undefined {
  const changes = at(recipe, SCHEDULE);
  return Array.isArray(changes) ? parseBudget(at(changes.at(-1), 'epsilon')) : undefined;
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
