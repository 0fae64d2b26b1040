/**
 * A graph of ONNX under construction, and how the gradient finds its way back through it.
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { SaddlepointError } from '../../engine/index.js';
import { ATTRIBUTE_TYPES, FLOAT, INT64 } from './messages.js';

/** A value of the graph: its name, and its shape without the batch. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** From the gradient of an operator's output those of its inputs, in order; undefined for a constant. */
type Backward = (gradient: string) => readonly (string | undefined)[];

interface Taped {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly backward: Backward;
}

export class OnnxGraph {
  readonly nodes: object[] = [];
  readonly initializers: object[] = [];
  readonly #tape: Taped[] = [];
  #names = 0;

  /** Adds an operator, and returns the name of its output. */
  add(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = this.#name(operator);
    this.nodes.push({
      opType: operator,
      name: output,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attribute(value) })),
    });
    return output;
  }

  /** Adds an operator whose gradient is known. */
  addTaped(operator: string, inputs: readonly string[], attributes: Attributes, backward: Backward): string {
    const output = this.add(operator, inputs, attributes);
    this.#tape.push({ inputs, output, backward });
    return output;
  }

  /** Adds an operator whose gradient ONNX cannot write. */
  addForward(operator: string, inputs: readonly string[], attributes: Attributes, what: string): string {
    return this.addTaped(operator, inputs, attributes, () => {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected layers whose gradient ONNX can write, received ${what}; without the gradient the network can be written`,
      );
    });
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): string {
    return this.#initializer(Float32Array.from(values), shape, FLOAT);
  }

  wholes(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#initializer(BigInt64Array.from(values, BigInt), shape, INT64);
  }

  #initializer(values: Float32Array | BigInt64Array, dims: readonly number[], dataType: number): string {
    const name = this.#name('constant');
    const rawData = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push({ name, dims: [...dims], dataType, rawData });
    return name;
  }

  /**
   * The gradient with respect to an input, where that with respect to an output is known: reverse-mode differentiation
   * over what was taped.
   *
   * @throws SaddlepointError ARGUMENT for an operator on the way whose gradient cannot be written
   */
  gradient(output: string, ofOutput: string, input: string): string {
    const gradients = new Map([[output, ofOutput]]);
    for (const taped of [...this.#tape].reverse()) {
      const gradient = gradients.get(taped.output);
      if (gradient === undefined) continue;
      taped.backward(gradient).forEach((one, i) => {
        const name = taped.inputs[i]!;
        const before = gradients.get(name);
        if (one !== undefined) gradients.set(name, before === undefined ? one : this.add('Add', [before, one]));
      });
    }
    return gradients.get(input)!;
  }

  #name(of: string): string {
    this.#names += 1;
    return `${of.toLowerCase()}_${this.#names}`;
  }
}

function attribute(value: Attributes[string]): object {
  if (typeof value === 'number') return { i: value, type: ATTRIBUTE_TYPES.i };
  if ('float' in value) return { f: value.float, type: ATTRIBUTE_TYPES.f };
  return { ints: [...value], type: ATTRIBUTE_TYPES.ints };
}
