/**
 * The transfer matrix: how often images that were attacked on one network fool another (Papernot, McDaniel and
 * Goodfellow, "Transferability in Machine Learning", 2016, section 3). On its diagonal the attack sees the network that
 * it fools.
 *
 * @module
 */
import { ATTACKS, attackOf, type AttackDescription } from '../../attacks/index.js';
import { count, type Split } from '../../data/index.js';
import { noGrad, RandomStream, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { evaluating, misclassified, type Module } from '../../nn/index.js';
import { walkBatches } from '../batch-walk.js';
import { errorRate } from '../interval.js';
import type { ErrorRate } from '../results.js';

/** A network and what it is called in the matrix. */
export interface TransferNetwork {
  readonly name: string;
  readonly model: Module;
}

export interface TransferOptions {
  readonly attack: AttackDescription;
  readonly seed: number;
  /** Examples at once; changes speed, not results beyond float rounding. Default: 250. */
  readonly batchSize?: number | undefined;
  /** Called after each batch with the source's name and the examples done so far. */
  readonly onProgress?: ((source: string, examples: number) => void) | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

export interface TransferMatrix {
  /** As recipes write the attack. */
  readonly attack: AttackDescription;
  readonly label: string;
  readonly seed: number;
  readonly examples: number;
  readonly networks: readonly string[];
  /** Of each network, on the images as they are. */
  readonly clean: readonly ErrorRate[];
  /** `errors[source][target]`: of the target, on the images attacked on the source. */
  readonly errors: readonly (readonly ErrorRate[])[];
}

/**
 * Attacks all examples on each network in turn, and counts every network's errors on what was found. An example that a
 * source gets wrong unattacked is attacked all the same. The networks are left in their modes.
 *
 * @throws SaddlepointError ARGUMENT for fewer than two networks, or two of one name; INTERRUPTED after the signal
 */
export async function transferMatrix(
  networks: readonly TransferNetwork[],
  split: Split,
  options: TransferOptions,
): Promise<TransferMatrix> {
  const { attack: description, seed, batchSize = 250, onProgress, signal } = options;
  const names = networks.map(({ name }) => name);
  requireNetworks(names);
  const attack = attackOf(description);
  const stream = new RandomStream(seed, 'transfer', description.name, description.norm, String(description.epsilon));
  const examples = count(split);
  const none = () => networks.map(() => 0);
  const [clean, wrong] = [none(), networks.map(none)];
  for (const [row, { name, model }] of networks.entries()) {
    const between = (done: number) => {
      onProgress?.(name, done);
      if (signal?.aborted === true)
        throw new SaddlepointError('INTERRUPTED', `the transfer matrix was stopped at ${name}`);
    };
    await walkBatches({ model, split, batchSize, between }, ({ images, labels, indices }) => {
      const found = attack.run(model, images, labels, { stream, indices }, { scaleFree: true });
      clean[row]! += errorsOf(model, images, labels);
      networks.forEach((target, column) => (wrong[row]![column]! += errorsOf(target.model, found.images, labels)));
    });
  }
  return {
    attack: description,
    label: ATTACKS.get(description.name).label,
    seed,
    examples,
    networks: names,
    clean: clean.map((errors) => errorRate(errors, examples)),
    errors: wrong.map((row) => row.map((errors) => errorRate(errors, examples))),
  };
}

function errorsOf(model: Module, images: Tensor, labels: Tensor): number {
  const restore = evaluating(model);
  try {
    return tidy(() =>
      noGrad(() => misclassified(model.forward(images), labels))
        .sum()
        .item(),
    );
  } finally {
    restore();
  }
}

function requireNetworks(names: readonly string[]): void {
  if (names.length < 2)
    throw new SaddlepointError('ARGUMENT', `expected two networks or more to compare, received ${names.length}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new SaddlepointError('ARGUMENT', `expected networks of different names, received ${twice} twice`);
}
