// Where the milliseconds of a PGD-10 adversarial training step go, part by part, on one thread:
//
//   node benchmarks/training/where-time-goes.mjs resnet18:64:16 bfloat16 bfloat16
//   node benchmarks/training/where-time-goes.mjs <network>:<width>:<batch> <attack backend> <training backend> [root]
//
// `root` is another checkout, built, whose code is measured instead: what a change moved from where to where.
// It prints a line of JSON: milliseconds a step (medians over the repetitions) of each part, by kind of operator.
import { resolve } from 'node:path';

const [network = 'resnet18:64:16', attackBackend = 'bfloat16', trainingBackend = 'bfloat16', root] =
  process.argv.slice(2);
const dist = (path) => import(root === undefined ? `../../dist/${path}` : `${resolve(root)}/dist/${path}`);
const { backward, ops, profile, RandomStream, setThreads, tidy } = await dist('engine/index.js');
const { AttackNetwork, FROZEN_BACKENDS } = await dist('models/attack-network/index.js');
const { checkModel, createModel } = await dist('models/index.js');
const { createAttack } = await dist('attacks/index.js');
const { classificationLoss } = await dist('nn/index.js');
const { Sgd } = await dist('optim/index.js');
const { forwardToTrain } = await dist('training/acceleration/training-pass.js');

const [STEPS, REPETITIONS] = [10, 7];
const KINDS = [
  ['packing of weights', /filter/],
  ['convolutions', /conv|kernels|block/],
  ['batch norm', /norm|affine/],
  ['matrix products', /::(mm|addmm|linear)$|addmmbackward/],
  ['ReLU and sums', /relu|threshold|::add_?$/],
  ['copies', /::(copy_|clone|contiguous|cat|to|_to_copy)$|tocopy/],
];
const kindOf = (name) => KINDS.find(([, pattern]) => pattern.test(name.toLowerCase()))?.[0] ?? 'other operators';

setThreads(1);
const [architecture, width, batch] = network.split(':').map((part, i) => (i === 0 ? part : Number(part)));
const isSmall = architecture === 'small-cnn';
const description = checkModel({ architecture, options: isSmall ? { width, hidden: 128, channels: 1 } : { width } });
const model = createModel(description, 1);
const optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
const images = ops.empty(isSmall ? [batch, 1, 28, 28] : [batch, 3, 32, 32]).uniform_();
const labels = ops.empty([batch]).uniform_(0, 9.99).to({ dtype: 'int64' });
const budget = { norm: 'linf', epsilon: 8 / 255, stepSize: 2 / 255 };
const attack = createAttack({ name: 'pgd', ...budget, steps: STEPS, iterate: 'last' });
const randomness = { stream: new RandomStream(1), indices: ops.arange(batch, { dtype: 'int64' }) };

/** The parts of a step, in their order; what one makes the next may use. */
let frozen, loss;
const PARTS = {
  'the attack network': () => {
    frozen = new AttackNetwork(model.eval(), FROZEN_BACKENDS[attackBackend]);
  },
  attack: () => {
    attack.perturb(frozen, images, labels, randomness).sum().item();
  },
  'forward pass': () => {
    loss = classificationLoss(forwardToTrain(model.train(), images, trainingBackend), labels);
    loss.item();
  },
  'backward pass': () => {
    backward(loss);
  },
  update: () => {
    optimizer.step(0.001);
    optimizer.zeroGrad();
  },
};

const seen = Object.fromEntries(Object.keys(PARTS).map((part) => [part, []]));
for (let repetition = -2; repetition < REPETITIONS; repetition += 1) {
  tidy(() => {
    for (const [part, work] of Object.entries(PARTS)) {
      const { seconds, operators } = profile(work);
      if (repetition >= 0) seen[part].push({ seconds, operators });
    }
  });
}

const milliseconds = {};
for (const [part, profiles] of Object.entries(seen)) {
  const { seconds, operators } = profiles.sort((a, b) => a.seconds - b.seconds)[REPETITIONS >> 1];
  const kinds = {};
  for (const { name, seconds: each } of operators) kinds[kindOf(name)] = (kinds[kindOf(name)] ?? 0) + each;
  const outside = seconds - operators.reduce((sum, { seconds: each }) => sum + each, 0);
  const rounded = (value) => Math.round(1e4 * value) / 10;
  milliseconds[part] = { all: rounded(seconds) };
  for (const [kind, value] of Object.entries({ ...kinds, 'outside of operators': outside })) {
    milliseconds[part][kind] = rounded(value);
  }
}
process.stdout.write(`${JSON.stringify({ network, attackBackend, trainingBackend, milliseconds })}\n`);
