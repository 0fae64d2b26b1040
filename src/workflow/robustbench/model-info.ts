/**
 * An entry of RobustBench's leaderboards: the `model_info` of one network under one threat model.
 *
 * @module
 */
import { formatBudget } from '../../attacks/index.js';
import type { ModelDescription } from '../../models/index.js';
import { ALL_IMAGES, type Candidate } from './leaderboards.js';
import type { Paper } from './paper.js';

/** By RobustBench's keys; accuracies in percent with two decimals, as text. */
export interface ModelInfo {
  readonly link: string;
  readonly name: string;
  readonly authors: string;
  readonly additional_data: boolean;
  readonly number_forward_passes: number;
  readonly dataset: string;
  readonly venue: string;
  readonly architecture: string;
  readonly eps: string;
  readonly clean_acc: string;
  readonly reported: string;
  readonly autoattack_acc: string;
  readonly footnote?: string;
  /** Whether the robust accuracy may be too high, as the attack may not have been able to search. */
  readonly unreliable: boolean;
}

export interface EntryFacts {
  readonly candidate: Candidate;
  readonly paper: Paper;
  readonly architecture: string;
  readonly additionalData: boolean;
  /** Whether images that a generative model made are among those it was trained with. */
  readonly generatedImages: boolean;
}

export function modelInfo({ candidate, paper, architecture, additionalData, generatedImages }: EntryFacts): ModelInfo {
  const { leaderboard, clean, robust } = candidate;
  const accuracy = accuracyOf(robust.errors, robust.examples);
  const footnote = [
    paper.footnote,
    generatedImages ? 'It uses additional generated images in training.' : undefined,
    robust.examples < ALL_IMAGES ? `Evaluated on the first ${robust.examples} test images alone.` : undefined,
    robust.doubt === undefined ? undefined : 'There are signs that the attack could not search.',
  ].filter((sentence) => sentence !== undefined);
  return {
    link: paper.link ?? '',
    name: paper.title ?? '',
    authors: paper.authors ?? '',
    additional_data: additionalData,
    number_forward_passes: 1,
    dataset: leaderboard.dataset,
    venue: paper.venue ?? '',
    architecture,
    eps: formatBudget(leaderboard.epsilon),
    clean_acc: accuracyOf(clean.errors, clean.examples),
    reported: paper.reported?.toFixed(2) ?? accuracy,
    autoattack_acc: accuracy,
    ...(footnote.length > 0 && { footnote: footnote.join(' ') }),
    unreliable: robust.doubt !== undefined,
  };
}

const accuracyOf = (errors: number, examples: number) => ((100 * (examples - errors)) / examples).toFixed(2);

/** Channels of the stem where nobody says another number. */
const USUAL = { resnet: 64, wide: 16 };

/** An architecture as the leaderboards write it; another width than the usual is another network. */
export function architectureName({ architecture, options }: ModelDescription): string {
  const { depth, widenFactor, width } = options as { depth?: number; widenFactor?: number; width?: number };
  const narrow = (usual: number) => (width === undefined || width === usual ? '' : ` (width ${width})`);
  if (architecture === 'wide-resnet') return `WideResNet-${depth}-${widenFactor}${narrow(USUAL.wide)}`;
  if (architecture === 'wrn-28-10') return `WideResNet-28-10${narrow(USUAL.wide)}`;
  const [, family, layers] = /^(resnet|preact-resnet)(\d+)$/.exec(architecture) ?? [];
  if (layers === undefined) return architecture;
  return `${family === 'resnet' ? 'ResNet' : 'PreActResNet'}-${layers}${narrow(USUAL.resnet)}`;
}
