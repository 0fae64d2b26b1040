/**
 * Is the network a function of one image: the same answer each time, whatever else is in the batch, and no memory?
 *
 * A network in training mode is none: batch norm mixes the images of a batch and remembers them, dropout draws. An
 * evaluation switches the mode itself; these checks catch what does not listen.
 *
 * @module
 */
import { noGrad, ops, tidy, type Tensor } from '../../engine/index.js';
import { AttackNetwork } from '../../models/attack-network/index.js';
import { note, stop, type Finding } from './finding.js';
import { logitsOf, type Probe } from './probe.js';

/**
 * By how much of the largest logit float rounding may change one; reduced precision stays below, batch norm does not.
 */
const TOLERANCE = 5e-3;
/** How many images are asked for one at a time. */
const ALONE = 8;

/** Stops where a module stays in training mode or an answer changes the network's state, such as running statistics. */
export function checkMode({ model, images }: Probe): Finding | undefined {
  const check = 'evaluation-mode';
  const training = [...model.modules()].find(([, module]) => module.training);
  if (training !== undefined) {
    return stop(
      check,
      `expected every module in evaluation mode after evaluate(), received \`${training[0] || 'the model'}\` in training mode`,
    );
  }
  const changed = tidy(() => {
    const before = [...model.stateDict()].map(([name, value]) => [name, value, value.detach().clone()] as const);
    logitsOf(model, images.narrow(0, 0, Math.min(ALONE, images.size(0))));
    return before.filter(([, now, then]) => !now.detach().equal(then)).map(([name]) => name);
  });
  if (changed.length === 0) return undefined;
  return stop(
    check,
    `expected a network that evaluation does not change, received another \`${changed[0] ?? ''}\` after a forward pass. A layer behaves as in training: let it obey \`training\``,
  );
}

/**
 * Stops where two calls with the same images give different answers; only notes it where the evaluation counts by the
 * majority of several draws.
 */
export function checkRepeatable({ model, images }: Probe, draws = 1): Finding | undefined {
  const check = 'repeatable';
  const [first, second] = [logitsOf(model, images), logitsOf(model, images)];
  const difference = relativeDifference(first, second);
  if (difference <= TOLERANCE) return undefined;
  if (draws > 1) {
    return note(
      check,
      `the network draws random numbers: the logits of two calls differ by ${percent(difference)} of the largest. An example counts as wrong where the majority of ${draws} draws gets it wrong`,
    );
  }
  return stop(
    check,
    `expected the same logits from two calls with the same images, received logits that differ by ${percent(difference)} of the largest. The network draws random numbers: switch that off (dropout?), or, where it is part of the defence, evaluate it with expectation over transformation (--autoattack-version rand, or --attack-option samples=20 of pgd and apgd)`,
  );
}

/** Stops where an image alone gets another answer than in a batch. */
export function checkBatchSize({ model, images }: Probe): Finding | undefined {
  const total = images.size(0);
  const few = Math.min(ALONE, total);
  const difference = tidy(() => {
    const together = noGrad(() => model.forward(images).detach()).narrow(0, 0, few);
    const alone = Array.from({ length: few }, (_, row) =>
      tidy(() => noGrad(() => model.forward(images.narrow(0, row, 1)).detach())),
    );
    return relativeDifference(together, ops.cat(alone, { dim: 0 }));
  });
  if (difference <= TOLERANCE) return undefined;
  return stop(
    'batch-size',
    `expected the same logits for an image alone and in a batch of ${total}, received logits that differ by ${percent(difference)} of the largest. The model mixes the images of a batch (batch norm in training mode?): its answer to one image must not depend on others`,
  );
}

/**
 * Stops where the frozen view of the network, which the attacks run on, says something else than the network: they
 * would then search another function.
 */
export function checkAttackNetwork({ model, images }: Probe): Finding | undefined {
  const some = images.narrow(0, 0, Math.min(ALONE, images.size(0)));
  const difference = relativeDifference(logitsOf(model, some), logitsOf(new AttackNetwork(model), some));
  if (difference <= TOLERANCE) return undefined;
  return stop(
    'attack-network',
    `expected the attack network, a frozen view of the model, to say what the model says, received logits that differ by ${percent(difference)} of the largest. A layer of the model computes something else than its class: give it a class and a forward of its own`,
  );
}

/** The largest difference, as a share of the largest magnitude; infinite where one is not a number. */
export function relativeDifference(first: Tensor, second: Tensor): number {
  return tidy(() => {
    const size = first.abs().amax().item();
    const difference = first.sub(second).abs().amax().item();
    if (difference === 0) return 0;
    return Number.isFinite(difference) ? difference / Math.max(size, Number.MIN_VALUE) : Infinity;
  });
}

export function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
