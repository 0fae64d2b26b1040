/**
 * Batch normalisation, SGD, initialisation and a whole training run agree with PyTorch's numbers. The cases are in
 * test/golden, their scripts in scripts/golden.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { backward, zeroGrad, keep, tidy } from '../../src/engine/index.js';
import {
  BatchNorm2d,
  Conv2d,
  crossEntropy,
  fans,
  Flatten,
  kaimingNormal,
  Linear,
  MaxPool2d,
  Parameter,
  ReLU,
  Sequential,
  torchDefault,
  torchDefaultBias,
} from '../../src/nn/index.js';
import { RandomStream } from '../../src/engine/index.js';
import { Sgd, type SgdOptions } from '../../src/optim/index.js';
import { readGolden, unpack } from '../support/golden.js';
import '../support/matchers.js';
import type { PackedTensor } from '../support/matchers.js';

type PackedState = Readonly<Record<string, PackedTensor>>;

const unpackState = (state: PackedState) =>
  new Map(Object.entries(state).map(([name, packed]) => [name, unpack(packed)]));

interface BatchNormCase {
  readonly training: boolean;
  readonly affine: boolean;
  readonly momentum: number;
  readonly tolerance: number;
  readonly stateBefore: PackedState;
  readonly stateAfter: PackedState;
  readonly batches: readonly PackedTensor[];
  readonly cotangents: readonly PackedTensor[];
  readonly outputs: readonly PackedTensor[];
  readonly inputGradients: readonly PackedTensor[];
  readonly parameterGradients: PackedState;
}

describe('BatchNorm2d', () => {
  const { cases } = readGolden<BatchNormCase>('batch-norm');
  test.each(cases)('training $training, affine $affine, momentum $momentum', (golden) => {
    tidy(() => {
      const layer = new BatchNorm2d(3, { affine: golden.affine, momentum: golden.momentum }).train(golden.training);
      layer.loadStateDict(unpackState(golden.stateBefore));
      for (const [index, packed] of golden.batches.entries()) {
        const input = unpack(packed);
        input.requiresGrad = true;
        const output = layer.forward(input);
        backward(output, { gradients: [unpack(golden.cotangents[index]!)] });
        expect(output).toBeAllclose(golden.outputs[index]!, golden.tolerance);
        expect(input.grad!).toBeAllclose(golden.inputGradients[index]!, golden.tolerance);
      }
      for (const [name, parameter] of layer.namedParameters()) {
        expect(parameter.grad!).toBeAllclose(golden.parameterGradients[name]!, golden.tolerance);
      }
      for (const [name, value] of layer.stateDict())
        expect(value).toBeAllclose(golden.stateAfter[name]!, golden.tolerance);
      layer.dispose();
    });
  });
});

interface SgdCase {
  readonly options: SgdOptions;
  readonly tolerance: number;
  readonly rates: readonly number[];
  readonly initial: readonly PackedTensor[];
  readonly gradients: readonly (readonly PackedTensor[])[];
  readonly after: readonly (readonly PackedTensor[])[];
  readonly momentumBuffers: readonly PackedTensor[] | null;
}

describe('Sgd', () => {
  test.each(readGolden<SgdCase>('sgd').cases.map((golden) => [JSON.stringify(golden.options), golden] as const))(
    '%s',
    (_, golden) => {
      tidy(() => {
        const parameters = golden.initial.map((packed) => new Parameter(unpack(packed)));
        const optimizer = new Sgd(
          parameters.map((parameter, index) => [String(index), parameter] as const),
          golden.options,
        );
        for (const [step, rate] of golden.rates.entries()) {
          optimizer.zeroGrad();
          // The gradient of sum(parameter * g) is g.
          for (const [index, parameter] of parameters.entries())
            backward(parameter.mul(unpack(golden.gradients[step]![index]!)).sum());
          optimizer.step(rate);
          for (const [index, parameter] of parameters.entries()) {
            expect(parameter).toBeAllclose(golden.after[step]![index]!, golden.tolerance);
          }
        }
        const buffers = [...optimizer.stateDict().values()];
        expect(buffers.length).toBe(golden.momentumBuffers?.length ?? 0);
        for (const [index, buffer] of buffers.entries())
          expect(buffer).toBeAllclose(golden.momentumBuffers![index]!, golden.tolerance);
        optimizer.dispose();
        for (const parameter of parameters) parameter.dispose();
      });
    },
  );
});

interface InitializationCase {
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
  readonly kaimingNormalFanIn: number;
  readonly kaimingNormalFanOut: number;
  readonly torchDefaultBound: number;
  readonly torchDefaultBiasBound: number;
  readonly tolerance: number;
}

test.each(readGolden<InitializationCase>('initialization').cases)(
  'initialisers of a weight of shape $shape',
  (golden) => {
    expect(fans(golden.shape)).toEqual({ fanIn: golden.fanIn, fanOut: golden.fanOut });
    tidy(() => {
      // The same stream without scale: dividing by it leaves the scale alone.
      const stream = new RandomStream('initialisation');
      const scaleOf = (values: readonly number[], plain: readonly number[]) =>
        values.map((value, index) => value / plain[index]!);
      const normal = stream.normalTensor(golden.shape).toNumbers();
      const spread = stream.uniformTensor(golden.shape).mul(2).sub(1).toNumbers();
      const largest = spread.indexOf(Math.max(...spread));
      for (const [mode, deviation] of [
        ['fan-in', golden.kaimingNormalFanIn],
        ['fan-out', golden.kaimingNormalFanOut],
      ] as const) {
        const scales = scaleOf(kaimingNormal(mode)(golden.shape, stream).toNumbers(), normal);
        expect(scales).toBeAllclose(
          scales.map(() => deviation),
          golden.tolerance,
        );
      }
      for (const [initializer, bound] of [
        [torchDefault, golden.torchDefaultBound],
        [torchDefaultBias(golden.shape), golden.torchDefaultBiasBound],
      ] as const) {
        expect(scaleOf(initializer(golden.shape, stream).toNumbers(), spread)[largest]).toBeCloseTo(bound, 6);
      }
    });
  },
);

interface TrainingCase {
  readonly tolerance: number;
  readonly rate: number;
  readonly options: SgdOptions;
  readonly initial: PackedState;
  readonly images: PackedTensor;
  readonly labels: PackedTensor;
  readonly losses: readonly number[];
  readonly trained: PackedState;
  readonly evaluation: PackedTensor;
}

test('twenty steps of training follow PyTorch', () => {
  const [golden] = readGolden<TrainingCase>('training').cases as [TrainingCase];
  tidy(() => {
    const model = new Sequential(
      new Conv2d(1, 4, { kernelSize: 3, padding: 1, bias: false }),
      new BatchNorm2d(4),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(4, 6, { kernelSize: 3, stride: 2, padding: 1 }),
      new ReLU(),
      new Flatten(),
      new Linear(24, 3),
    );
    model.loadStateDict(unpackState(golden.initial));
    const [images, labels] = [keep(unpack(golden.images)), keep(unpack(golden.labels))];
    const optimizer = new Sgd(model.namedParameters(), golden.options);
    const losses = golden.losses.map((_, step) =>
      tidy(() => {
        const batch = step % images.size(0);
        zeroGrad(model.parameters());
        const loss = crossEntropy(model.train().forward(images.select(0, batch)), labels.select(0, batch));
        backward(loss);
        optimizer.step(golden.rate);
        return loss.item();
      }),
    );
    expect(losses).toBeAllclose(golden.losses, golden.tolerance);
    for (const [name, value] of model.stateDict()) expect(value).toBeAllclose(golden.trained[name]!, golden.tolerance);
    expect(model.eval().forward(images.select(0, 0))).toBeAllclose(golden.evaluation, golden.tolerance);
    for (const resource of [images, labels, optimizer, model]) resource.dispose();
  });
});
