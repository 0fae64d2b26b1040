/**
 * Averaged weights, the statistics estimated for them, and the loss of soft labels, against PyTorch.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { readGolden, unpack } from '../../../test/support/golden.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import type { PackedTensor } from '../../../test/support/matchers.js';
import { grad, tidy } from '../../engine/index.js';
import { BatchNorm2d, classificationLoss, Conv2d, ReLU, Sequential } from '../../nn/index.js';
import { reestimateBatchNorm } from './reestimate-batch-norm.js';
import { WeightAverage } from './weight-average.js';

type State = Readonly<Record<string, PackedTensor>>;
interface Averaging {
  readonly call: 'swa';
  readonly tolerance: number;
  readonly taken: readonly State[];
  readonly batches: readonly PackedTensor[];
  readonly average: State;
}
interface Soft {
  readonly call: 'softCrossEntropy';
  readonly tolerance: number;
  readonly smoothing: number;
  readonly labels: PackedTensor;
  readonly logits: PackedTensor;
  readonly loss: PackedTensor;
  readonly gradient: PackedTensor;
}

const { cases } = readGolden<Averaging | Soft>('averaging');
const network = () =>
  new Sequential(
    new Conv2d(2, 3, { kernelSize: 3 }),
    new BatchNorm2d(3),
    new ReLU(),
    new Conv2d(3, 4, { kernelSize: 3 }),
    new BatchNorm2d(4),
  );
const unpacked = (state: State) => new Map(Object.entries(state).map(([name, value]) => [name, unpack(value)]));

leavesNothingAlive();

test.each(cases.filter(({ call }) => call === 'swa') as Averaging[])('torch.optim.swa_utils', (golden) => {
  using model = network();
  const length = { steps: golden.taken.length, stepsPerEpoch: 1 };
  using average = new WeightAverage(model, network(), { name: 'swa', from: 0, every: 1 }, length);
  tidy(() => {
    for (const [step, state] of golden.taken.entries()) {
      model.loadStateDict(unpacked(state));
      average.update(step);
    }
    reestimateBatchNorm(average.model, golden.batches.map(unpack));
    const found = average.model.stateDict();
    for (const [name, expected] of unpacked(golden.average))
      expect(found.get(name)!.to({ dtype: 'float32' })).toBeAllclose(
        expected.to({ dtype: 'float32' }),
        golden.tolerance,
      );
    expect([...average.model.modules()].some(([, { training }]) => training)).toBe(false);
    expect([...average.model.modules()].flatMap(([, m]) => (m instanceof BatchNorm2d ? m.momentum : []))).toEqual([
      0.1, 0.1,
    ]);
  });
});

test.each(cases.filter(({ call }) => call === 'softCrossEntropy') as Soft[])(
  'the loss of distributions with label smoothing $smoothing',
  ({ logits, labels, smoothing, loss, gradient, tolerance }) => {
    tidy(() => {
      const input = unpack(logits);
      input.requiresGrad = true;
      const found = classificationLoss(input, unpack(labels), { labelSmoothing: smoothing });
      expect(found).toBeAllclose(unpack(loss), tolerance);
      expect(grad(found, [input])[0]!).toBeAllclose(unpack(gradient), tolerance);
    });
  },
);
