/**
 * The child of convolution-kernels.test.ts: our own convolutions beside LibTorch's in float64, and on one thread beside
 * themselves on two. It prints which kernels it computed with, then each case that is off.
 *
 * @module
 */
import {
  convolutionLimits,
  grad,
  noGrad,
  ops,
  RandomStream,
  setThreads,
  tidy,
  type Tensor,
} from '../../../src/engine/index.js';

interface Case {
  readonly images: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Widths that are whole vectors of eight lanes, of sixteen, or of neither together; maps from one pixel on. */
const CHANNELS = [8, 16, 24, 32, 48, 64, 80] as const;
const SIZES = [
  [1, 1],
  [2, 5],
  [4, 4],
  [9, 7],
  [13, 16],
] as const;
const GEOMETRIES = [
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 1, stride: 2, padding: 0 },
  { kernel: 5, stride: 1, padding: 2 },
] as const;

const cases: Case[] = [];
for (const geometry of GEOMETRIES) {
  for (const [place, outputs] of CHANNELS.entries()) {
    for (const [index, [height, width]] of SIZES.entries()) {
      // Odd inputs where a direct convolution takes them: its gradient is then of dot products.
      const widths = geometry.kernel === 3 && geometry.stride === 1 ? CHANNELS : [3, 5, ...CHANNELS];
      const inputs = widths[(2 * place + index) % widths.length]!;
      cases.push({ images: [1, 2, 7][(place + index) % 3]!, inputs, outputs, height, width, ...geometry });
    }
  }
}
const winograd = { kernel: 3, stride: 1, padding: 1 };
cases.push(
  // A filter that is written past the caches, and so large that threads share its elements.
  { images: 2, inputs: 512, outputs: 512, height: 5, width: 6, ...winograd },
  // More tiles than the weight's gradient takes at a time: it adds to what earlier ones gave.
  { images: 300, inputs: 8, outputs: 16, height: 9, width: 9, ...winograd },
);

const draw = (name: string, shape: readonly number[]) =>
  tidy(() => new RandomStream('kernels', name).uniformTensor(shape).mul(2).sub(1));

/** The output, and the gradients of its product with `seed`. */
function computed(convolve: (leaves: Tensor[]) => Tensor, leaves: Tensor[], seed: Tensor): Tensor[] {
  const taken = leaves.map((leaf) => leaf.detach());
  for (const leaf of taken) leaf.requiresGrad = true;
  const output = convolve(taken);
  return [output.detach(), ...grad(output.mul(seed).sum(), taken)];
}

/** Of the largest value. */
function difference(actual: Tensor, expected: Tensor): number {
  const exact = expected.to({ dtype: 'float64' });
  const scale = Math.max(1, exact.abs().amax().item());
  return actual.to({ dtype: 'float64' }).sub(exact).abs().amax().item() / scale;
}

/** The training's convolution with all gradients, then that of frozen weights. */
function look(one: Case): { readonly off: number; readonly results: Tensor[] } {
  const { images, inputs, outputs, height, width, kernel, stride, padding } = one;
  const input = draw('input', [images, inputs, height, width]);
  const weight = draw('weight', [outputs, inputs, kernel, kernel]);
  const bias = draw('bias', [outputs]);
  const size = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  const seed = draw('seed', [images, outputs, size(height), size(width)]);
  const exact = [input, weight, bias].map((tensor) => tensor.to({ dtype: 'float64' }));
  const expected = computed(
    ([x, w, b]) => ops.conv2d(x!, w!, { bias: b!, stride, padding }),
    exact,
    seed.to({ dtype: 'float64' }),
  );
  const trained = computed(
    ([x, w, b]) => ops.trainedConvolution(x!, w!, { bias: b!, stride, padding }),
    [input, weight, bias],
    seed,
  );
  const isWinograd = kernel === 3 && stride === 1;
  const frozen = computed(
    ([x]) => {
      if (isWinograd) {
        const [filter, dgrad] = noGrad(() => [ops.winogradFilter(weight), ops.winogradFilter(weight, { dgrad: true })]);
        return ops.frozenConvolution(x!, filter, dgrad, { bias });
      }
      const [filter, dgrad] = noGrad(() => [
        ops.directFilter(weight, stride),
        ops.directFilter(weight, stride, { dgrad: true }),
      ]);
      return ops.frozenDirectConvolution(x!, weight, filter, dgrad, { bias, stride, padding });
    },
    [input],
    seed,
  );
  const off = [...trained, ...frozen].map((tensor, index) =>
    difference(tensor, expected[index < 4 ? index : index - 4]!),
  );
  return { off: Math.max(...off), results: [...trained, ...frozen] };
}

process.stdout.write(`${convolutionLimits().kernels}\n`);
for (const one of cases) {
  tidy(() => {
    setThreads(1);
    const { off, results } = look(one);
    setThreads(2);
    const isSame = look(one).results.every((tensor, index) => tensor.equal(results[index]!));
    // Winograd's transforms cost two digits of float32's seven.
    if (off < 2e-5 && isSame) return;
    process.stdout.write(`${JSON.stringify(one)} ${off} ${isSame ? 'the same' : 'other bits on two threads'}\n`);
  });
}
process.stdout.write(`${cases.length} done\n`);
