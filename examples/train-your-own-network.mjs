/**
 * Trains a network of one's own so that it withstands attacks, and attacks it.
 *
 *   node examples/train-your-own-network.mjs <run folder> [folder of Fashion-MNIST] [epochs]
 */
import { autoAttack, createProgress, loadDataset, nn, train } from 'saddlepoint';

class MyNetwork extends nn.Module {
  constructor() {
    super();
    this.conv1 = new nn.Conv2d(1, 16, { kernelSize: 3, padding: 1 });
    this.conv2 = new nn.Conv2d(16, 32, { kernelSize: 3, stride: 2, padding: 1 });
    this.fc = new nn.Linear(32, 10);
  }

  forward(images) {
    const maps = this.conv2.forward(this.conv1.forward(images).relu()).relu();
    return this.fc.forward(maps.mean([2, 3]));
  }
}

const [folder, data, epochs = '1'] = process.argv.slice(2);
const dataset = loadDataset('fashion-mnist', data);
const { model, checkpoint } = await train(
  {
    model: nn.initialize(new MyNetwork(), 1),
    dataset,
    training: { method: 'trades', beta: 6, epochs: Number(epochs), batchSize: 32, attack: { epsilon: 0.1, steps: 5 } },
    augmentation: [{ name: 'random-crop', padding: 2, fill: 0 }],
  },
  { folder, progress: createProgress() },
);
console.log(`weights: ${checkpoint}`);

const { robustError } = await autoAttack(model, dataset.test, { epsilon: 0.1, examples: 20, order: 'sampled' });
console.log(`robust error on 20 images: ${(100 * robustError).toFixed(0)} %`);
