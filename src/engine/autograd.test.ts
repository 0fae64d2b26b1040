import { afterEach, describe, expect, test } from 'vitest';
import '../../test/support/matchers.js';
import {
  autocast,
  backward,
  zeroGrad,
  enableGrad,
  Generator,
  grad,
  noGrad,
  ops,
  tensor,
  tidy,
  type Tensor,
} from './index.js';

const made: Tensor[] = [];
function leaf(values: number[]): Tensor {
  const x = tensor(values);
  x.requiresGrad = true;
  made.push(x);
  return x;
}
afterEach(() => {
  for (const x of made.splice(0)) x.dispose();
});

/** Whether operations are recorded now. */
const recording = () => tidy(() => leaf([1]).mul(2).requiresGrad);

describe('backward', () => {
  test('adds to the gradients of leaves until they are cleared', () => {
    const x = leaf([1, 2, 3]);
    expect(x.grad).toBeNull();
    tidy(() => {
      backward(x.square().sum());
      expect(x.grad!).toBeAllclose([2, 4, 6]);
      backward(x.square().sum());
      expect(x.grad!).toBeAllclose([4, 8, 12]);
    });
    zeroGrad([x]);
    expect(x.grad).toBeNull();
  });

  test('weighs an output of any shape with the gradients given', () => {
    const x = leaf([1, 2]);
    tidy(() => {
      backward(x.mul(3), { gradients: [tensor([1, 10])] });
      expect(x.grad!).toBeAllclose([3, 30]);
    });
  });

  test('frees the graph unless it is told to keep it', () => {
    const x = leaf([2]);
    tidy(() => {
      const once = x.square().sum();
      backward(once);
      expect(() => backward(once)).toThrow(/second time/);
      const twice = x.square().sum();
      backward(twice, { retainGraph: true });
      backward(twice);
      expect(x.grad!).toBeAllclose([12]);
    });
  });

  test('survives the disposal of every tensor in between', () => {
    const x = leaf([1, -2, 3]);
    const loss = tidy(() => x.relu().exp().sum());
    backward(loss);
    loss.dispose();
    tidy(() => expect(x.grad!).toBeAllclose([Math.E, 0, Math.exp(3)]));
  });
});

describe('grad', () => {
  test('gives the gradients asked for and touches no `.gradient`', () => {
    const [x, weight] = [leaf([1, 2]), leaf([3, 4])];
    tidy(() => {
      const [gradient] = grad(x.mul(weight).sum(), [x]);
      expect(gradient!).toBeAllclose([3, 4]);
      expect(gradient!).toHaveShape([2]);
    });
    expect(x.grad).toBeNull();
    expect(weight.grad).toBeNull();
  });

  test('answers in the order of the inputs', () => {
    const [x, y] = [leaf([2]), leaf([5])];
    tidy(() => {
      const gradients = grad(x.mul(y).sum(), [y, x]);
      expect(gradients.map((each) => each.item())).toEqual([2, 5]);
    });
  });

  test('createGraph makes gradients that can be differentiated again', () => {
    const x = leaf([3]);
    tidy(() => {
      const [first] = grad(x.pow(3).sum(), [x], { createGraph: true });
      const [second] = grad(first!.sum(), [x]);
      expect(first!.item()).toBeCloseTo(27, 4);
      expect(second!.item()).toBeCloseTo(18, 4);
    });
  });

  test('refuses an input the output does not depend on', () => {
    const [x, other] = [leaf([1]), leaf([1])];
    expect(() => tidy(() => grad(x.sum(), [other]))).toThrow(expect.objectContaining({ code: 'TORCH' }));
  });

  test('works within noGrad on what was recorded before', () => {
    const x = leaf([2]);
    tidy(() => {
      const loss = x.square().sum();
      const [gradient] = noGrad(() => grad(loss, [x]));
      expect(gradient!.item()).toBe(4);
    });
  });
});

