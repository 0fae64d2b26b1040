/**
 * The attack network computes what the model computes in evaluation mode, with less work.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import {
  backward,
  convolutionLimits,
  grad,
  noGrad,
  RandomStream,
  tensor,
  tidy,
  type Tensor,
} from '../../engine/index.js';
import {
  BatchNorm2d,
  Clamp,
  Conv2d,
  crossEntropy,
  Dropout,
  Flatten,
  initialize,
  Linear,
  Parameter,
  ReLU,
  Sequential,
  type Module,
} from '../../nn/index.js';
import { Sgd } from '../../optim/index.js';
import { createModel, type ModelDescription } from '../index.js';
import { AttackNetwork, FROZEN_BACKENDS, PLAIN_BACKEND } from './index.js';

leavesNothingAlive();

const NETWORKS: readonly ModelDescription[] = [
  { architecture: 'resnet18', options: { width: 4 } },
  { architecture: 'resnet18', options: { width: 8 } },
  { architecture: 'resnet18', options: { width: 16, normalization: 'gn' } },
  { architecture: 'resnet18', options: { width: 4, normalization: 'fixedbn', bias: false } },
  { architecture: 'resnet50', options: { width: 4 } },
  { architecture: 'resnet18', options: { width: 8, stem: 'imagenet', bias: false } },
  { architecture: 'wide-resnet', options: { depth: 10, widenFactor: 1, width: 8, dropout: 0.3 } },
  { architecture: 'preact-resnet18', options: { width: 8 } },
  {
    architecture: 'wide-resnet',
    options: {
      depth: 10,
      widenFactor: 1,
      width: 8,
      bias: false,
      strideOn: 'first',
      shortcutFrom: 'activation',
      activation: 'silu',
      padding: 'end',
    },
  },
  {
    architecture: 'preact-resnet18',
    options: { width: 8, shortcutFrom: 'input', shortcutKernel: 3, activation: 'silu', padding: 'end' },
  },
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
        else if (tensor instanceof Parameter && tensor.ndim === 1) tensor.copy_(draw().add(0.2));
      }
    });
  });
  return model.eval();
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

function cosine(one: Tensor, other: Tensor): number {
  return tidy(() => one.mul(other).sum().item() / Math.sqrt(one.pow(2).sum().item() * other.pow(2).sum().item()));
}

describe.each(NETWORKS.map((description) => [name(description), description] as const))('%s', (_, description) => {
  test.each(['plain', 'channels-last', 'winograd', 'tf32'] as const)(
    'has the logits and image gradients of the model, %s',
    (backend) => {
      using model = used(description);
      tidy(() => {
        const expected = look(model);
        const actual = look(new AttackNetwork(model, FROZEN_BACKENDS[backend]));
        expect(distance(actual.logits, expected.logits)).toBeLessThan(1e-5);
        expect(distance(actual.gradient, expected.gradient)).toBeLessThan(1e-4);
      });
    },
  );

  test.each(['plain', 'winograd', 'bfloat16'] as const)('computes with what another one has prepared, %s', (name) => {
    const backend = FROZEN_BACKENDS[name];
    const hasLinearTiles = name === 'bfloat16' && convolutionLimits().tiles;
    using model = used(description);
    using other = createModel(description, 2).eval();
    tidy(() => {
      const first = new AttackNetwork(model, backend);
      const own = look(first);
      const lent = first.prepared;
      const alone = new AttackNetwork(other, backend).prepared;
      other.loadStateDict(model.stateDict());
      // What it would compute with if it prepared anything itself.
      noGrad(() => {
        for (const [, module] of other.modules()) {
          if (module instanceof Conv2d || (hasLinearTiles && module instanceof Linear)) module.weight.zero_();
        }
      });
      const { logits, gradient } = look(new AttackNetwork(other, backend, lent));
      expect(logits.equal(own.logits)).toBe(true);
      expect(gradient.equal(own.gradient)).toBe(true);
      expect(alone.map((list) => list.map((each) => each?.shape))).toEqual(
        lent.map((list) => list.map((each) => each?.shape)),
      );
    });
  });

  // On a processor with tiles by our own convolutions, a residual block as one; elsewhere by LibTorch's.
  test('has nearly the logits and image gradients of the model in bfloat16', () => {
    using model = used(description);
    tidy(() => {
      const expected = look(model);
      const { logits, gradient } = look(new AttackNetwork(model, FROZEN_BACKENDS.bfloat16));
      expect(logits.dtype).toBe('float32');
      expect(distance(logits, expected.logits)).toBeLessThan(0.1);
      expect(cosine(gradient, expected.gradient)).toBeGreaterThan(0.85);
    });
  });
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
        optimizer.zeroGrad();
        const after = look(model.eval()).logits;
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
      expect(input.grad).not.toBeNull();
      expect(model.parameters().every((parameter) => parameter.grad === null)).toBe(true);
    });
  });

  test('leaves the images as they were, and lives as long as the scope it was made in', () => {
    using model = used(description);
    tidy(() => {
      const [input, copy] = [images(), images()];
      new AttackNetwork(model, PLAIN_BACKEND).forward(input);
      expect(input.equal(copy)).toBe(true);
    });
  });
});

describe('a subclass computes what it computes itself, not what its parent does', () => {
  class Mirrored extends Sequential {
    override forward(input: Tensor): Tensor {
      return tidy(() => super.forward(input.flip([3])));
    }
  }
  class Half extends ReLU {
    override forward(input: Tensor): Tensor {
      return tidy(() => super.forward(input).div(2));
    }
  }
  class Doubled extends Conv2d {
    override forward(input: Tensor): Tensor {
      return tidy(() => super.forward(input).mul(2));
    }
  }
  class Shifted extends BatchNorm2d {
    override forward(input: Tensor): Tensor {
      return tidy(() => super.forward(input).add(1));
    }
  }
  class Negated extends Linear {
    override forward(input: Tensor): Tensor {
      return tidy(() => super.forward(input).neg());
    }
  }
  class Loud extends Dropout {
    override forward(input: Tensor): Tensor {
      return tidy(() => input.mul(3));
    }
  }
  const convolution = () => new Conv2d(3, 8, { kernelSize: 3, padding: 1 });
  const linear = () => new Linear(8 * 32 * 32, 10);
  /** One that an ordinary layer was changed in. */
  const patched = () => {
    const layer = new ReLU();
    layer.forward = (input) => tidy(() => input.abs());
    return layer;
  };
  const networks: Readonly<Record<string, () => Module>> = {
    Sequential: () => new Mirrored(convolution(), new ReLU(), new Flatten(), linear()),
    'Sequential, inside': () => new Sequential(new Mirrored(convolution(), new ReLU()), new Flatten(), linear()),
    ReLU: () => new Sequential(convolution(), new Half(), new Flatten(), linear()),
    Conv2d: () =>
      new Sequential(new Doubled(3, 8, { kernelSize: 3, padding: 1 }), new BatchNorm2d(8), new Flatten(), linear()),
    BatchNorm2d: () => new Sequential(convolution(), new Shifted(8), new Flatten(), linear()),
    Linear: () => new Sequential(convolution(), new Flatten(), new Negated(8 * 32 * 32, 10)),
    Dropout: () => new Sequential(convolution(), new Loud(0.5), new Flatten(), linear()),
    // In front a clamp does nothing to images; behind other layers it does.
    'Clamp, behind a layer': () => new Sequential(new Clamp(), convolution(), new Clamp(), new Flatten(), linear()),
    'a forward of its own': () => new Sequential(convolution(), patched(), new Flatten(), linear()),
  };

  test.each(Object.keys(networks))('%s', (kind) => {
    using model = initialize(networks[kind]!(), 1).eval();
    tidy(() => {
      const expected = look(model);
      for (const backend of ['plain', 'winograd'] as const) {
        const actual = look(new AttackNetwork(model, FROZEN_BACKENDS[backend]));
        expect(distance(actual.logits, expected.logits)).toBeLessThan(1e-5);
        expect(distance(actual.gradient, expected.gradient)).toBeLessThan(1e-4);
      }
      const rounded = look(new AttackNetwork(model, FROZEN_BACKENDS.bfloat16));
      expect(distance(rounded.logits, expected.logits)).toBeLessThan(0.1);
      expect(cosine(rounded.gradient, expected.gradient)).toBeGreaterThan(0.85);
    });
  });
});
