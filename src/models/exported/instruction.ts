/**
 * What a program is turned into before it runs: calls of this LibTorch's operators, their arguments put in its order,
 * with those that never change worked out once.
 *
 * @module
 */
import {
  dynamicOperator,
  ops,
  SaddlepointError,
  Tensor,
  type DynamicOperator,
  type OperatorParameter,
  type OperatorValue,
} from '../../engine/index.js';
import { isPreferred, substituteFor } from './substitutes.js';
import {
  isList,
  nameOf,
  numberOf,
  ProgramError,
  readsOf,
  resultsOf,
  type Argument,
  type ProgramNode,
} from './program.js';
import { OF_SHAPES, SHAPE_ARITHMETIC } from './shape-arithmetic.js';
import { isInPlace } from './slots.js';

/** The values of a program as it runs, by their places. */
export interface Values {
  readonly at: (OperatorValue | undefined)[];
  /** Of the images. */
  readonly device: string;
}

/** Reads its values, and puts what it computes in its places. */
export interface Instruction {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly run: (values: Values) => void;
}

type Reader = (values: Values) => OperatorValue;

/**
 * @param slots the place of each value
 * @throws ProgramError for an operator that this LibTorch has not, or has with other arguments
 */
export function instructionOf(node: ProgramNode, slots: ReadonlyMap<string, number>): Instruction {
  const place = (name: string) => slots.get(name)!;
  const [reads, writes] = [readsOf(node).map(place), resultsOf(node).map(place)];
  const compute = computation(node, place);
  const targets = node.results.map((names) =>
    Array.isArray(names) ? names.map(place) : names === null ? null : place(names),
  );
  // What works in place leaves its result where its argument is.
  if (isInPlace(node)) return { reads, writes: [], run: naming(node, (values) => void compute(values)) };
  return {
    reads,
    writes,
    run: naming(node, (values) => {
      store(values, targets, compute(values), node);
    }),
  };
}

/** Says which operator it was that was given a value of a kind that it does not take. */
function naming(node: ProgramNode, run: Instruction['run']): Instruction['run'] {
  return (values) => {
    try {
      run(values);
    } catch (cause) {
      if (cause instanceof SaddlepointError) throw cause;
      throw new SaddlepointError('RECIPE', `the program's ${nameOf(node)} failed: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
}

function store(
  values: Values,
  targets: readonly (number | readonly number[] | null)[],
  results: readonly OperatorValue[],
  node: ProgramNode,
): void {
  targets.forEach((target, i) => {
    const result = results[i];
    if (target === null) {
      if (result instanceof Tensor) result.dispose();
    } else if (typeof target === 'number') {
      values.at[target] = result;
    } else {
      const list = result as readonly OperatorValue[];
      if (!Array.isArray(result) || list.length !== target.length)
        throw new ProgramError(
          `${nameOf(node)} returned ${Array.isArray(result) ? list.length : 'no'} tensors, expected ${target.length}`,
        );
      target.forEach((slot, j) => (values.at[slot] = list[j]));
    }
  });
}

function computation(node: ProgramNode, place: (name: string) => number): (values: Values) => readonly OperatorValue[] {
  const { operator, overload, arguments: given } = node;
  if (operator === 'python') return arithmetic(node, place);
  const ofShape = OF_SHAPES[`${operator}.${overload}`];
  if (ofShape !== undefined) {
    const [self, dim = () => 0] = Object.values(given).map((value) => reader(value, undefined, place));
    return (values) => [ofShape((self!(values) as Tensor).shape, dim(values) as number)];
  }
  const found = isPreferred(node) ? undefined : operatorFor(node);
  if (found === undefined) {
    const substitute = substituteFor(node);
    if (substitute === undefined)
      throw new ProgramError(
        `it has the operator ${nameOf(node)}, which this LibTorch has not. A newer one may have it`,
      );
    const readers = Object.entries(given).map(([name, value]) => [name, reader(value, undefined, place)] as const);
    return (values) => substitute(Object.fromEntries(readers.map(([name, read]) => [name, read(values)])));
  }
  const readers = readersFor(node, found, place);
  return (values) => found.call(readers.map((read) => read?.(values)));
}

function arithmetic({ overload, arguments: given }: ProgramNode, place: (name: string) => number) {
  const compute = Object.hasOwn(SHAPE_ARITHMETIC, overload) ? SHAPE_ARITHMETIC[overload] : undefined;
  if (compute === undefined) throw new ProgramError(`it computes shapes by _operator.${overload}, which is not known`);
  const [a, b = () => 0] = Object.values(given).map((value) => reader(value, undefined, place));
  return (values: Values) => [compute(Number(a!(values)), Number(b(values)))];
}

/** Where a number stands for a tensor, the overload for numbers, which rounds as Python's numbers do. */
function operatorFor({ operator, overload, arguments: given }: ProgramNode): DynamicOperator | undefined {
  const own = dynamicOperator(operator, overload);
  const number = own?.parameters.find(({ name, type }) => type === 'Tensor' && numberOf(given[name]) !== undefined);
  if (own === undefined || number === undefined) return own;
  const scalar = dynamicOperator(operator, overload.replace('Tensor', 'Scalar'));
  const fits =
    scalar !== undefined &&
    scalar.parameters.some(({ name, type }) => name === number.name && type === 'Scalar') &&
    Object.keys(given).every((name) => scalar.parameters.some((parameter) => parameter.name === name));
  return fits ? scalar : own;
}

/** One for each of the operator's parameters; none where it has its default. */
function readersFor(node: ProgramNode, { parameters }: DynamicOperator, place: (name: string) => number) {
  const { arguments: given } = node;
  const unknown = Object.keys(given).find((name) => parameters.every((parameter) => parameter.name !== name));
  if (unknown !== undefined)
    throw new ProgramError(`it gives ${nameOf(node)} the argument ${unknown}, which it has not in this LibTorch`);
  return parameters.map((parameter) => {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name]! : undefined;
    if (value === undefined) {
      if (parameter.hasDefault || parameter.type.endsWith('?')) return undefined;
      throw new ProgramError(`it gives ${nameOf(node)} no ${parameter.name}`);
    }
    return reader(value, parameter, place);
  });
}

function reader(given: Argument, parameter: OperatorParameter | undefined, place: (name: string) => number): Reader {
  if (isList(given)) {
    const readers = given.map((each) => reader(each, undefined, place));
    return (values) => readers.map((read) => read(values));
  }
  if (typeof given !== 'object' || given === null) return () => given;
  const { type } = parameter ?? {};
  if ('device' in given) return ({ device }) => device;
  if ('value' in given) {
    const slot = place(given.value);
    const asTensor = type === 'Tensor';
    return ({ at }) => {
      const value = at[slot];
      return asTensor && typeof value === 'number' ? numberTensor(value, false) : value;
    };
  }
  const isFloat = 'float' in given;
  const number = isFloat ? Number(given.float) : wholeOf(given.int);
  if (type === 'Tensor') return () => numberTensor(number, isFloat);
  if (isFloat && (type === 'Scalar' || type === 'Scalar?')) {
    const float = Float64Array.of(Number(number));
    return () => float;
  }
  return () => number;
}

function wholeOf(int: number | string): number | bigint {
  return typeof int === 'string' ? BigInt(int) : int;
}

/** Without dimensions, so that it decides no result's type that a tensor with some decides. */
function numberTensor(value: number | bigint, isFloat: boolean): Tensor {
  const dtype = !isFloat && Number.isInteger(Number(value)) ? 'int64' : 'float32';
  return ops.full([], value, { dtype });
}
