/**
 * The attack network computes what the model computes in evaluation mode, with less work.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { backward, grad, memory, noGrad, RandomStream, tensor, tidy, type Tensor } from '../../engine/index.js';
import { crossEntropy, Parameter, type Module } from '../../nn/index.js';
import { Sgd } from '../../optim/index.js';
import { createModel, type ModelDescription } from '../index.js';
import { AttackNetwork, FROZEN_FORMS, PLAIN_FORM } from './index.js';

const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'resnet18', options: { width: 4 } },
  { architecture: 'resnet18', options: { width: 8 } },
  { architecture: 'resnet18', options: { width: 16, normalization: 'gn' } },
  { architecture: 'resnet18', options: { width: 4, normalization: 'fixedbn', bias: false } },
  { architecture: 'resnet50', options: { width: 4 } },
  { architecture: 'wide-resnet', options: { depth: 10, widenFactor: 1, width: 8, dropout: 0.3 } },
  { architecture: 'preact-resnet18', options: { width: 8 } },
  { architecture: 'simplenet', options: { width: 4 } },
  { architecture: 'small-cnn', options: { channels: 3, resolution: 32, width: 4, hidden: 16 } },
];
const name = ({ architecture, options }: ModelDescription) => `${architecture} ${JSON.stringify(options)}`;

// Where two inputs of a max-pool or the sign before a ReLU differ by a rounding error alone, either gradient is right;
// these images have no such place in these networks.
const images = () => new RandomStream('images', 1).uniformTensor([4, 3, 32, 32]);
const labels = () => tensor(new BigInt64Array([0n, 3n, 7n, 9n]));

/** A network whose running statistics, scales and shifts are not those of a fresh one. */
function used(description: ModelDescription): Module {
  const model = createModel(description, 1);
  tidy(() => {
    noGrad(() => {
      for (const [path, tensor] of model.stateDict()) {
        const draw = () => new RandomStream('used', path).uniformTensor(tensor.shape);
        if (path.endsWith('running_var')) tensor.copy_(draw().add(0.5));
        else if (path.endsWith('running_mean')) tensor.copy_(draw().sub(0.5));
        else if (tensor instanceof Parameter && tensor.rank === 1) tensor.copy_(draw().add(0.2));
      }
    });
  });
  return model.evaluate();
}

/** Logits, and the gradient of the loss with respect to the images. */
function look(network: Module): { logits: Tensor; gradient: Tensor } {
  return tidy(() => {
    const input = images();
    input.requiresGrad = true;
    const logits = network.forward(input);
    const [gradient] = grad(crossEntropy(logits, labels(), { reduction: 'sum' }), [input]) as [Tensor];
    return { logits: logits.detach(), gradient };
  });
}

/** The largest difference, relative to the largest expected value. */
function distance(actual: Tensor, expected: Tensor): number {
  return tidy(() => actual.sub(expected).abs().amax().item() / expected.abs().amax().item());
}

describe.each(NETWORKS.map((description) => [name(description), description] as const))('%s', (_, description) => {
  test.each(['plain', 'channels-last', 'winograd', 'tf32'] as const)(
    'has the logits and image gradients of the model, %s',
    (form) => {
      using model = used(description);
      tidy(() => {
        const expected = look(model);
        const actual = look(new AttackNetwork(model, FROZEN_FORMS[form]));
        expect(distance(actual.logits, expected.logits)).toBeLessThan(1e-5);
        expect(distance(actual.gradient, expected.gradient)).toBeLessThan(1e-4);
      });
    },
  );
});

describe('the attack network', () => {
  const description = NETWORKS[0]!;

  test('made anew after each update, follows the weights and the running statistics', () => {
    using model = used(description);
    using optimizer = new Sgd(model.namedParameters(), { momentum: 0.9 });
    for (let step = 0; step < 3; step += 1) {
      tidy(() => {
        const before = look(model).logits;
        backward(crossEntropy(model.train().forward(images()), labels()));
        optimizer.step(0.1);
        optimizer.clearGradients();
        const after = look(model.evaluate()).logits;
        expect(distance(after, before)).toBeGreaterThan(1e-3);
        expect(distance(look(new AttackNetwork(model)).logits, after)).toBeLessThan(1e-5);
      });
    }
  });

  test('gives no gradient to any weight, even after backward', () => {
    using model = used(description);
    tidy(() => {
      const input = images();
      input.requiresGrad = true;
      backward(new AttackNetwork(model).forward(input).sum());
      expect(input.gradient).not.toBeNull();
      expect(model.parameters().every((parameter) => parameter.gradient === null)).toBe(true);
    });
  });

  test('in bfloat16 returns float32 logits near those of the model', () => {
    using model = used(description);
    tidy(() => {
      const { logits } = look(new AttackNetwork(model, { dtype: 'bfloat16', memoryFormat: 'channels-last' }));
      expect(logits.dtype).toBe('float32');
      expect(distance(logits, look(model).logits)).toBeLessThan(0.1);
    });
  });

  test('leaves the images as they were, and lives as long as the scope it was made in', () => {
    using model = used(description);
    const { live } = memory();
    tidy(() => {
      const [input, copy] = [images(), images()];
      new AttackNetwork(model, PLAIN_FORM).forward(input);
      expect(input.equal(copy)).toBe(true);
    });
    expect(memory().live).toBe(live);
  });
});
