/**
 * The child of memory.test.ts: trains a tiny network and reports resident memory and live tensors as JSON.
 *
 *     training-memory.ts <steps> <warm-up steps>
 *
 * @module
 */
import { backward, grad, memory, RandomStream, ops, tidy } from '../../../src/engine/index.js';
import {
  BatchNorm2d,
  Conv2d,
  crossEntropy,
  Flatten,
  initialize,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from '../../../src/nn/index.js';
import { Sgd } from '../../../src/optim/index.js';

const [steps = 0, warmUp = 0] = process.argv.slice(2).map(Number);
const start = memory();
const model = initialize(
  new Sequential(
    new Conv2d(1, 8, { kernelSize: 3, padding: 1, bias: false }),
    new BatchNorm2d(8),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(8 * 49, 10),
  ),
  1,
);
const optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
const stream = new RandomStream(1, 'memory');

function step(index: number): void {
  tidy(() => {
    const indices = ops.arange(16, { dtype: 'int64' }).add(index * 16);
    const images = stream.uniform(indices, [1, 14, 14]);
    const labels = stream.derive('labels').integers(indices, [], 10);
    images.requiresGrad = true;
    // As an adversarial step does: a gradient for the images, then one for the weights.
    const [direction] = grad(crossEntropy(model.eval().forward(images), labels), [images]);
    const adversarial = images.detach().add(direction!.sign(), { alpha: 0.1 }).clamp({ min: 0, max: 1 });
    optimizer.zeroGrad();
    backward(crossEntropy(model.train().forward(adversarial), labels));
    optimizer.step(0.05);
  });
}

let resident = 0;
let live = 0;
for (let index = 0; index < steps; index += 1) {
  step(index);
  if (index === warmUp) {
    resident = process.memoryUsage.rss();
    live = memory().live;
  }
}
const growth = (process.memoryUsage.rss() - resident) / 1e6;
const liveGrowth = memory().live - live;
optimizer.dispose();
model.dispose();
const end = memory();
process.stdout.write(
  JSON.stringify({ growth, liveGrowth, leaked: end.live - start.live, leakedBytes: end.bytes - start.bytes }),
);
