// The work that rates.mjs times and profile.mjs looks into: passes and whole steps on made-up images.
import { attackOf } from '../../dist/attacks/index.js';
import { backward, grad, ops, RandomStream, tensor, withTf32 } from '../../dist/engine/index.js';
import { AttackNetwork, FROZEN_BACKENDS } from '../../dist/models/attack-network/index.js';
import { classificationLoss } from '../../dist/nn/index.js';
import { constant, Sgd } from '../../dist/optim/index.js';
import { DirectAttacker, madry, TrainingStep } from '../../dist/training/index.js';
import { RecordedAttack } from '../../dist/training/acceleration/recorded-attack.js';
import { forwardToTrain } from '../../dist/training/acceleration/training-pass.js';

/** Architectures with options. */
export const networks = (tiny) =>
  tiny
    ? [['resnet18', { width: 4 }]]
    : [
        ['resnet18', {}],
        ['wrn-28-10', {}],
        ['preact-resnet18', {}],
      ];

/** Reads a number of the tensor, which waits for the device. */
export const wait = (value) => value.sum().to({ dtype: 'float32' }).item();

export function batchOf(count, device) {
  const indices = ops.arange(count, { dtype: 'int64' });
  const images = new RandomStream('images').uniform(indices, [3, 32, 32], device);
  const labels = tensor(BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 10))).to({ device });
  return { images, labels, indices };
}

/** Forward and backward to the images, in a backend of the attack network. */
export function attackPass(model, backend, { images }) {
  const network = new AttackNetwork(model.eval(), FROZEN_BACKENDS[backend]);
  const pass = () => {
    const input = images.detach();
    input.requiresGrad = true;
    const [gradient] = grad(network.forward(input).sum(), [input]);
    return wait(gradient);
  };
  return backend === 'tf32' ? () => withTf32(pass) : pass;
}

/** Forward and backward to the weights, in a backend of the training pass. */
export function trainingPass(model, backend, { images, labels }) {
  return () => {
    const loss = classificationLoss(forwardToTrain(model, images, backend), labels);
    backward(loss);
    return loss.item();
  };
}

/** An adversarial training step in bfloat16, its attack recorded as a CUDA graph or not. */
export function step(model, batch, { steps, graph = false, say }) {
  const optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, weightDecay: 5e-4, nesterov: true });
  const attack = attackOf({ name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps, stepSize: 2 / 255, iterate: 'last' });
  const backend = FROZEN_BACKENDS.bfloat16;
  const whole = { attack: () => attack, backend, seed: 1 };
  const attacker = graph ? new RecordedAttack(whole, (line) => say({ graph: line })) : new DirectAttacker(whole);
  const method = madry.create({ fraction: 1 });
  const schedule = constant(0.01);
  const training = new TrainingStep({
    model,
    method,
    attacker,
    optimizer,
    schedule,
    seed: 1,
    backend: 'bfloat16',
  });
  return () => training.run(batch, { step: 0, epoch: 0 });
}