describe('noGrad and enableGrad', () => {
  test('nest, and return to the mode before', () => {
    expect(recording()).toBe(true);
    noGrad(() => {
      expect(recording()).toBe(false);
      enableGrad(() => {
        expect(recording()).toBe(true);
        noGrad(() => expect(recording()).toBe(false));
        expect(recording()).toBe(true);
      });
      expect(recording()).toBe(false);
    });
    expect(recording()).toBe(true);
  });

  test('restore the mode after an exception, and return what the function returns', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(recording()).toBe(true);
    expect(noGrad(() => 5)).toBe(5);
  });

  test.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
  ] as const)('%s refuses a promise', (_, mode) => {
    expect(() => mode(() => Promise.resolve(1))).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
    expect(recording()).toBe(true);
  });
});

describe('autocast', () => {
  const product = () => tidy(() => ops.linear(ops.ones([2, 3]), ops.ones([4, 3])).dtype);

  test('computes products in the dtype asked for, and only inside', () => {
    expect(autocast('bfloat16', product)).toBe('bfloat16');
    expect(product()).toBe('float32');
  });

  test('leaves reductions and losses in float32, weights and gradients too', () => {
    const weight = leaf([0.5, -0.5]);
    tidy(() => {
      const loss = autocast('bfloat16', () => {
        const logits = ops.linear(ops.ones([1, 1]), weight.unsqueeze(1));
        expect(logits.dtype).toBe('bfloat16');
        return ops.crossEntropyLoss(logits, tensor([0], { dtype: 'int64' }));
      });
      expect(loss.dtype).toBe('float32');
      backward(loss);
      expect(weight.grad!.dtype).toBe('float32');
    });
  });

  test('restores the mode after an exception and after nesting', () => {
    expect(() =>
      autocast('bfloat16', () => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(product()).toBe('float32');
    autocast('bfloat16', () => {
      autocast('bfloat16', product);
      expect(product()).toBe('bfloat16');
    });
    expect(product()).toBe('float32');
  });

  test('sees weights that changed in between', () => {
    const weight = leaf([1]);
    const run = () => tidy(() => autocast('bfloat16', () => ops.linear(ops.ones([1, 1]), weight.unsqueeze(1)).item()));
    expect(run()).toBe(1);
    noGrad(() => weight.fill_(3));
    expect(run()).toBe(3);
  });

  test('refuses other dtypes, unknown devices and promises', () => {
    expect(() => autocast('float64' as never, () => 1)).toThrow(/"bfloat16" or "float16".*"float64"/);
    expect(() => autocast('bfloat16', () => 1, 'tpu')).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
    expect(() => autocast('bfloat16', () => Promise.resolve(1))).toThrow(expect.objectContaining({ code: 'ARGUMENT' }));
    expect(product()).toBe('float32');
  });
});

describe('generators', () => {
  test('the same seed draws the same numbers, another seed others', () => {
    tidy(() => {
      const draw = (seed: number) => ops.zeros([16]).normal_({ generator: new Generator(seed) });
      expect(draw(1).equal(draw(1))).toBe(true);
      expect(draw(1).equal(draw(2))).toBe(false);
    });
  });

  test('a generator goes on where it was; others do not disturb it', () => {
    tidy(() => {
      const [one, other] = [new Generator(5), new Generator(5)];
      const first = ops.zeros([8]).uniform_({ generator: one });
      new Generator(9);
      const second = ops.zeros([8]).uniform_({ generator: one });
      expect(first.equal(second)).toBe(false);
      expect(ops.zeros([8]).uniform_({ generator: other }).equal(first)).toBe(true);
      expect(ops.zeros([8]).uniform_({ generator: other }).equal(second)).toBe(true);
    });
  });

  test('bounds are honoured', () => {
    tidy(() => {
      const draws = ops.zeros([500]).uniform_({ from: -2, to: -1, generator: new Generator(3) });
      expect(draws.amin().item()).toBeGreaterThanOrEqual(-2);
      expect(draws.amax().item()).toBeLessThanOrEqual(-1);
    });
  });
});
