#!/usr/bin/env node
/**
 * What goes around a training step, and costs: the exponential average, adversarial weight perturbation, MixUp, CutMix and
 * random erasing, each against the plain step. The variants take turns, one step each; the figure is the median of the ratios
 * of their rounds.
 *
 *     node benchmarks/training/around-a-step.mjs [--width 16] [--batch 128] [--steps 2] [--rounds 15]
 *       [--backend winograd] [--threads 1]
 *
 * A ResNet-18 on made-up images of CIFAR-10's size; `--steps` are the attack's.
 */
import { parseArgs } from 'node:util';
import {
  attackOf,
  backendOf,
  DirectAttacker,
  METHODS,
  TrainingStep,
  WeightAverage,
  WeightPerturbation,
} from './library.mjs';
import { createAugmentation, createModel, ops, RandomStream, runtime, setThreads, Sgd } from './library.mjs';

const { values: given } = parseArgs({
  options: {
    width: { type: 'string', default: '16' },
    batch: { type: 'string', default: '128' },
    steps: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
    backend: { type: 'string', default: 'winograd' },
    threads: { type: 'string' },
  },
});
const [width, size, attackSteps, rounds] = ['width', 'batch', 'steps', 'rounds'].map((name) => Number(given[name]));
if (given.threads !== undefined) setThreads(Number(given.threads));
const WARM_UP = 3;

const description = { architecture: 'resnet18', options: { width, channels: 3, classes: 10 } };
const indices = ops.arange(size, { dtype: 'int64' });
const stream = new RandomStream('around a step');
const batch = {
  images: stream.uniform(indices, [3, 32, 32]),
  labels: stream.derive('labels').integers(indices, [], 10),
  indices,
};

/** A variant of training, with a network of its own. */
function variantOf({ average = false, perturbation = false, augmentation }) {
  const model = createModel(description, 1);
  const attack = attackOf({ name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps: attackSteps, iterate: 'last' });
  const ema =
    average &&
    new WeightAverage(model, createModel(description, 1), { decay: 0.998 }, { steps: 1e6, stepsPerEpoch: 1e3 });
  const training = new TrainingStep({
    model,
    method: METHODS.get('adversarial').create({ adversarialRatio: 1 }),
    optimizer: new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
    schedule: () => 0.01,
    seed: 1,
    classes: 10,
    attacker: new DirectAttacker({ attack: () => attack, backend: backendOf(given.backend), seed: 1 }),
    augmentation: augmentation && createAugmentation(augmentation),
    weightPerturbation: perturbation ? new WeightPerturbation(model, {}, 1e6) : undefined,
    backend: given.backend,
  });
  let step = 0;
  return () => {
    const began = performance.now();
    training.run(batch, { step, epoch: 0 });
    if (ema) ema.update(step);
    step += 1;
    return performance.now() - began;
  };
}

const variants = {
  plain: variantOf({}),
  'plain again': variantOf({}),
  'weightAverage: { decay: 0.998 }': variantOf({ average: true }),
  'weightPerturbation: {}': variantOf({ perturbation: true }),
  'augmentation: [mixup]': variantOf({ augmentation: ['mixup'] }),
  'augmentation: [cutmix]': variantOf({ augmentation: [{ name: 'cutmix', probability: 1 }] }),
  'augmentation: [random-erasing]': variantOf({ augmentation: ['random-erasing'] }),
};
const times = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = -WARM_UP; round < rounds; round += 1)
  for (const [name, step] of Object.entries(variants)) {
    const took = step();
    if (round >= 0) times[name].push(took);
  }

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const { threads } = runtime();
const rows = Object.entries(times).map(([name, taken]) => {
  const ratio = median(taken.map((time, round) => time / times.plain[round]));
  return `| \`${name}\` | ${median(taken).toFixed(0)} | ${ratio.toFixed(3)} |`;
});
const about = `ResNet-18 of ${width} channels, batch ${size}, PGD-${attackSteps}, ${given.backend}, ${threads} thread(s)`;
const head = `${about}, medians of ${rounds} rounds\n\n| step | ms | times the plain step |\n|---|---|---|\n`;
process.stdout.write(`${head}${rows.join('\n')}\n`);
