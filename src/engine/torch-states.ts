/**
 * Which of the dictionaries in a PyTorch file are state dicts, and which of those is meant: a checkpoint holds one
 * beside the optimizer's state, or two where an average of the weights was kept.
 *
 * @module
 */
import { describeValue } from './errors.js';
import { PickleError, shortened } from './pickle.js';
import { StoredTensor } from './torch-names.js';
import { chooseEntry } from './weights-entries.js';

export type StoredState = ReadonlyMap<string, StoredTensor>;

/** So many dictionaries lie in one another at most: `{ model: { ema: { shadow: … } } }`. */
const DEEPEST = 3;
/** Of a file with the wrong entries, so many are in the message. */
const MOST_NAMED = 20;
/** What a training keeps beside the weights, which may be a dictionary of tensors too. */
const NOT_WEIGHTS =
  /^(opt|optim\w*|\w*_optim\w*|\w*sched\w*|scaler|amp|rng\w*|random\w*|loops|callbacks|hyper_parameters)$/i;

export interface SelectedState {
  readonly state: StoredState;
  /** The path to it in a checkpoint, with dots; undefined where the file is nothing but the state dict. */
  readonly entry: string | undefined;
}

/**
 * The dictionary whose values are all tensors: the content itself, or one in it.
 *
 * @param entry the path to it, or `ema` and `raw` where there is an average and what is averaged
 * @throws PickleError where there is none; SaddlepointError CHECKPOINT where there are several and none is named, or
 *   another is
 */
export function selectState(path: string, content: unknown, entry: string | undefined): SelectedState {
  if (holdsTensorsAlone(content)) return { state: content, entry: undefined };
  const states = new Map(statesIn(content));
  if (states.size > 0) {
    const chosen = chooseEntry(path, [...states.keys()], entry);
    return { state: states.get(chosen)!, entry: chosen };
  }
  const entries = content instanceof Map ? [...(content as Map<unknown, unknown>)].slice(0, MOST_NAMED) : [];
  const found = entries.map(([key, value]) => `${nameOfKey(key)} (${describeValue(value)})`).join(', ');
  throw new PickleError(
    `expected one dictionary of tensors, received ${found === '' ? describeValue(content) : found}`,
  );
}

/** Each is looked at once, in however many places it stands. */
function* statesIn(
  content: unknown,
  path: readonly string[] = [],
  seen = new Set<unknown>(),
): Generator<readonly [path: string, state: StoredState]> {
  if (!(content instanceof Map) || seen.has(content) || path.length > DEEPEST) return;
  seen.add(content);
  if (path.length > 0 && holdsTensorsAlone(content)) yield [path.join('.'), content];
  else {
    for (const [key, value] of content as Map<unknown, unknown>)
      if (typeof key === 'string' && !NOT_WEIGHTS.test(key)) yield* statesIn(value, [...path, shortened(key)], seen);
  }
}

function nameOfKey(key: unknown): string {
  return typeof key === 'string' ? shortened(key) : describeValue(key);
}

function holdsTensorsAlone(value: unknown): value is StoredState {
  if (!(value instanceof Map) || value.size === 0) return false;
  return [...(value as Map<unknown, unknown>)].every(
    ([key, element]) => typeof key === 'string' && element instanceof StoredTensor,
  );
}
