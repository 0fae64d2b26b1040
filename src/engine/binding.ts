/**
 * Turns operator declarations into functions: checks each against LibTorch's schema once, then converts
 * arguments, calls the dispatcher and wraps what comes back.
 *
 * @module
 */
import { SaddlepointError, describeValue } from './errors.js';
import { Generator } from './generator.js';
import { remedy } from './installation.js';
import { native, type NativeSchema } from './native.js';
import { parseDeclaration, type Declaration, type DeclaredParameter, type ParsedDeclaration } from './schema.js';
import { Tensor } from './tensor.js';

/** Takes the values in the order of the declaration, the options object last. */
export type BoundOperator = (values: readonly unknown[]) => unknown;

/**
 * Binds a declaration, or two overloads of one, to LibTorch.
 *
 * @throws SaddlepointError ENGINE when this LibTorch has no such operator or another signature for it.
 */
export function bind(declaration: Declaration): BoundOperator {
  if (typeof declaration === 'string') {
    const operator = new Operator(declaration);
    return (values) => operator.invoke(values);
  }
  const [first, second] = declaration.map((text) => new Operator(text)) as [Operator, Operator];
  return (values) => (first.accepts(values) || !second.accepts(values) ? first : second).invoke(values);
}

class Operator {
  readonly #text: string;
  readonly #declaration: ParsedDeclaration;
  readonly #id: number;
  readonly #positional: number;
  readonly #slotOfOption: ReadonlyMap<string, number>;
  /** The options that may be given by position, too. */
  readonly #optional: readonly string[];
  /** For each parameter, whether it takes tensors: worked out once, read at every call. */
  readonly #wants: readonly ('tensor' | 'tensors' | 'value')[];

