/**
 * What a comparison's file says, checked.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError } from '../engine/index.js';
import { readWhole } from '../engine/read-file.js';
import { parseDuration } from '../monitoring/index.js';
import { inspect, readYaml } from '../training/index.js';

/** A comparison's file has a few kB. */
const MAXIMUM_FILE = 64 * 2 ** 10;

const changes = z
  .record(z.string(), z.unknown())
  .refine((content) => !('extends' in content), 'expected changes of `recipe`, not another recipe to extend');
/** What a method changes; `recipe`, relative to the file, in place of the one that the others change. */
const methodSchema = z.looseObject({ recipe: z.string().min(1).optional() }).and(changes);
/** What a method may be called: it stands in tables, and its run folder is made of it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9 .+_-]*$/;

const comparisonSchema = z.strictObject({
  title: z.string().min(1).optional(),
  /** A recipe file, relative to this one. */
  recipe: z.string().min(1),
  /** Changes of it for all. */
  common: changes.default({}),
  /**
   * Changes of that for each method, by its name; with a `recipe` of its own changes of that one, and what is common.
   */
  methods: z.record(z.string(), methodSchema.nullable()).superRefine((methods, context) => {
    const odd = Object.keys(methods).find((name) => !NAME.test(name));
    if (odd === undefined) return;
    const message = 'expected names of letters, digits, spaces and . + _ -, which begin with a letter or digit';
    context.addIssue({ code: 'custom', message, path: [], input: odd });
  }),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'expected each seed once')
    .default([1, 2, 3]),
  /** The time that each training may take; default: as the recipes say. */
  within: z
    .string()
    .refine((text) => parseDuration(text) !== undefined, 'expected a time such as 90s or 10m')
    .optional(),
});

/** What a comparison's file may say, as JSON Schema (draft 2020-12). */
export function comparisonJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...whole } = z.toJSONSchema(comparisonSchema, { io: 'input' });
  return { $schema, title: 'A comparison of Saddlepoint', ...whole };
}

export type ComparisonFile = z.output<typeof comparisonSchema>;

/** @throws SaddlepointError RECIPE with all that is wrong */
export function readComparison(path: string): ComparisonFile {
  let text: string;
  try {
    text = readWhole(path, MAXIMUM_FILE).toString('utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the comparison ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const checked = inspect(comparisonSchema, readYaml(text, `the comparison ${path}`) ?? {});
  if ('value' in checked) {
    const { methods } = checked.value;
    const names = Object.keys(methods).map(slugOf);
    const twice = names.find((slug, index) => names.indexOf(slug) !== index);
    if (names.length > 0 && twice === undefined) return checked.value;
    const reason = twice === undefined ? 'expected at least one' : `two have the run folder ${twice}`;
    throw new SaddlepointError('RECIPE', `the comparison ${path}: methods: ${reason}`);
  }
  throw new SaddlepointError('RECIPE', `the comparison ${path}:\n  ${checked.problems.join('\n  ')}`);
}

/** The name of a method in paths. */
export function slugOf(method: string): string {
  return method
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
