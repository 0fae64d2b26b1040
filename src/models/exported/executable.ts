/**
 * A program that is ready to run: its instructions in order, and after which of them a value is used no more.
 *
 * @module
 */
import { noGrad, SaddlepointError, Tensor, tidy, type DType, type OperatorValue } from '../../engine/index.js';
import { instructionOf, type Instruction, type Values } from './instruction.js';
import type { Program, ProgramNode } from './program.js';
import { isInPlace, rootsOf, slotsOf, targetOf, writesThroughViews } from './slots.js';

/** Of a value. */
export interface Form {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Runs a program on images, with the network's tensors. */
export class Executable {
  readonly #instructions: readonly Instruction[];
  /** Of each instruction, the places that are free after it. */
  readonly #frees: readonly (readonly number[])[];
  readonly #size: number;
  readonly #inputs: readonly { readonly slot: number; readonly key: string }[];
  readonly #images: number;
  readonly #output: number;
  /** Whether something is written into the images or a view of them, which are the caller's. */
  readonly #copiesImages: boolean;
  /** Whether views must see what is written, so that maps lie as PyTorch has them. */
  readonly #contiguous: boolean;

  /**
   * @param given one that {@link checkProgram} lets pass
   * @param instructions of the program's nodes; default: one for each
   * @throws ProgramError for an operator that this LibTorch has not
   */
  constructor(given: Program, instructions?: (program: Program, slots: ReadonlyMap<string, number>) => Instruction[]) {
    const slots = slotsOf(given);
    const through = writesThroughViews(given, slots);
    const program = through ? given : { ...given, nodes: given.nodes.map(reshaped) };
    const { inputs, images, nodes, output } = program;
    const roots = rootsOf(program, slots);
    this.#inputs = inputs.map(({ name, key, kind }) => ({ slot: slots.get(name)!, key: `${kind}.${key}` }));
    this.#images = slots.get(images.name)!;
    this.#output = slots.get(output)!;
    const written = new Set(nodes.filter(isInPlace).map((node) => roots[slots.get(targetOf(node)!)!]));
    this.#copiesImages = written.has(roots[this.#images]);
    this.#contiguous = through;
    this.#instructions =
      (through ? undefined : instructions)?.(program, slots) ?? nodes.map((node) => instructionOf(node, slots));
    this.#size = new Set(slots.values()).size;
    const kept = new Set([this.#images, this.#output, ...this.#inputs.map(({ slot }) => slot)]);
    this.#frees = lastUses(this.#instructions, kept);
  }

  /**
   * Type and shape of every value that is a tensor, by its place, for such images. Computes without gradients.
   */
  forms(images: Tensor, tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<number, Form> {
    const forms = new Map<number, Form>();
    const note = (slot: number, value: OperatorValue | undefined) => {
      if (value instanceof Tensor) forms.set(slot, { dtype: value.dtype, shape: value.shape });
    };
    note(this.#images, images);
    noGrad(() => tidy(() => void this.#run(images, tensors, note)));
    return forms;
  }

  /**
   * The logits, with the gradient's way back to the images.
   *
   * @param tensors the network's, by their kind and name, e.g. `weights.conv1.weight`
   */
  run(images: Tensor, tensors: ReadonlyMap<string, Tensor>): Tensor {
    return tidy(() => this.#run(images, tensors));
  }

  #run(
    images: Tensor,
    tensors: ReadonlyMap<string, Tensor>,
    note?: (slot: number, value: OperatorValue | undefined) => void,
  ): Tensor {
    const values: Values = { at: new Array<OperatorValue | undefined>(this.#size), device: images.device };
    for (const { slot, key } of this.#inputs) values.at[slot] = tensors.get(key);
    const input = this.#contiguous ? images.contiguous() : images;
    values.at[this.#images] = this.#copiesImages ? input.clone() : input;
    this.#instructions.forEach(({ run, writes }, i) => {
      run(values);
      if (note !== undefined) for (const slot of writes) note(slot, values.at[slot]);
      for (const slot of this.#frees[i]!) {
        const value = values.at[slot];
        if (value instanceof Tensor) value.dispose();
        values.at[slot] = undefined;
      }
    });
    const logits = values.at[this.#output];
    if (!(logits instanceof Tensor)) throw new SaddlepointError('RECIPE', "the program's output is no tensor");
    return logits;
  }
}

/** A view may not be there where maps lie channels last, as the attack network has them; a reshape always is. */
function reshaped(node: ProgramNode): ProgramNode {
  const { self, size } = node.arguments;
  const isView = /^(view|_unsafe_view)$/.test(node.operator) && node.overload === '';
  if (!isView || self === undefined || size === undefined) return node;
  return { ...node, operator: 'reshape', arguments: { self, shape: size } };
}

/** Of each instruction, the places that none after it reads. */
function lastUses(instructions: readonly Instruction[], kept: ReadonlySet<number>): number[][] {
  const seen = new Set(kept);
  const frees = [...instructions].reverse().map(({ reads, writes }) => {
    const last = [...new Set([...reads, ...writes])].filter((slot) => !seen.has(slot));
    for (const slot of last) seen.add(slot);
    return last;
  });
  return frees.reverse();
}
