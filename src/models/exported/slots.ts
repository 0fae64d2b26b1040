/**
 * Where a program's values are while it runs: a place each. What an operator writes into stays where it is, under a
 * second name; what may share another's memory, as views do, has the same root.
 *
 * @module
 */
import { kindOf } from './allowed-operators.js';
import { readsOf, resultsOf, valuesIn, type Program, type ProgramNode } from './program.js';

/** Whether an operator writes into its first argument: PyTorch's names end in one underscore then. */
export function isInPlace({ operator }: Pick<ProgramNode, 'operator'>): boolean {
  return operator.endsWith('_') && !operator.endsWith('__');
}

/** The value that a node which works in place writes into. */
export function targetOf({ arguments: { self } }: ProgramNode): string | undefined {
  return self === undefined ? undefined : valuesIn(self)[0];
}

/** The place of every value, by its name. */
export function slotsOf({ inputs, images, nodes }: Program): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  let next = 0;
  for (const { name } of [...inputs, images]) slots.set(name, next++);
  for (const node of nodes) {
    const target = isInPlace(node) ? targetOf(node) : undefined;
    const shared = target === undefined ? undefined : slots.get(target);
    for (const name of resultsOf(node)) slots.set(name, shared ?? next++);
  }
  return slots;
}

/** Of each place, the first whose memory it may share. */
export function rootsOf({ nodes }: Program, slots: ReadonlyMap<string, number>): readonly number[] {
  const roots: number[] = [];
  for (const slot of slots.values()) roots[slot] ??= slot;
  for (const node of nodes) {
    if (kindOf(node.operator) !== 'view' || isInPlace(node)) continue;
    const source = targetOf(node) ?? readsOf(node)[0];
    if (source === undefined) continue;
    for (const name of resultsOf(node)) roots[slots.get(name)!] = roots[slots.get(source)!]!;
  }
  return roots;
}

/**
 * Whether something is written into memory of which a view was made before: the view must see it, so that it must be a
 * view and no copy.
 */
export function writesThroughViews(program: Program, slots: ReadonlyMap<string, number>): boolean {
  const roots = rootsOf(program, slots);
  const viewed = new Set<number>();
  return program.nodes.some((node) => {
    const target = targetOf(node);
    const root = target === undefined ? undefined : roots[slots.get(target)!];
    if (isInPlace(node)) return node.operator !== 'detach_' && root !== undefined && viewed.has(root);
    if (kindOf(node.operator) === 'view') for (const name of resultsOf(node)) viewed.add(roots[slots.get(name)!]!);
    return false;
  });
}
