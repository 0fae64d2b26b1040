/**
 * The index of a zoo of trained networks (`zoo.json`): what each is, what was measured of it, and which file it is.
 *
 * @module
 */
import { z } from 'zod';
import { parseBudget } from '../../attacks/index.js';
import { SaddlepointError } from '../../engine/index.js';

/** Of the form below. A file of a later version is for a later Saddlepoint. */
const VERSION = 1;
/** Characters of an index, which describes networks in a few hundred each. */
export const LONGEST_INDEX = 2 ** 22;
/** In bytes; no classifier is larger. */
const LARGEST_FILE = 2 ** 40;
/** Faults that one error names. */
const MOST_FAULTS = 3;

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;
/** Folders and a file, none of which begins with a dot: so nothing climbs out. */
const PATH = /^\w[\w.-]*(\/\w[\w.-]*)*$/;

const name = z.string().regex(NAME, 'expected small letters, digits, dots, hyphens and underscores, at most 100');
const text = z
  .string()
  .min(1)
  .max(300)
  .regex(/^\P{C}+$/u, 'expected a text without control characters');
const source = z
  .string()
  .max(2000)
  .refine((value) => PATH.test(value) || isSecure(value), 'expected a file below the index, or an https address');
const fraction = z.number().min(0).max(1);
const whole = z.int().min(1);

const rate = z
  .strictObject({
    /** As a share of the images. */
    error: fraction,
    /** Of 95 %. */
    interval: z.tuple([fraction, fraction]),
    examples: whole,
  })
  .refine(({ error, interval: [low, high] }) => low <= error && error <= high, 'expected an interval around the error');

const network = z.strictObject({
  name,
  about: text,
  dataset: name,
  architecture: text,
  /** What was attacked with, the size of the budget as people write it, e.g. `8/255`. */
  threatModel: z.strictObject({
    norm: name,
    epsilon: text.refine((value) => parseBudget(value) !== undefined, 'expected a budget such as 8/255 or 0.5'),
  }),
  clean: rate,
  robust: z
    .strictObject({
      ...rate.shape,
      attack: text,
      order: z.enum(['exact', 'sampled']),
      /** Of a sampled order: with every stage on all images the error would be at most this. */
      atMost: fraction.optional(),
    })
    .refine(
      ({ error, interval: [low, high] }) => low <= error && error <= high,
      'expected an interval around the error',
    )
    .refine(({ error, atMost = 1 }) => atMost >= error, 'expected atMost of at least the error'),
  /** In bytes. */
  size: whole.max(LARGEST_FILE),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  /** As SPDX calls it, e.g. `MIT`. */
  license: text,
  /** What it was trained by: a file of the repository that the index is from, or an https address. */
  recipe: source.optional(),
  /** A file below the index, or an https address. */
  source,
});

const index = z.strictObject({ version: z.literal(VERSION), networks: z.array(network).max(10_000) });

/** A network of a zoo, as its index describes it. */
export type ZooNetwork = z.output<typeof network>;

/** Whether something can be the name of a network in a zoo. */
export function isZooName(value: string): boolean {
  return NAME.test(value);
}

/**
 * The networks that an index lists.
 *
 * @param where the index lies, for messages
 * @throws SaddlepointError DATA for what is no index, of a later version, or lists what may not be
 */
export function parseZooIndex(content: string, where: string): readonly ZooNetwork[] {
  const refuse = (reason: string) => new SaddlepointError('DATA', `${where} is not the index of a zoo: ${reason}`);
  if (content.length > LONGEST_INDEX) throw refuse(`expected at most ${LONGEST_INDEX} characters`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw refuse(`expected JSON, received ${content.length} other characters (${(cause as Error).message})`);
  }
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > VERSION) {
    throw new SaddlepointError(
      'DATA',
      `expected version ${VERSION} of a zoo's index in ${where}, received ${version}: update Saddlepoint to read it`,
    );
  }
  const result = index.safeParse(value);
  if (!result.success) throw refuse(describeFaults(result.error.issues));
  const names = result.data.networks.map((each) => each.name);
  const twice = names.find((each, i) => names.indexOf(each) < i);
  if (twice !== undefined) throw refuse(`expected every name once, received ${twice} twice`);
  return result.data.networks;
}

function describeFaults(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  const shown = issues
    .slice(0, MOST_FAULTS)
    .map(({ path, message }) => [path.map(String).join('.'), message].filter((part) => part !== '').join(': '));
  const more = issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function isSecure(address: string): boolean {
  return /^https:\/\/[^\s\\]+$/.test(address) && URL.canParse(address);
}
