/**
 * Declarations of LibTorch operators. One string per operator, written like LibTorch's own schema, gives
 * both the TypeScript type and the check against the real schema when the engine loads:
 *
 *     conv2d(Tensor input, Tensor weight, Tensor? bias=, int[] stride=, int groups=) -> Tensor
 *
 * A parameter with `=` has a default. Parameters without one are passed by position; the others by position, too, or by
 * camel-cased name in a last object, and those after `*` by name alone. `-> self` marks an operator that works in
 * place.
 *
 * @module
 */
import type { DType, Device, MemoryFormat } from './dtypes.js';
import type { Generator } from './generator.js';

/** `Tensor`, here and below, is the class of that name, which has the types of its own methods from here. */
interface TypeOfName<Tensor> {
  Tensor: Tensor;
  'Tensor[]': readonly Tensor[];
  'Tensor?[]': readonly (Tensor | null)[];
  int: number;
  'int[]': number | readonly number[];
  float: number;
  'float[]': readonly number[];
  bool: boolean;
  'bool[]': readonly boolean[];
  Scalar: number | bigint | boolean;
  str: string;
  Device: Device;
  Generator: Generator;
  ScalarType: DType;
  MemoryFormat: MemoryFormat;
  Layout: 'strided';
}

type TypeOf<Name extends string, Tensor> = Name extends keyof TypeOfName<Tensor>
  ? TypeOfName<Tensor>[Name]
  : Name extends `${infer Inner}?`
    ? Inner extends keyof TypeOfName<Tensor>
      ? TypeOfName<Tensor>[Inner] | null
      : never
    : never;

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type Split<Text extends string> = Text extends `${infer Head}, ${infer Tail}`
  ? [Head, ...Split<Tail>]
  : Text extends ''
    ? []
    : [Text];

type ParametersOf<Text extends string> = Text extends `${string}(${infer Inside}) -> ${string}` ? Split<Inside> : never;

type Positional<List extends readonly string[], Tensor> = List extends readonly [
  infer Head extends string,
  ...infer Tail extends string[],
]
  ? Head extends '*'
    ? []
    : Head extends `${string}=`
      ? Positional<Tail, Tensor>
      : Head extends `${infer Type} ${string}`
        ? [TypeOf<Type, Tensor>, ...Positional<Tail, Tensor>]
        : never
  : [];

/** Those that have a default and need no name. */
type Optional<List extends readonly string[], Tensor> = List extends readonly [
  infer Head extends string,
  ...infer Tail extends string[],
]
  ? Head extends '*'
    ? []
    : Head extends `${infer Type} ${string}=`
      ? [TypeOf<Type, Tensor>, ...Optional<Tail, Tensor>]
      : Optional<Tail, Tensor>
  : [];

type Named<List extends readonly string[], Tensor, AfterStar extends boolean = false> = List extends readonly [
  infer Head extends string,
  ...infer Tail extends string[],
]
  ? Head extends '*'
    ? Named<Tail, Tensor, true>
    : Head extends `${infer Type} ${infer Name}=`
      ? { [Key in CamelCase<Name>]?: TypeOf<Type, Tensor> | undefined } & Named<Tail, Tensor, AfterStar>
      : AfterStar extends true
        ? Head extends `${infer Type} ${infer Name}`
          ? { [Key in CamelCase<Name>]: TypeOf<Type, Tensor> } & Named<Tail, Tensor, AfterStar>
          : never
        : Named<Tail, Tensor, AfterStar>
  : object;

type ResultOf<Text extends string, Tensor> = Text extends `${string}) -> ${infer Result}`
  ? Result extends 'self' | 'Tensor'
    ? Tensor
    : Result extends 'Tensor[]'
      ? Tensor[]
      : Result extends '(Tensor, Tensor)'
        ? [Tensor, Tensor]
        : Result extends '(Tensor, Tensor, Tensor)'
          ? [Tensor, Tensor, Tensor]
          : Result extends 'bool'
            ? boolean
            : never
  : never;

