/**
 * What an entry of RobustBench says that no run knows: the paper, and what else its authors have to state.
 *
 * @module
 */
import { z } from 'zod';
import { SaddlepointError } from '../../engine/index.js';
import { readWhole } from '../../engine/read-file.js';
import { readYaml } from '../../training/index.js';

/** In bytes. */
const LONGEST = 2 ** 16;

const text = z.string().trim().min(1).max(1000);
const address = z.string().regex(/^https?:\/\/\S+$/, 'expected an address');

const schema = z.strictObject({
  /** The entry's name: first author, year and first word of the title, e.g. `Zhang2019Theoretically`. */
  id: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,99}$/, 'expected letters, digits, hyphens and underscores, such as Zhang2019Theoretically')
    .optional(),
  title: text.optional(),
  link: address.optional(),
  /** With commas between them. */
  authors: text.optional(),
  /** e.g. `ICML 2019`. */
  venue: text.optional(),
  /** As the leaderboard writes it, e.g. `WideResNet-28-10`. Default: from the network. */
  architecture: text.optional(),
  /** The robust accuracy that the paper has, in percent. Default: what was measured. */
  reported: z.number().min(0).max(100).optional(),
  /** Whether it has seen other real images than the data set's. Default: no, where the recipe is known and has none. */
  additionalData: z.boolean().optional(),
  /** Where checkpoint and code are. */
  checkpoint: address.optional(),
  footnote: text.optional(),
});

/** What its authors say of a network. */
export type Paper = z.output<typeof schema>;

/**
 * Reads the file of `--paper`: YAML or JSON.
 *
 * @throws SaddlepointError RECIPE for what cannot be read, is not YAML, or says what no entry has
 */
export function readPaper(path: string): Paper {
  let content: string;
  try {
    content = readWhole(path, LONGEST).toString('utf8');
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `the paper's file ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  const result = schema.safeParse(readYaml(content, `the paper's file ${path}`));
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => [issue.path.map(String).join('.'), issue.message]);
  const said = faults.map((parts) => parts.filter((part) => part !== '').join(': ')).join('; ');
  throw new SaddlepointError(
    'RECIPE',
    `in the paper's file ${path}: ${said}. It has ${Object.keys(schema.shape).join(', ')}`,
  );
}