  constructor(text: string) {
    this.#text = text;
    this.#declaration = parseDeclaration(text);
    const { name, overload, parameters } = this.#declaration;
    const schema = native.lookup(name, overload);
    const difference = schema === null ? 'it has no such operator' : firstDifference(this.#declaration, schema);
    if (schema === null || difference !== undefined) {
      throw new SaddlepointError(
        'ENGINE',
        `LibTorch ${native.runtime().version} does not fit this version of Saddlepoint: \`${text}\`: ${difference ?? ''}. ` +
          `Use a LibTorch from 1.13 to 2.13. ${remedy()}`,
      );
    }
    this.#id = schema.id;
    this.#wants = parameters.map(({ type }) =>
      !type.startsWith('Tensor') ? 'value' : type.endsWith('[]') ? 'tensors' : 'tensor',
    );
    const isPositional = (parameter: DeclaredParameter) => !parameter.hasDefault && !parameter.keywordOnly;
    this.#positional = parameters.filter(isPositional).length;
    const isOptional = ({ hasDefault, keywordOnly }: DeclaredParameter) => hasDefault && !keywordOnly;
    this.#optional = parameters.filter(isOptional).map(({ option }) => option);
    this.#slotOfOption = new Map(
      parameters.flatMap((parameter, index) => (isPositional(parameter) ? [] : [[parameter.option, index] as const])),
    );
  }

  /** The values with those that are optional by name; the same list where they are so already. */
  #named(values: readonly unknown[]): readonly unknown[] {
    const first = values[this.#positional];
    if (first === undefined ? values.length <= this.#positional + 1 : isOptions(first)) return values;
    const given = values.slice(this.#positional);
    const options = isOptions(given.at(-1)) ? given.pop() : {};
    if (given.length > this.#optional.length) return values; // too many: told where they are looked at
    const named = Object.fromEntries(given.map((value, i) => [this.#optional[i]!, value]));
    return [...values.slice(0, this.#positional), { ...named, ...(options as object) }];
  }

  /** Whether every given value has the kind its parameter wants; tells overloads apart. */
  accepts(given: readonly unknown[]): boolean {
    const values = this.#named(given);
    const { parameters } = this.#declaration;
    const expected = this.#positional + (this.#slotOfOption.size > 0 ? 1 : 0);
    if (values.length < this.#positional || values.length > expected) return false;
    for (let i = 0; i < this.#positional; i += 1) {
      // The usual case, a tensor for a tensor, needs no look at the type's name.
      if (this.#wants[i] === 'tensor' && values[i] instanceof Tensor) continue;
      if (!hasKind(values[i], parameters[i]!.type)) return false;
    }
    const options = values[this.#positional];
    if (options === undefined) return true;
    if (typeof options !== 'object' || options === null) return false;
    return Object.entries(options).every(([option, value]) => {
      const slot = this.#slotOfOption.get(option);
      return slot !== undefined && (value === undefined || hasKind(value, parameters[slot]!.type));
    });
  }

  invoke(given: readonly unknown[]): unknown {
    const values = this.#named(given);
    const { inPlace, returns } = this.#declaration;
    const positional = this.#positional;
    if (values.length < positional)
      this.#fail(`expected ${positional} values before the options, received ${values.length}`);
    // Positional parameters come first in every schema; what is left out at the end has its default.
    const natives: unknown[] = [this.#id];
    for (let i = 0; i < positional; i += 1) natives.push(this.#toNative(values[i], i));
    const options = values[positional];
    if (options !== undefined) {
      if (this.#slotOfOption.size === 0 || typeof options !== 'object' || options === null) {
        this.#fail(
          `received ${describeValue(options)} where ${this.#slotOfOption.size === 0 ? 'nothing more' : 'an options object'} was expected`,
        );
      }
      for (const [option, value] of Object.entries(options)) {
        const slot = this.#slotOfOption.get(option);
        if (slot === undefined) {
          this.#fail(`unknown option \`${option}\`; the options are ${[...this.#slotOfOption.keys()].join(', ')}`);
        }
        while (natives.length < slot + 1) natives.push(undefined);
        natives[slot + 1] = this.#toNative(value, slot);
      }
    }
    if (values.length > positional + 1)
      this.#fail(`received ${values.length} values, expected at most ${positional + 1}`);
    const result = native.invoke(...(natives as [number, ...unknown[]]));
    return inPlace ? values[0] : toTensors(result, returns);
  }

  #toNative(value: unknown, index: number): unknown {
    const wanted = this.#wants[index];
    if (value instanceof Tensor && wanted === 'tensor') return value.handle;
    const parameter = this.#declaration.parameters[index]!;
    if (wanted === 'value') {
      if (value instanceof Tensor)
        this.#fail(`expected ${parameter.type} for \`${parameter.option}\`, received a tensor`);
      return value instanceof Generator ? value.id : value;
    }
    const absent = value === null || value === undefined;
    if (absent && (parameter.hasDefault || parameter.type.endsWith('?'))) return undefined;
    if (wanted === 'tensors' && Array.isArray(value)) {
      return value.map((element: unknown) => {
        if (element instanceof Tensor) return element.handle;
        if (element === null && parameter.type === 'Tensor?[]') return null;
        return this.#fail(`expected tensors in \`${parameter.option}\`, received ${describeValue(element)}`);
      });
    }
    return this.#fail(
      `expected ${wanted === 'tensors' ? 'an array of tensors' : 'a tensor'} for \`${parameter.option}\`, ` +
        `received ${describeValue(value)}`,
    );
  }

  #fail(problem: string): never {
    throw new SaddlepointError('ARGUMENT', `${this.#declaration.name}: ${problem}. Its declaration is ${this.#text}`);
  }
}

/** Whether a value is a last object with names, and no value of its own. */
function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasKind(value: unknown, type: string): boolean {
  if (value === null) return type.endsWith('?');
  if (type.includes('[]')) {
    return Array.isArray(value) || (typeof value === 'number' && type.startsWith('int'));
  }
  return type.startsWith('Tensor') ? value instanceof Tensor : !(value instanceof Tensor) && !Array.isArray(value);
}

function toTensors(result: unknown, returns: readonly string[]): unknown {
  if (returns.length > 1) {
    return (result as unknown[]).map((element) => toTensors(element, ['Tensor']));
  }
  if (returns[0] === 'Tensor') return result === null ? null : new Tensor(result as number);
  if (returns[0] === 'Tensor[]') return (result as number[]).map((handle) => new Tensor(handle));
  return result;
}

/** The first difference between a declaration and LibTorch's schema, or undefined. */
function firstDifference(declaration: ParsedDeclaration, schema: NativeSchema): string | undefined {
  for (let i = 0; i < Math.max(declaration.parameters.length, schema.parameters.length); i += 1) {
    const ours = declaration.parameters[i];
    const theirs = schema.parameters[i];
    if (theirs === undefined) return `it has no parameter \`${ours?.name ?? ''}\``;
    if (ours === undefined) {
      if (theirs.hasDefault) continue; // a newer LibTorch may add parameters with defaults
      return `it wants a further parameter \`${theirs.type} ${theirs.name}\``;
    }
    const same =
      ours.name === theirs.name &&
      ours.type === theirs.type &&
      ours.hasDefault === theirs.hasDefault &&
      ours.keywordOnly === theirs.keywordOnly;
    if (!same) return `its parameter ${i + 1} is \`${theirs.type} ${theirs.name}${theirs.hasDefault ? '=' : ''}\``;
  }
  const theirs = schema.returns.join(', ');
  return declaration.returns.join(', ') === theirs ? undefined : `it returns ${theirs}`;
}