/** The first so many of a list. */
type Beginnings<List extends unknown[]> = List extends [infer Head, ...infer Tail]
  ? [] | [Head, ...Beginnings<Tail>]
  : [];

type Arguments<Required extends unknown[], ByPosition extends unknown[], Options> = keyof Options extends never
  ? Required
  : object extends Options
    ? [...Required, ...Beginnings<ByPosition>, options?: Options]
    : [...Required, options: Options];

type Rest<List extends unknown[]> = List extends [unknown, ...infer Tail] ? Tail : never;

/** The free function a declaration describes. */
export type FunctionOf<Text extends string, Tensor> = (
  ...values: Arguments<
    Positional<ParametersOf<Text>, Tensor>,
    Optional<ParametersOf<Text>, Tensor>,
    Named<ParametersOf<Text>, Tensor>
  >
) => ResultOf<Text, Tensor>;

/** The same as a method: the first tensor is `this`. */
export type MethodOf<Text extends string, Tensor> = (
  ...values: Arguments<
    Rest<Positional<ParametersOf<Text>, Tensor>>,
    Optional<ParametersOf<Text>, Tensor>,
    Named<ParametersOf<Text>, Tensor>
  >
) => ResultOf<Text, Tensor>;

/** One declaration, or two overloads told apart by the values they are given. */
export type Declaration = string | readonly [string, string];

export type FunctionsOf<Table extends Readonly<Record<string, Declaration>>, Tensor> = {
  [Key in keyof Table]: Table[Key] extends readonly [infer First extends string, infer Second extends string]
    ? FunctionOf<First, Tensor> & FunctionOf<Second, Tensor>
    : Table[Key] extends string
      ? FunctionOf<Table[Key], Tensor>
      : never;
};

export type MethodsOf<Table extends Readonly<Record<string, Declaration>>, Tensor> = {
  [Key in keyof Table]: Table[Key] extends readonly [infer First extends string, infer Second extends string]
    ? MethodOf<First, Tensor> & MethodOf<Second, Tensor>
    : Table[Key] extends string
      ? MethodOf<Table[Key], Tensor>
      : never;
};

/** A parameter as a declaration writes it. */
export interface DeclaredParameter {
  /** The schema's name, e.g. `ceil_mode`. */
  readonly name: string;
  /** The name in the options object, e.g. `ceilMode`. */
  readonly option: string;
  /** The schema's type, e.g. `int[]?`. */
  readonly type: string;
  readonly hasDefault: boolean;
  readonly keywordOnly: boolean;
}

export interface ParsedDeclaration {
  readonly name: string;
  readonly overload: string;
  readonly parameters: readonly DeclaredParameter[];
  readonly returns: readonly string[];
  readonly inPlace: boolean;
}

/** Reads a declaration's text; the run-time twin of the types above. */
export function parseDeclaration(text: string): ParsedDeclaration {
  const match = /^([\w:]+)(?:\.(\w+))?\((.*)\) -> (.+)$/.exec(text);
  if (match === null) throw new Error(`not an operator declaration: ${text}`);
  const [, name = '', overload = '', inside = '', result = ''] = match;
  const parameters: DeclaredParameter[] = [];
  let keywordOnly = false;
  for (const part of inside === '' ? [] : inside.split(', ')) {
    if (part === '*') {
      keywordOnly = true;
      continue;
    }
    const hasDefault = part.endsWith('=');
    const [type = '', parameter = ''] = (hasDefault ? part.slice(0, -1) : part).split(' ');
    const option = parameter.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    parameters.push({ name: parameter, option, type, hasDefault, keywordOnly });
  }
  const inPlace = result === 'self';
  const returns = inPlace ? ['Tensor'] : result.replace(/^\(|\)$/g, '').split(', ');
  return { name, overload, parameters, returns, inPlace };
}
