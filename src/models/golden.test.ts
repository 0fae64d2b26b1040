/**
 * Every network computes what the same network in plain PyTorch computes.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { readGolden } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { backward, grad, memory, tensor, tidy } from '../engine/index.js';
import { crossEntropy } from '../nn/index.js';
import { Sgd } from '../optim/index.js';
import { expectDigest, fill, imagesOf, pattern, type Digest } from './golden.test-helper.js';
import { createModel, type ModelDescription } from './index.js';

interface NetworkCase {
  readonly architecture: ModelDescription['architecture'];
  readonly options: Readonly<Record<string, unknown>>;
  readonly batch: number;
  readonly resolution: number;
  readonly tolerance: number;
}

interface Pass {
  readonly logits: PackedTensor;
  readonly imageGradient: Digest;
  readonly gradients: Readonly<Record<string, Digest>>;
}

interface PassCase extends NetworkCase {
  readonly names: readonly string[];
  readonly evaluation: Pass;
  readonly training: Pass;
}

interface TrainingCase extends NetworkCase {
  readonly losses: readonly number[];
  readonly trained: Readonly<Record<string, Digest>>;
}

const titled = <Case extends NetworkCase>(cases: readonly Case[]) =>
  cases.map((golden) => [`${golden.architecture} ${JSON.stringify(golden.options)}`, golden] as const);

function build({ architecture, options }: NetworkCase) {
  const model = createModel({ architecture, options }, 0);
  fill(model);
  return model;
}

describe('logits, gradients and names', () => {
  test.each(titled(readGolden<PassCase>('models').cases))('%s', (_, golden) => {
    const before = memory().live;
    const { batch, resolution, options, tolerance } = golden;
    const model = build(golden);
    expect([...model.stateDict().keys()].sort()).toEqual([...golden.names].sort());
    for (const mode of ['evaluation', 'training'] as const) {
      const expected = golden[mode];
      tidy(() => {
        const images = imagesOf('images', [batch, Number(options.channels ?? 3), resolution, resolution]);
        images.requiresGrad = true;
        const logits = model.train(mode === 'training').forward(images);
        expect(logits).toBeAllclose(expected.logits, tolerance);
        const cotangent = tensor(pattern('cotangent', logits.numel()), { shape: logits.shape, dtype: 'float32' });
        const named = [...model.namedParameters()];
        const [ofImages, ...ofParameters] = grad(logits.mul(cotangent).sum(), [images, ...model.parameters()]);
        expectDigest('images', ofImages!, expected.imageGradient, tolerance);
        // A bias before batch statistics has no gradient but rounding: it is compared with the largest one.
        const largest = Math.max(...Object.values(expected.gradients).map(([norm]) => norm));
        for (const [index, [name]] of named.entries()) {
          const [norm, product] = expected.gradients[name]!;
          const zero = norm < tolerance * largest;
          if (zero) expect(ofParameters[index]!.abs().amax().item(), name).toBeLessThan(tolerance * largest);
          else expectDigest(name, ofParameters[index]!, [norm, product], tolerance);
        }
      });
    }
    model.dispose();
    expect(memory().live).toBe(before);
  });
});

describe('five training steps', () => {
  test.each(titled(readGolden<TrainingCase>('models-training').cases))('%s', (_, golden) => {
    const { batch, resolution, options, tolerance } = golden;
    using model = build(golden).train();
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
    tidy(() => {
      for (const [step, expected] of golden.losses.entries()) {
        const images = imagesOf(`images ${step}`, [batch, 3, resolution, resolution]);
        const labels = Array.from({ length: batch }, (__, i) => (i * 3) % Number(options.classes));
        const loss = crossEntropy(model.forward(images), tensor(labels, { dtype: 'int64' }));
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step(0.05);
        expect(Math.abs(loss.item() - expected) / expected, `the loss of step ${step}`).toBeLessThan(tolerance);
      }
      const trained = model.stateDict();
      for (const [name, digest] of Object.entries(golden.trained)) {
        expectDigest(name, trained.get(name)!, digest, tolerance);
      }
    });
  });
});
