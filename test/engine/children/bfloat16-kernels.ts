/**
 * The child of bfloat16-kernels.test.ts: our convolutions in bfloat16 beside LibTorch's in float64 on the same rounded
 * numbers, and on one thread beside themselves on two. It prints whether it computed on tiles, then each case that is
 * off.
 *
 * @module
 */
import { grad, ops, tidy, type Tensor } from '../../../src/engine/index.js';
import { difference, draw, exact, leaf, lookAtEach, rounded, say, type Looked } from './beside-float64.js';

interface Geometry {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

interface Case extends Geometry {
  readonly images: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
}

/** Whole tiles, planes and blocks of outputs, and none of them; maps from one pixel on. */
const CHANNELS = [3, 8, 16, 17, 31, 33, 40, 62, 64, 96] as const;
const SIZES = [
  [1, 1],
  [2, 5],
  [4, 4],
  [9, 7],
  [13, 16],
  [3, 32],
] as const;
const GEOMETRIES: readonly Geometry[] = [
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 1, stride: 1, padding: 0 },
  { kernel: 1, stride: 2, padding: 0 },
  { kernel: 5, stride: 1, padding: 2 },
  { kernel: 4, stride: 2, padding: 1 },
  { kernel: 2, stride: 3, padding: 1 },
  { kernel: 3, stride: 1, padding: 2 },
];

const cases: Case[] = GEOMETRIES.flatMap((geometry, which) =>
  CHANNELS.flatMap((outputs, place) =>
    SIZES.flatMap(([height, width], index) => {
      const inputs = CHANNELS[(2 * place + index + which) % CHANNELS.length]!;
      const images = [1, 2, 7][(place + index) % 3]!;
      const isSeen = Math.min(height, width) + 2 * geometry.padding >= geometry.kernel;
      return isSeen ? [{ images, inputs, outputs, height, width, ...geometry }] : [];
    }),
  ),
);
// More pixels than the weight's gradient takes at a time: it adds to what earlier ones gave.
cases.push({ images: 40, inputs: 64, outputs: 32, height: 32, width: 32, kernel: 3, stride: 1, padding: 1 });

/** The training's convolution with all gradients, then a frozen one with residual and ReLU. */
function look(one: Case): Looked {
  const { images, inputs, outputs, height, width, kernel, stride, padding } = one;
  const size = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const ofOutput = [images, outputs, size(height), size(width)];
  const input = rounded(draw('input', [images, inputs, height, width]));
  const weight = rounded(draw('weight', [outputs, inputs, kernel, kernel])).to({ dtype: 'float32' });
  const [bias, residual, seed] = [
    draw('bias', [outputs]),
    rounded(draw('residual', ofOutput)),
    rounded(draw('seed', ofOutput)),
  ];

  const leaves = [input, weight, bias].map(leaf);
  const trained = ops.trainedBfloat16Convolution(leaves[0]!, leaves[1]!, { bias: leaves[2]!, stride, padding });
  const gradients = grad(trained.mul(seed).sum(), leaves);
  const same = [input, weight, bias].map((each) => leaf(exact(each)));
  const expected = ops.conv2d(same[0]!, same[1]!, { bias: same[2]!, stride, padding });
  const ofExpected = grad(expected.mul(exact(seed)).sum(), same);

  const frozenLeaves = [input, residual].map(leaf);
  const frozen = ops.frozenBfloat16Convolution(frozenLeaves[0]!, ...ops.bfloat16Filters(weight, stride, padding), {
    bias,
    residual: frozenLeaves[1]!,
    stride,
    padding,
    relu: true,
  });
  const ofFrozen = grad(frozen.mul(seed).sum(), frozenLeaves);
  // A sum within rounding of zero may fall on either side of ReLU: its own output says on which it fell.
  const passed = exact(seed).mul(exact(frozen.gt(0)));
  const [ofInput] = grad(ops.conv2d(same[0]!, same[1]!, { stride, padding }).mul(passed).sum(), [same[0]!]);

  const off = [
    difference(trained, expected),
    difference(gradients[0]!, ofExpected[0]!),
    difference(frozen, expected.add(exact(residual)).relu()),
    difference(ofFrozen[0]!, ofInput!),
    difference(ofFrozen[1]!, passed),
  ];
  const offFloat = [1, 2].map((place) => difference(gradients[place]!, ofExpected[place]!));
  const results = [trained, ...gradients, frozen, ...ofFrozen].map((each) => each.detach());
  return { off: Math.max(...off), offFloat: Math.max(...offFloat), results };
}

lookAtEach(cases, look, 2e-6);

// What is infinite in one image spoils no other, whoever computes it.
for (const inputs of [16, 32, 3]) {
  tidy(() => {
    const images = draw('infinite', [2, inputs, 18, 18]);
    images.select(0, 1).select(1, 0).select(1, 0).fill_(Infinity);
    const filters = ops.bfloat16Filters(draw('weight', [16, inputs, 3, 3]), 1, 0);
    const bias = draw('bias', [16]);
    const both = ops.frozenBfloat16Convolution(rounded(images), ...filters, { bias });
    const alone = ops.frozenBfloat16Convolution(rounded(images.narrow(0, 0, 1)), ...filters, { bias });
    if (both.narrow(0, 0, 1).equal(alone)) return;
    say(`an infinite value spoils another image of ${inputs} channels`);
  });
}
for (const [outputs, stride] of [
  [16, 2],
  [40, 2],
  [3, 3],
] as const) {
  tidy(() => {
    const weight = draw('weight', [outputs, 5, 3, 3]);
    const filters = ops.bfloat16Filters(weight, stride, 1);
    const images = leaf(rounded(draw('images', [2, 5, 9, 9])));
    const output = ops.frozenBfloat16Convolution(images, ...filters, { stride, padding: 1 });
    const seed = rounded(draw('seed', output.shape));
    const gradientWith = (change: (seed: Tensor) => void) => {
      const changed = seed.clone();
      change(changed.select(0, 1));
      return grad(output, [images], { gradients: [changed], retainGraph: true })[0]!.narrow(0, 0, 1);
    };
    const same = gradientWith((other) => other.fill_(Infinity)).equal(gradientWith((other) => other.zero_()));
    if (!same) say(`an infinite gradient spoils another image's, ${outputs} outputs, stride ${stride}`);
  });
}
say(`${cases.length} done`);
