/**
 * How much more PGD finds than the one step that a network is trained with.
 *
 * @module
 */
import type { Attack } from '../../attacks/index.js';
import { batches, count, disposeBatch, type Batch, type Split } from '../../data/index.js';
import { noGrad, RandomStream, tidy } from '../../engine/index.js';
import { searchedNetwork, type FrozenBackend } from '../../models/attack-network/index.js';
import { evaluating, misclassified, type Module } from '../../nn/index.js';

export interface GapQuestion {
  readonly model: Module;
  /** Held-out images. */
  readonly images: Split;
  /** The attack the network is trained with, as training uses it: without its last projection. */
  readonly oneStep: Attack;
  readonly pgd: Attack;
  /** Of the attacks' inner loops; null: the model itself. */
  readonly backend: FrozenBackend | null;
  readonly batchSize: number;
  readonly seed: number;
  /** Optimizer steps done: each look has random numbers of its own. */
  readonly step: number;
}

/** Shares of the images that are misclassified under each of the two attacks. */
export interface Gap {
  readonly oneStep: number;
  readonly pgd: number;
}

/** The network is left as it was. Leaves nothing alive. */
export function measureGap(question: GapQuestion): Gap {
  const { model, images, backend, batchSize, seed, step } = question;
  const stream = new RandomStream(seed, 'overfitting watch', step);
  const total = count(images);
  let [oneStep, pgd] = [0, 0];
  const restore = evaluating(model);
  try {
    for (const batch of batches(images, { batchSize })) {
      tidy(() => {
        const network = searchedNetwork(model, backend);
        const errors = (attack: Attack) => errorsUnder(attack, model, network, batch, stream);
        oneStep += errors(question.oneStep);
        pgd += errors(question.pgd);
      });
      disposeBatch(batch);
    }
  } finally {
    restore();
  }
  return { oneStep: oneStep / total, pgd: pgd / total };
}

/** The attack network leads the search, and the model itself judges. */
function errorsUnder(attack: Attack, model: Module, network: Module, batch: Batch, stream: RandomStream): number {
  const { images, labels, indices } = batch;
  const adversarial = attack.perturb(network, images, labels, { stream, indices });
  return noGrad(() => misclassified(model.forward(adversarial), labels).sum().item());
}
