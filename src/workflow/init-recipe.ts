/**
 * A recipe that fits a folder of images, with comments for whoever reads their first one.
 *
 * @module
 */
import { stringify } from 'yaml';
import { formatBudget } from '../attacks/budget.js';
import type { FolderFacts } from '../data/index.js';

export interface InitChoices {
  /** As the recipe says it, from where the command is run. */
  readonly path: string;
  /** Height and width of the images that are trained on. */
  readonly size: number;
  /** For the training, e.g. `5m`. */
  readonly time: string;
  /** For images in [0, 1]. */
  readonly epsilon: number;
}

/** Images that are larger are brought to this size, unless another is asked for: what two cores train in minutes. */
const USUAL_SIZE = 64;
const MOST_EVALUATED = 1000;
const MOST_AUTOATTACKED = 200;

/** From this size on the first convolution takes every other pixel: a quarter of the time, for the small details. */
const STRIDED_SIZE = 48;

/** The size that images of these sizes are brought to: their own where it is one and not large, else the usual one. */
export function sizeFor(sizes: FolderFacts['sizes']): number {
  const shortest = Math.min(...sizes.map(([width, height]) => Math.min(width, height)));
  return Math.min(USUAL_SIZE, Math.max(16, shortest - (shortest % 8)));
}

/** A tenth of the training images, at least two of each class, at most a thousand. */
export function heldOut({ trainImages, classes }: FolderFacts): number {
  return Math.min(1000, Math.max(2 * classes.length, Math.round(trainImages / 10)));
}

export function recipeFor(facts: FolderFacts, { path, size, time, epsilon }: InitChoices): string {
  const { classes, trainImages, testImages, sizes, notes } = facts;
  const one = sizes.length === 1 ? sizes[0]! : undefined;
  const asTheyAre = one?.[0] === size && one[1] === size;
  const budget = formatBudget(epsilon);
  const levels = Math.round(255 * epsilon);
  const examples = Math.min(MOST_EVALUATED, testImages);
  const curve = [1, 2, 4, 8, 16].filter((level) => level <= 2 * levels).map((level) => `${level}/255`);
  const were = one === undefined ? `${sizes.length} sizes` : `${one[0]} × ${one[1]} pixels`;
  return `# A robust network for the images in ${path}.
# ${notes.join('\n# ')}
#
#   npx saddlepoint train <this file>
#
# Training takes about ${time} on any machine: as many epochs as fit. The evaluation comes on top.
seed: 1
dataset:
  name: folder
  path: ${stringify(path).trim()}
${asTheyAre ? '' : `  size: ${size} # they are of ${were}; larger takes longer, with the square\n  resize: cover # cuts off what is no square; or contain (fills up with black), exact (distorts)\n`}  validation: ${heldOut(facts)} # of ${trainImages} training images, to choose the best weights by; never of the test images
augmentation: [{ name: random-crop, padding: ${Math.max(2, Math.round(size / 16))} }, flip] # take flip out where left and right differ, as in text
model:
  architecture: resnet18
  # A width of 64 is the paper's, and sixteen times the work.${size >= STRIDED_SIZE ? ' stem: cifar looks at every pixel, for four times the time.' : ''}
  options: { width: 16,${size >= STRIDED_SIZE ? ' stem: strided,' : ''} zeroResidual: false, classes: ${classes.length} }
training:
  method: adversarial # or standard, for a network to compare with: then without attack
  within: ${time} # more is better: the error under attack falls for hours
  batchSize: 32
  # What no person sees: each pixel may change by ${levels} of 255 levels. Larger is more robust, and less often right.
  attack: { name: pgd, norm: linf, epsilon: ${budget}, steps: 3, iterate: last }
optimizer: { momentum: 0.9, nesterov: true, weightDecay: 0.0005 }
schedule: { name: one-cycle, rate: 0.05, warmUp: 0.2 }
evaluation:
  examples: ${examples} # of ${testImages} test images
  attack: { name: pgd, norm: linf, epsilon: ${budget}, steps: 20 }
  curve: [${curve.join(', ')}]
  autoAttack: { examples: ${Math.min(MOST_AUTOATTACKED, examples)}, order: sampled } # the field's standard; the honest number
`;
}
