/**
 * Which nodes of an exported program are one computation: a convolution, the batch norm behind it, the sum with a
 * shortcut, and the ReLU. Looks at the program alone.
 *
 * @module
 */
import type { Form } from '../exported/executable.js';
import { isInPlace, rootsOf, targetOf } from '../exported/slots.js';
import { readsOf, valuesIn, type Argument, type Program, type ProgramNode } from '../exported/program.js';

/** A convolution with what follows it; computed where the last of these nodes is. */
export interface FusedConvolution {
  /** The numbers of its nodes, in order. */
  readonly nodes: readonly number[];
  readonly convolution: ProgramNode;
  readonly norm: ProgramNode | undefined;
  /** The place of what is added. */
  readonly residual: number | undefined;
  readonly relu: boolean;
  /** The place of its result. */
  readonly result: number;
}

const CONVOLUTION = /^(conv2d|convolution)$/;
/** In evaluation mode, if `training` does not say otherwise. */
export const BATCH_NORM = /^(batch_norm|_native_batch_norm_legit_no_training)$/;

/** What a program's nodes read and write, by the places of values. */
export class Uses {
  readonly #users = new Map<number, number[]>();
  readonly #roots: readonly number[];

  constructor(
    readonly program: Program,
    readonly slots: ReadonlyMap<string, number>,
    /** Types and shapes of the values, for a batch of two or more. */
    readonly forms: ReadonlyMap<number, Form>,
  ) {
    this.#roots = rootsOf(program, slots);
    program.nodes.forEach((node, number) => {
      for (const slot of new Set(readsOf(node).map((name) => slots.get(name)!))) this.#use(slot, number);
    });
    this.#use(slots.get(program.output)!, Infinity);
  }

  #use(slot: number, user: number): void {
    const users = this.#users.get(slot);
    if (users === undefined) this.#users.set(slot, [user]);
    else users.push(user);
  }

  /** The place of an argument that is a value. */
  slotOf(argument: Argument | undefined): number | undefined {
    return argument === undefined ? undefined : this.slots.get(valuesIn(argument)[0] ?? '');
  }

  resultOf(node: ProgramNode): number | undefined {
    const [first] = node.results;
    return typeof first === 'string' ? this.slots.get(first) : undefined;
  }

  /** The nodes after this one that read a place; the program's output counts as one at the end. */
  after(slot: number, number: number): number[] {
    return (this.#users.get(slot) ?? []).filter((user) => user > number);
  }

  /** Whether a node between two writes into what may be the memory of one of these places. */
  writtenBetween(first: number, last: number, slots: readonly (number | undefined)[]): boolean {
    const roots = slots.map((slot) => (slot === undefined ? undefined : this.#roots[slot]));
    return this.program.nodes.slice(first + 1, last).some((node) => {
      const target = isInPlace(node) ? this.slots.get(targetOf(node) ?? '') : undefined;
      return target !== undefined && roots.includes(this.#roots[target]);
    });
  }

  /** Whether it is of the only type that the kernels take. */
  isFloat32(slot: number): boolean {
    return this.forms.get(slot)?.dtype === 'float32';
  }

  isInput(slot: number): boolean {
    return this.program.inputs.some(({ name }) => this.slots.get(name) === slot);
  }
}

/**
 * The fused convolutions of a program, by the number of their last node, where they are computed.
 */
export function fuseConvolutions(uses: Uses): ReadonlyMap<number, FusedConvolution> {
  const found = new Map<number, FusedConvolution>();
  const taken = new Set<number>();
  uses.program.nodes.forEach((convolution, number) => {
    const result = CONVOLUTION.test(convolution.operator) ? uses.resultOf(convolution) : undefined;
    const input = uses.slotOf(convolution.arguments.input);
    const weight = uses.slotOf(convolution.arguments.weight);
    if (result === undefined || input === undefined || weight === undefined) return;
    // A weight that the program computes may be written over until then.
    if (!uses.isInput(weight) || !uses.isFloat32(input) || !uses.isFloat32(result)) return;
    let fused: FusedConvolution = {
      nodes: [number],
      convolution,
      norm: undefined,
      residual: undefined,
      relu: false,
      result,
    };
    fused = withNorm(fused, uses, taken);
    fused = withSum(fused, uses, taken);
    fused = withRelu(fused, uses, taken);
    for (const each of fused.nodes) taken.add(each);
    found.set(fused.nodes.at(-1)!, fused);
  });
  return found;
}

/**
 * The node that reads the result next, if it alone does or writes over it; none if in between something writes into
 * what is computed from.
 */
function next(fused: FusedConvolution, uses: Uses, taken: ReadonlySet<number>) {
  const [first, last] = [fused.nodes[0]!, fused.nodes.at(-1)!];
  const [number = Infinity, ...others] = uses.after(fused.result, last);
  const node = uses.program.nodes[number];
  if (node === undefined || taken.has(number) || (others.length > 0 && !isInPlace(node))) return undefined;
  const input = uses.slotOf(fused.convolution.arguments.input);
  const isWritten = uses.writtenBetween(first, number, [input]) || uses.writtenBetween(last, number, [fused.residual]);
  return isWritten ? undefined : { node, number };
}

function withNorm(fused: FusedConvolution, uses: Uses, taken: ReadonlySet<number>): FusedConvolution {
  const found = next(fused, uses, taken);
  if (found === undefined || !BATCH_NORM.test(found.node.operator)) return fused;
  const { arguments: given } = found.node;
  const [input, mean] = [uses.slotOf(given.input), uses.slotOf(given.running_mean)];
  const result = uses.resultOf(found.node);
  if (input !== fused.result || mean === undefined || given.training === true || result === undefined) return fused;
  return { ...fused, nodes: [...fused.nodes, found.number], norm: found.node, result };
}

function withSum(fused: FusedConvolution, uses: Uses, taken: ReadonlySet<number>): FusedConvolution {
  const found = next(fused, uses, taken);
  if (found === undefined || !/^add_?$/.test(found.node.operator) || found.node.arguments.alpha !== undefined)
    return fused;
  const { self, other } = found.node.arguments;
  const [first, second] = [uses.slotOf(self), uses.slotOf(other)];
  // In place of another value the sum would have to be there under all of its names.
  if (isInPlace(found.node) && first !== fused.result) return fused;
  const residual = first === fused.result ? second : first;
  const result = isInPlace(found.node) ? fused.result : uses.resultOf(found.node);
  if (residual === undefined || residual === fused.result || result === undefined) return fused;
  const [shortcut, sum] = [uses.forms.get(residual), uses.forms.get(result)];
  const isAlike = uses.isFloat32(residual) && uses.isFloat32(result) && shortcut?.shape.join() === sum?.shape.join();
  if (!isAlike || uses.isInput(residual)) return fused;
  return { ...fused, nodes: [...fused.nodes, found.number], residual, result };
}

function withRelu(fused: FusedConvolution, uses: Uses, taken: ReadonlySet<number>): FusedConvolution {
  const found = next(fused, uses, taken);
  if (found === undefined || !/^relu_?$/.test(found.node.operator)) return fused;
  const result = isInPlace(found.node) ? fused.result : uses.resultOf(found.node);
  if (result === undefined) return fused;
  return { ...fused, nodes: [...fused.nodes, found.number], relu: true, result };
}
