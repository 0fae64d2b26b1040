/**
 * Takes off what is around a network in a state dict: DataParallel, torch.compile, Lightning and other wrappers, a
 * normalisation in front, copies that attacks keep, an average beside the weights.
 *
 * @module
 */
import { chooseEntry, isAverage, SaddlepointError, type Tensor } from '../../engine/index.js';

export interface UnwrappedState {
  /** By the network's own names. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Of the images: what stands beside the weights; `hidden` where there is a layer in front that left no numbers. */
  readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] } | 'hidden' | undefined;
}

const MEAN = /^(new_)?mean$|^mu$/;
const STD = /^(new_)?std$|^sigma$/;
/** Weights beside a training, in checkpoints of ours. */
const OURS = /^(optimizer|trained)\//;
/** Around it there may be so many. */
const MOST_WRAPPERS = 10;

type State = ReadonlyMap<string, Tensor>;

/**
 * @param path of the file, for the message
 * @param asked which of several networks, `ema` or `raw` or the name of its part, where the file itself did not tell
 * @throws SaddlepointError CHECKPOINT where there are several and none is named, or there is one and another is named
 */
export function unwrapState(path: string, state: State, asked?: string): UnwrappedState {
  let tensors: State = new Map([...state].filter(([name]) => !OURS.test(name) && name !== 'n_averaged'));
  let normalization: UnwrappedState['normalization'];
  let wanted = asked;
  for (let turn = 0; turn < MOST_WRAPPERS; turn += 1) {
    const parts = partsOf(tensors);
    if (parts.has('model')) parts.delete('attacker'); // MadryLab's robustness: the same weights once more
    const numbers = normalizationAmong(parts);
    normalization = numbers ?? normalization;
    const names = [...parts.keys()];
    if (names.length > 1 && areCopies(parts)) {
      tensors = parts.get(chooseEntry(path, names, wanted))!;
      wanted = undefined;
    } else if (names.length === 1 && isWhole(parts.get(names[0]!)!)) {
      // The second of an nn.Sequential: what is first has neither weights nor numbers, e.g. a normalisation by
      // constants.
      if (/^[1-9]\d*$/.test(names[0]!) && normalization === undefined) normalization = 'hidden';
      tensors = parts.get(names[0]!)!;
    } else {
      refuseUnused(path, wanted);
      return { tensors: joined(parts), normalization };
    }
  }
  throw new SaddlepointError('CHECKPOINT', `the weights in ${path} lie in more than ${MOST_WRAPPERS} modules`);
}

/** By the first part of their names; a name without a dot is a part of its own. */
function partsOf(tensors: State): Map<string, Map<string, Tensor>> {
  const parts = new Map<string, Map<string, Tensor>>();
  for (const [name, tensor] of tensors) {
    const dot = name.indexOf('.');
    const first = dot < 0 ? name : name.slice(0, dot);
    const part = parts.get(first) ?? new Map<string, Tensor>();
    parts.set(first, part.set(dot < 0 ? '' : name.slice(dot + 1), tensor));
  }
  return parts;
}

function joined(parts: ReadonlyMap<string, State>): Map<string, Tensor> {
  const named = [...parts].flatMap(([first, part]) =>
    [...part].map(([rest, tensor]) => [rest === '' ? first : `${first}.${rest}`, tensor] as const),
  );
  return new Map(named);
}

/** A mean and a deviation, as a part of their own or beside the others; takes them out. */
function normalizationAmong(parts: Map<string, Map<string, Tensor>>): UnwrappedState['normalization'] {
  const beside = [...parts].flatMap(([first, part]) => (part.has('') ? [[first, part.get('')!] as const] : []));
  const own = [...parts].find(([, part]) => part.size === 2 && pairOf([...part]) !== undefined);
  const pair = pairOf(own === undefined ? beside : [...own[1]]);
  if (pair === undefined) return undefined;
  if (own !== undefined) parts.delete(own[0]);
  else for (const [name] of beside) if (MEAN.test(name) || STD.test(name)) parts.delete(name);
  return pair;
}

function pairOf(tensors: readonly (readonly [string, Tensor])[]): { mean: number[]; std: number[] } | undefined {
  const numbers = (pattern: RegExp) => tensors.find(([name]) => pattern.test(name))?.[1].toNumbers();
  const [mean, std] = [numbers(MEAN), numbers(STD)];
  return mean === undefined || std === undefined ? undefined : { mean, std };
}

/** Everything in it has a part of its own: it is a network in a wrapper, not a layer. */
function isWhole(part: State): boolean {
  return [...part.keys()].every((name) => name.includes('.') || MEAN.test(name) || STD.test(name));
}

/** The same names and shapes in each, one of them an average by its name. */
function areCopies(parts: ReadonlyMap<string, State>): boolean {
  const described = (part: State) =>
    [...part]
      .map(([name, { shape }]) => `${name} ${shape.join()}`)
      .sort()
      .join('\n');
  return [...parts.keys()].some(isAverage) && new Set([...parts.values()].map(described)).size === 1;
}

function refuseUnused(path: string, wanted: string | undefined): void {
  if (wanted === undefined || wanted === 'raw') return;
  throw new SaddlepointError(
    'CHECKPOINT',
    `${path} holds the weights of one network alone: expected no --weights, received ${wanted}`,
  );
}
