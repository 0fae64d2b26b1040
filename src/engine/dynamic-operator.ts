/**
 * Operators by LibTorch's own names, for programs that are read from files: what is called is known only when it is
 * there. Everything that is written here goes through declarations instead (`operators.ts`).
 *
 * @module
 */
import { native, type NativeSchema } from './native.js';
import { Tensor } from './tensor.js';

/** What an operator takes and returns. */
export type OperatorValue =
  | Tensor
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  /** A float, even where it is whole. */
  | Float64Array
  | readonly OperatorValue[];

export interface OperatorParameter {
  readonly name: string;
  /** As LibTorch writes it, e.g. `int[]?`. */
  readonly type: string;
  readonly hasDefault: boolean;
}

export interface DynamicOperator {
  readonly parameters: readonly OperatorParameter[];
  readonly returns: readonly string[];
  /** Whether it writes into its first argument, and returns that. */
  readonly inPlace: boolean;
  /**
   * @param values in the order of the parameters; undefined for a default
   * @returns new tensors and numbers, one for each of `returns`; none of an operator that works in place
   */
  call(values: readonly OperatorValue[]): OperatorValue[];
}

const known = new Map<string, DynamicOperator | undefined>();

/**
 * LibTorch's operator, e.g. `conv2d` and `` or `add` and `Tensor`; undefined where this LibTorch has none, or none that
 * could be called from here.
 */
export function dynamicOperator(name: string, overload: string): DynamicOperator | undefined {
  const key = `${name}.${overload}`;
  if (!known.has(key)) known.set(key, find(name, overload));
  return known.get(key);
}

function find(name: string, overload: string): DynamicOperator | undefined {
  let schema: NativeSchema | null;
  try {
    schema = native.lookup(name, overload);
  } catch {
    return undefined; // an argument of a kind that programs cannot write, such as a stream
  }
  if (schema === null) return undefined;
  const { id, parameters, returns } = schema;
  return {
    parameters,
    returns,
    inPlace: name.endsWith('_') && !name.endsWith('__'),
    call: (values) => resultsOf(native.invoke(id, ...values.map(toNative)), returns),
  };
}

function toNative(value: OperatorValue): unknown {
  if (value instanceof Tensor) return value.handle;
  if (value instanceof Float64Array) return value;
  return Array.isArray(value) ? (value as readonly OperatorValue[]).map(toNative) : value;
}

function resultsOf(result: unknown, returns: readonly string[]): OperatorValue[] {
  if (result === undefined) return [];
  const results = returns.length > 1 ? (result as unknown[]) : [result];
  return results.map((value, i) => {
    const type = returns[i]!;
    if (type === 'Tensor') return value === null ? null : new Tensor(value as number);
    if (type === 'Tensor[]') return (value as number[]).map((handle) => new Tensor(handle));
    return value as OperatorValue;
  });
}
