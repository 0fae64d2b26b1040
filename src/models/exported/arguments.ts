/**
 * The values in PyTorch's serialized programs, as ours have them.
 *
 * @module
 */
import { z } from 'zod';
import { DTYPE_OF_CODE, MEMORY_FORMAT_OF_CODE, STRIDED_LAYOUT } from '../../engine/index.js';
import { ProgramError, type Argument } from './program.js';
import { onlyEntry, read, type SerializedArgument } from './serialized.js';

/** `sys.maxsize`, by which Python says the end of a slice; a float64 has not all of its digits. */
const LARGEST = '9223372036854775807';

const special = z.enum(['Infinity', '-Infinity', 'NaN']);
const symbol = z.union([
  z.looseObject({ as_name: z.string() }).transform(({ as_name }): Argument => ({ value: as_name })),
  z.looseObject({ as_int: z.number() }).transform(({ as_int }) => whole(as_int)),
  z.looseObject({ as_float: z.number() }).transform(({ as_float }): Argument => ({ float: as_float })),
  z.looseObject({ as_bool: z.boolean() }).transform(({ as_bool }): Argument => as_bool),
]);
const number = z.number();
const float = z.union([number, special]).transform((value): Argument => ({ float: value }));
const tensor = read.tensorName.transform((name): Argument => ({ value: name }));
/** In lists, with gaps. */
const optionalTensor = z.record(z.string(), z.unknown()).transform((entry, context): Argument => {
  if (Object.hasOwn(entry, 'as_none')) return null;
  const { success, data } = tensor.safeParse(entry.as_tensor);
  if (!success) context.addIssue('neither a tensor nor none');
  return success ? data : null;
});

/** By the key under which the value stands. */
const KINDS: Readonly<Record<string, z.ZodType<Argument>>> = {
  as_none: z.unknown().transform(() => null),
  as_tensor: tensor,
  as_tensors: z.array(tensor),
  as_optional_tensor: optionalTensor,
  as_optional_tensors: z.array(optionalTensor),
  as_int: number.transform(whole),
  as_ints: z.array(number.transform(whole)),
  as_float: float,
  as_floats: z.array(float),
  as_bool: z.boolean(),
  as_bools: z.array(z.boolean()),
  as_string: z.string(),
  as_sym_int: symbol,
  as_sym_ints: z.array(symbol),
  as_sym_float: symbol,
  as_sym_floats: z.array(symbol),
  as_sym_bool: symbol,
  as_scalar_type: number.transform((code) => named(DTYPE_OF_CODE[code], `the element type of the number ${code}`)),
  as_memory_format: number.transform((code) =>
    named(MEMORY_FORMAT_OF_CODE[code], `the memory format of the number ${code}`),
  ),
  as_layout: number.transform((code) =>
    named(code === STRIDED_LAYOUT ? 'strided' : undefined, `the layout of the number ${code}`),
  ),
  as_device: z.unknown().transform((): Argument => ({ device: true })),
};

/**
 * @param where it stands, for errors
 * @throws ProgramError for a kind of value that no operator here takes, such as a graph
 */
export function argumentOf(given: SerializedArgument, where: string): Argument {
  const [kind, value] = onlyEntry(given, where);
  const schema = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (schema === undefined) throw new ProgramError(`${where} is ${kind}, which is not read`);
  const { success, data } = schema.safeParse(value);
  if (!success) throw new ProgramError(`${where} has another form than ${kind} has`);
  return data;
}

/** A number, which JSON may have rounded. */
function whole(value: number): Argument {
  if (Number.isSafeInteger(value)) return { int: value };
  if (value >= 2 ** 62) return { int: LARGEST };
  throw new ProgramError(`it has the number ${value}, expected whole ones of at most 2^53`);
}

function named(name: string | undefined, what: string): Argument {
  if (name === undefined) throw new ProgramError(`it has ${what}, which is not read`);
  return name;
}
