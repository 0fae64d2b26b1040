/**
 * The text with which RobustBench is asked to add a network, under the headings of its form.
 *
 * @module
 */
import { packageVersion } from '../../monitoring/index.js';
import { count, interval, plainSpaces } from '../../report/format.js';
import { ALL_IMAGES, type Candidate } from './leaderboards.js';
import type { ModelInfo } from './model-info.js';
import type { Paper } from './paper.js';

/** An entry with what it was made from. */
export interface Entry {
  readonly candidate: Candidate;
  readonly info: ModelInfo;
}

/** What stands where somebody has to fill in something. */
const OPEN = '(to be filled in)';

/** @param sha256 of the weights that were evaluated, as results name them */
export function entryText(id: string, paper: Paper, entries: readonly Entry[], sha256: string): string {
  const claims = entries.map((entry, i) => `## Model ${i + 1}\n\n${claim(entry, paper, sha256)}`);
  return `# [New Model] ${id}

# Paper Information

- **Paper Title**: ${paper.title ?? OPEN}
- **Paper URL**: ${paper.link ?? OPEN}
- **Paper authors**: ${paper.authors ?? OPEN}

# Leaderboard Claim(s)

${claims.join('\n\n')}

# Model Zoo:

- [ ] I want to add my models to the Model Zoo
- [ ] I use an architecture that is not included among RobustBench's
- [ ] I agree to release my model(s) under MIT license, or under a custom license: ${OPEN}
`;
}

function claim({ candidate, info }: Entry, paper: Paper, sha256: string): string {
  const { leaderboard, robust, clean, result } = candidate;
  const accuracies = (errors: readonly [number, number]) => plainSpaces(interval([1 - errors[1], 1 - errors[0]]));
  const version = result.of?.engine.saddlepoint ?? packageVersion();
  const images =
    robust.examples === ALL_IMAGES
      ? `all ${count(ALL_IMAGES, 'test image')}`
      : `the first ${count(robust.examples, 'test image')} alone`;
  return [
    `- **Architecture**: ${info.architecture}`,
    `- **Threat Model**: ${leaderboard.threatModel}`,
    `- **eps**: ${info.eps}`,
    `- **Clean accuracy**: ${info.clean_acc}% (95% interval ${accuracies(clean.interval)})`,
    `- **Robust accuracy**: ${info.autoattack_acc}% (95% interval ${accuracies(robust.interval)})`,
    `- **Additional data**: ${info.additional_data}`,
    `- **Evaluation method**: AutoAttack, standard version, ${plainSpaces(images)}, as Saddlepoint ${version} implements it, searched in float32; of every adversarial image the distance measured again in float64, and the class asked again of the network, in float32`,
    `- **Checkpoint and code**: ${paper.checkpoint ?? OPEN} (SHA-256 of weights and buffers ${sha256})`,
    ...(info.footnote === undefined ? [] : [`- **Note**: ${info.footnote}`]),
  ].join('\n');
}
