/**
 * The JSON of torch.export, as far as a program is read from it. Versions of its schema differ in small ways, which the
 * forms here allow.
 *
 * @module
 */
import { z } from 'zod';
import { ProgramError } from './program.js';

/** The versions of PyTorch 2.3 to 2.14; a newer one may mean other things by the same words. */
const [OLDEST, NEWEST] = [5, 8] as const;

const named = z.object({ name: z.string() });
/** Since PyTorch 2.4 an object; before, in lists of optional tensors, the name itself. */
const tensorName = z.union([named.transform(({ name }) => name), z.string()]);
const symbolic = z.looseObject({ as_int: z.number().optional(), as_expr: z.unknown().optional() });
const tensorMeta = z.looseObject({ dtype: z.number(), sizes: z.array(symbolic) });
/** One key, which says what it is. */
const argument = z.record(z.string(), z.unknown());

const node = z.looseObject({
  target: z.string(),
  inputs: z.array(z.looseObject({ name: z.string(), arg: argument })),
  outputs: z.array(argument),
});

const serialized = z.looseObject({
  schema_version: z.looseObject({ major: z.number(), minor: z.number() }),
  torch_version: z.string().optional(),
  graph_module: z.looseObject({
    graph: z.looseObject({
      inputs: z.array(argument),
      nodes: z.array(node),
      tensor_values: z.record(z.string(), tensorMeta),
    }),
    signature: z.looseObject({ input_specs: z.array(argument), output_specs: z.array(argument) }),
  }),
});

export type SerializedProgram = z.output<typeof serialized>;
export type SerializedNode = z.output<typeof node>;
export type SerializedArgument = z.output<typeof argument>;

export const read = { named, tensorName, symbolic };

/**
 * The program in this text.
 *
 * @throws ProgramError for a text of another form, or a version of the schema that is not known
 */
export function parseProgram(text: string): SerializedProgram {
  let value: unknown;
  try {
    value = JSON.parse(withoutSpecialNumbers(text));
  } catch (cause) {
    throw new ProgramError(`its program is no JSON: ${(cause as Error).message}`, { cause });
  }
  const version = z.looseObject({ schema_version: serialized.shape.schema_version }).safeParse(value);
  if (!version.success) throw new ProgramError('its program does not say which version of the schema it has');
  const { major, minor } = version.data.schema_version;
  if (major < OLDEST || major > NEWEST) {
    throw new ProgramError(
      `its schema has version ${major}.${minor}, expected ${OLDEST} to ${NEWEST}, those of PyTorch 2.3 to 2.14; ` +
        'export it with one of these',
    );
  }
  const { success, data, error } = serialized.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new ProgramError(`its program has another form at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Python writes numbers that JSON has not; they become texts, as newer versions write them. */
function withoutSpecialNumbers(text: string): string {
  if (!/[:[,]\s*(?:-?Infinity|NaN)/.test(text)) return text;
  return text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) => (found.startsWith('"') ? found : `"${found}"`));
}

/** The one key of an argument, and what is under it. @throws ProgramError where there are several */
export function onlyEntry(given: SerializedArgument, what: string): readonly [kind: string, value: unknown] {
  const entries = Object.entries(given);
  if (entries.length === 1) return entries[0]!;
  throw new ProgramError(`${what} has ${entries.length} values, expected one`);
}
