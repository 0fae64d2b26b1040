/**
 * One chunk of an evaluation: some examples, looked at as they are, or attacked once.
 *
 * @module
 */
import type { AttackRound } from '../../attacks/index.js';
import { gatherBatch, type Batch, type Split } from '../../data/index.js';
import { noGrad, tensor, tidy, type RandomStream, type Tensor } from '../../engine/index.js';
import { AttackNetwork, PLAIN_FORM, type FrozenForm } from '../../models/attack-network/index.js';
import { misclassified, type Module } from '../../nn/index.js';
import type { EvaluationForm } from './identity.js';

const FORMS: Readonly<Record<EvaluationForm, FrozenForm>> = {
  plain: PLAIN_FORM,
  'channels-last': { dtype: 'float32', memoryFormat: 'channels-last' },
};

/** The network, in evaluation mode, and where its examples are. */
export interface Subject {
  readonly model: Module;
  readonly split: Split;
  readonly form: EvaluationForm;
}

/** What of the positions the network gets wrong as they are. Leaves nothing alive. */
export function cleanChunk({ model, split }: Subject, positions: readonly number[]): number[] {
  const wrong = tidy(() => {
    const { images, labels } = batchOf(split, positions);
    return noGrad(() => misclassified(model.forward(images), labels)).toNumbers();
  });
  return positions.filter((_, row) => wrong[row] === 1);
}

export interface ChunkFinding {
  readonly fooled: readonly number[];
  /** Of the fooled ones, in that order; none where there is none. */
  readonly images: Tensor | undefined;
}

/**
 * Attacks the examples on the folded network; what it finds counts where the model itself, in evaluation mode, gets it
 * wrong. Leaves alive the images it returns.
 */
export function attackChunk(
  { model, split, form }: Subject,
  round: AttackRound,
  stream: RandomStream,
  positions: readonly number[],
): ChunkFinding {
  return tidy(() => {
    const { images, labels, indices } = batchOf(split, positions);
    const network = new AttackNetwork(model, FORMS[form]);
    const result = round.create().run(network, images, labels, { stream, indices });
    const candidates = rowsWhere(result.fooled);
    if (candidates.size === 0) return { fooled: [], images: undefined };
    const found = result.images.indexSelect(0, candidates);
    const wrong = noGrad(() => misclassified(model.forward(found), labels.indexSelect(0, candidates)));
    const confirmed = rowsWhere(wrong);
    if (confirmed.size === 0) return { fooled: [], images: undefined };
    const rows = candidates.indexSelect(0, confirmed).toNumbers();
    return {
      fooled: rows.map((row) => positions[row]!),
      images: found.indexSelect(0, confirmed).to({ device: 'cpu' }),
    };
  });
}

export function batchOf(split: Split, positions: readonly number[]): Batch {
  return tidy(() => gatherBatch(split, tensor(BigInt64Array.from(positions, BigInt), { device: split.images.device })));
}

function rowsWhere(flags: Tensor): Tensor {
  return tidy(() => flags.nonzero().squeeze(1));
}
