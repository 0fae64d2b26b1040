/**
 * Where a program's values are while it runs: a place each. What an operator writes into stays where it is, under a
 * second name.
 *
 * @module
 */
import { resultsOf, valuesIn, type Argument, type Program, type ProgramNode } from './program.js';

/** Whether an operator writes into its first argument: PyTorch's names end in one underscore then. */
export function isInPlace({ operator }: Pick<ProgramNode, 'operator'>): boolean {
  return operator.endsWith('_') && !operator.endsWith('__');
}

/** The value that a node which works in place writes into. */
export function targetOf({ arguments: given }: ProgramNode): string | undefined {
  const [first] = Object.values(given) as [Argument | undefined];
  return first === undefined ? undefined : valuesIn(first)[0];
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
