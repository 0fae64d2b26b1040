/**
 * A program that is ready to run: its instructions in order, and after which of them a value is used no more.
 *
 * @module
 */
import { noGrad, SaddlepointError, Tensor, tidy, type OperatorValue } from '../../engine/index.js';
import { instructionOf, type Instruction, type Values } from './instruction.js';
import { ProgramError, type Program } from './program.js';
import { isInPlace, slotsOf, targetOf } from './slots.js';

/** Runs a program on images, with the network's tensors. */
export class Executable {
  readonly #instructions: readonly Instruction[];
  /** Of each instruction, the places that are free after it. */
  readonly #frees: readonly (readonly number[])[];
  readonly #size: number;
  readonly #inputs: readonly { readonly slot: number; readonly key: string }[];
  readonly #images: number;
  readonly #output: number;
  /** Whether something is written into the images themselves, which are the caller's. */
  readonly #copiesImages: boolean;

  /**
   * @param instructions of the program's nodes; default: one for each
   * @throws ProgramError for an operator that this LibTorch has not, or one that changes the network's own tensors
   */
  constructor(program: Program, instructions?: (slots: ReadonlyMap<string, number>) => Instruction[]) {
    const slots = slotsOf(program);
    const { inputs, images, nodes, output } = program;
    this.#inputs = inputs.map(({ name, key, kind }) => ({ slot: slots.get(name)!, key: `${kind}.${key}` }));
    this.#images = slots.get(images.name)!;
    this.#output = slots.get(output)!;
    const written = new Set(nodes.filter(isInPlace).map((node) => slots.get(targetOf(node) ?? '')));
    const own = this.#inputs.find(({ slot }) => written.has(slot));
    if (own !== undefined)
      throw new ProgramError(
        `it changes its own tensor ${own.key}, as in training: call model.eval() before the export`,
      );
    this.#copiesImages = written.has(this.#images);
    this.#instructions = instructions?.(slots) ?? nodes.map((node) => instructionOf(node, slots));
    this.#size = Math.max(-1, ...slots.values()) + 1;
    const kept = new Set([this.#images, this.#output, ...this.#inputs.map(({ slot }) => slot)]);
    this.#frees = lastUses(this.#instructions, kept);
  }

  /**
   * The shape of every value that is a tensor, by its place, for such images. Computes without gradients.
   */
  shapes(images: Tensor, tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<number, readonly number[]> {
    const shapes = new Map<number, readonly number[]>();
    const note = (slot: number, value: OperatorValue | undefined) => {
      if (value instanceof Tensor) shapes.set(slot, value.shape);
    };
    noGrad(() => tidy(() => void this.#run(images, tensors, note)));
    return shapes;
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
    values.at[this.#images] = this.#copiesImages ? images.clone() : images;
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

/** Of each instruction, the places that none after it reads. */
function lastUses(instructions: readonly Instruction[], kept: ReadonlySet<number>): number[][] {
  const seen = new Set(kept);
  const frees: number[][] = [];
  for (const { reads, writes } of [...instructions].reverse()) {
    const last = [...new Set([...reads, ...writes])].filter((slot) => !seen.has(slot));
    for (const slot of last) seen.add(slot);
    frees.unshift(last);
  }
  return frees;
}
