/**
 * What an ONNX file says of itself, and what is refused. That ONNX Runtime computes our logits and gradients is checked
 * by `npm run check:onnx`, in CI too.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import { failureOf } from '../../../test/support/failure.js';
import { Conv2d, Flatten, Linear, ReLU, Sequential } from '../../nn/index.js';
import type { Tensor } from '../../engine/index.js';
import { createModel, type ModelDescription } from '../index.js';
import { decodeModel } from './messages.js';
import { onnxModel } from './index.js';

leavesNothingAlive();

const shape = [3, 8, 8];
const small: ModelDescription = { architecture: 'resnet', options: { width: 8, blocks: [1, 1, 1] } };

interface Decoded {
  readonly irVersion: number;
  /** Of the domain without a name, ONNX's own. */
  readonly opsetImport: readonly { readonly version: number }[];
  readonly graph: Record<'input' | 'output', readonly { readonly name: string; readonly type: unknown }[]> & {
    readonly node: readonly { readonly opType: string; readonly input: string[]; readonly output: string[] }[];
    readonly initializer: readonly { readonly name: string; readonly dims: number[]; readonly rawData: Uint8Array }[];
  };
}

function written(description: ModelDescription, gradient = false): Decoded {
  using model = createModel(description, 1);
  return decodeModel(onnxModel(model.eval(), { shape, gradient })) as unknown as Decoded;
}

const tensorType = (elemType: number, ...sizes: (string | number)[]) => ({
  tensorType: {
    elemType,
    shape: { dim: sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size })) },
  },
});

test('images of any batch go in and logits come out, in operator set 17', () => {
  const { irVersion, opsetImport, graph } = written(small);
  expect(irVersion).toBe(8);
  expect(opsetImport).toEqual([{ version: 17 }]);
  expect(graph.input).toEqual([{ name: 'images', type: tensorType(1, 'N', 3, 8, 8) }]);
  expect(graph.output).toEqual([{ name: 'logits', type: tensorType(1, 'N', 10) }]);
});

test('with the gradient: the labels go in, too', () => {
  const { graph } = written(small, true);
  expect(graph.input[1]).toEqual({ name: 'labels', type: tensorType(7, 'N') });
  expect(graph.output[1]).toEqual({ name: 'gradient', type: tensorType(1, 'N', 3, 8, 8) });
});

test('every value is made once, before it is used; every constant has as many bytes as its shape says', () => {
  const { graph } = written(small, true);
  const made = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
  for (const { input, output } of graph.node) {
    for (const name of input) expect(made).toContain(name);
    for (const name of output) {
      expect(made).not.toContain(name);
      made.add(name);
    }
  }
  for (const { name, dims, rawData } of graph.initializer) {
    const numbers = dims.reduce((product, size) => product * size, 1);
    expect([4, 8], name).toContain(rawData.length / numbers);
  }
});

describe('what cannot be written is refused', () => {
  const refusal = (make: () => unknown) => failureOf(make);

  test.each([
    ['group norm', { architecture: 'resnet', options: { width: 32, blocks: [1, 1, 1], normalization: 'gn' } }],
    [
      'a max-pool whose windows overlap',
      { architecture: 'resnet', options: { width: 8, blocks: [1, 1, 1], stem: 'imagenet' } },
    ],
  ] as readonly (readonly [string, ModelDescription])[])('the gradient of %s, not the network', (what, description) => {
    expect(refusal(() => written(description, true))).toMatchObject({
      code: 'ARGUMENT',
      message: `expected layers whose gradient ONNX can write, received ${what}; without the gradient the network can be written`,
    });
    expect(written(description).graph.output).toHaveLength(1);
  });

  test('a layer that may compute something else than its parent', () => {
    class Leaky extends ReLU {
      override forward(input: Tensor): Tensor {
        return input.maximum(input.mul(0.1));
      }
    }
    using model = new Sequential(new Conv2d(3, 8, { kernelSize: 8 }), new Leaky(), new Flatten(), new Linear(8, 10));
    expect(refusal(() => onnxModel(model, { shape }))).toMatchObject({
      code: 'ARGUMENT',
      message: expect.stringContaining('received Leaky') as string,
    });
  });
});
