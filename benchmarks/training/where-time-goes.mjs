#!/usr/bin/env node
/**
 * Where the milliseconds of an adversarial training step go: the attack, of which each core has a share of the batch, and the
 * training pass with its update, by all cores. By kinds of operators, in milliseconds a step, the median of the rounds.
 *
 *     node benchmarks/training/where-time-goes.mjs [--networks resnet18-16,resnet18,wrn-28-10] [--attack bfloat16]
 *       [--training bfloat16] [--rounds 9]
 */
import { parseArgs } from 'node:util';
import { attackOf, backendOf, DirectAttacker, METHODS, profile, TrainingStep } from './library.mjs';
import { createModel, ops, RandomStream, runtime, setThreads, Sgd } from './library.mjs';

const { values: given } = parseArgs({
  options: {
    networks: { type: 'string', default: 'resnet18-16,resnet18,wrn-28-10' },
    attack: { type: 'string', default: 'bfloat16' },
    training: { type: 'string', default: 'bfloat16' },
    rounds: { type: 'string', default: '9' },
  },
});
const rounds = Number(given.rounds);
const WARM_UP = 3;
const STEPS = 10;

/** As the benchmark of training has them. */
const NETWORKS = {
  'resnet18-16': { architecture: 'resnet18', options: { width: 16 }, batch: 64 },
  resnet18: { architecture: 'resnet18', options: {}, batch: 16 },
  'wrn-28-10': { architecture: 'wrn-28-10', options: { width: 12 }, batch: 4 },
};

/** The first kind whose pattern an operator's name has; in autograd's words `evaluate_function: …` is a way back. */
const KINDS = [
  ['convolutions, way back', /evaluate_function.*(convolution|kernels|block)|convolution_backward/i],
  ['convolutions, forward', /convolution|conv2d|bfloat16_block|filter/i],
  ['batch norm', /batch_?norm|affine/i],
  ['ReLU and sums', /relu|threshold|clamp_min|aten::add_?$/i],
  ['copies', /copy|clone|contiguous|fill_|zero/i],
  ['other operators', /./],
];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds by kind, and what the operators' sum leaves of the whole. */
function where(work) {
  for (let i = 0; i < WARM_UP; i += 1) work();
  const seen = Array.from({ length: rounds }, () => {
    const { seconds, operators } = profile(work);
    const kinds = Object.fromEntries(KINDS.map(([name]) => [name, 0]));
    let sum = 0;
    for (const { name, seconds: each } of operators) {
      kinds[KINDS.find(([, pattern]) => pattern.test(name))[0]] += 1000 * each;
      sum += each;
    }
    return { ...kinds, 'outside of operators': 1000 * (seconds - sum), all: 1000 * seconds };
  });
  return Object.fromEntries(Object.keys(seen[0]).map((name) => [name, median(seen.map((round) => round[name]))]));
}

function batchOf(images) {
  const indices = ops.arange(images, { dtype: 'int64' });
  const stream = new RandomStream('where time goes');
  const labels = stream.derive('labels').integers(indices, [], 10);
  return { images: stream.uniform(indices, [3, 32, 32]), labels, indices };
}

const { threads } = runtime();
console.log(`Milliseconds of a step, PGD-${STEPS}, ${threads} threads; medians of ${rounds} rounds.\n`);
for (const name of given.networks.split(',')) {
  const { architecture, options, batch: size } = NETWORKS[name];
  const model = createModel({ architecture, options: { ...options, classes: 10 } }, 1);
  const pgd = { name: 'pgd', norm: 'linf', epsilon: 8 / 255, stepSize: 2 / 255, steps: STEPS, iterate: 'last' };
  const attack = attackOf(pgd);
  const attacker = new DirectAttacker({ attack: () => attack, backend: backendOf(given.attack), seed: 1 });
  const [share, whole] = [batchOf(Math.ceil(size / threads)), batchOf(size)];
  let step = 0;
  const position = () => ({ step: step++, epoch: 0 });
  setThreads(1);
  const attacked = where(() => attacker.perturb(model.eval(), share, position()).dispose());
  setThreads(threads);
  const training = new TrainingStep({
    model,
    method: METHODS.get('adversarial').create({ adversarialRatio: 1 }),
    optimizer: new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
    schedule: () => 0.001,
    seed: 1,
    classes: 10,
    attacker: { attackAt: () => attack, perturb: (_, { images }) => images.clone(), [Symbol.dispose]: () => undefined },
    backend: given.training,
  });
  const trained = where(() => training.run(whole, position()));
  console.log(`| ${name}, batch ${size} | attack, a core's share | training pass and update |\n| --- | --- | --- |`);
  for (const kind of Object.keys(attacked))
    console.log(`| ${kind} | ${attacked[kind].toFixed(1)} | ${trained[kind].toFixed(1)} |`);
  console.log();
  model.dispose();
}
