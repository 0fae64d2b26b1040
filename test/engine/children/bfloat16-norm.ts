/**
 * The child of bfloat16-kernels.test.ts for batch norm in training, with the residual and ReLU behind it: beside its
 * formula in float64 on the same rounded numbers, and on one thread beside itself on two. It prints whether the
 * processor has tiles, then each case that is off.
 *
 * @module
 */
import { convolutionLimits, grad, noGrad, ops, setThreads, tidy, type Tensor } from '../../../src/engine/index.js';
import { difference, draw, exact, leaf, rounded } from './beside-float64.js';

interface Case {
  readonly shape: readonly [images: number, channels: number, height: number, width: number];
  /** Of the values, which have a deviation of a half. */
  readonly mean: number;
  readonly residual: boolean;
  readonly relu: boolean;
}

const [MOMENTUM, EPSILON] = [0.3, 1e-5];
const SHAPES = [
  [2, 1, 1, 1],
  [1, 3, 2, 5],
  [7, 16, 9, 7],
  [2, 33, 4, 4],
  [3, 64, 13, 16],
  [40, 96, 13, 16], // several chunks of sums
  [5, 200, 3, 3],
] as const;
const cases: Case[] = SHAPES.flatMap((shape) =>
  [0, 20].flatMap((mean) =>
    (
      [
        [false, true],
        [true, true],
        [true, false],
      ] as const
    ).map(([residual, relu]) => ({ shape, mean, residual, relu })),
  ),
);

const perChannel = (values: Tensor) => values.reshape([1, -1, 1, 1]);
const overPixels = (values: Tensor) => values.mean([0, 2, 3]);

interface Looked {
  /** Of results in bfloat16, and of those in float32. */
  readonly off: number;
  readonly offFloat: number;
  readonly results: readonly Tensor[];
}

function look({ shape, mean, residual, relu }: Case): Looked {
  const [images, channels, height, width] = shape;
  const pixels = images * height * width;
  const input = rounded(draw('input', shape).add(mean));
  const [weight, bias] = [draw('weight', [channels]).add(1.5), draw('bias', [channels])];
  const statistics = () => [draw('mean', [channels]), draw('variance', [channels]).add(2)] as const;
  const [added, seed] = [rounded(draw('residual', shape)), rounded(draw('seed', shape))];

  const own = [input, weight, bias, ...(residual ? [added] : [])].map(leaf);
  const [runningMean, runningVariance] = statistics();
  const output = ops.trainedBfloat16Norm(
    own[0]!,
    own[1]!,
    own[2]!,
    own[3] ?? null,
    runningMean,
    runningVariance,
    MOMENTUM,
    EPSILON,
    relu,
  );
  const gradients = grad(output.mul(seed).sum(), own);

  const same = [input, weight, bias, ...(residual ? [added] : [])].map((each) => leaf(exact(each)));
  const centred = same[0]!.sub(perChannel(overPixels(same[0]!)));
  const variance = overPixels(centred.pow(2));
  const normalized = centred.mul(perChannel(variance.add(EPSILON).rsqrt()));
  const scaled = normalized.mul(perChannel(same[1]!)).add(perChannel(same[2]!));
  const sum = residual ? scaled.add(same[3]!) : scaled;
  // A sum within rounding of zero may fall on either side of ReLU: its own output says on which it fell.
  const passed = relu ? exact(seed).mul(exact(output.gt(0))) : exact(seed);
  const ofSum = grad(sum.mul(passed).sum(), same);
  const [meanBefore, varianceBefore] = statistics();
  const moved = (before: Tensor, now: Tensor) =>
    exact(before)
      .mul(1 - MOMENTUM)
      .add(exact(now).mul(MOMENTUM));

  const isBfloat16 = (place: number) => place === 0 || place === 3;
  const differences = gradients.map((gradient, place) => difference(gradient, ofSum[place]!));
  return noGrad(() => ({
    off: Math.max(difference(output, relu ? sum.relu() : sum), ...differences.filter((_, place) => isBfloat16(place))),
    offFloat: Math.max(
      difference(runningMean, moved(meanBefore, overPixels(exact(input)))),
      difference(runningVariance, moved(varianceBefore, exact(variance).mul(pixels / (pixels - 1)))),
      ...differences.filter((_, place) => !isBfloat16(place)),
    ),
    results: [output.detach(), ...gradients, runningMean, runningVariance],
  }));
}

process.stdout.write(`${convolutionLimits().tiles ? 'tiles' : 'no tiles'}\n`);
for (const one of cases) {
  tidy(() => {
    setThreads(1);
    const { off, offFloat, results } = look(one);
    setThreads(2);
    const isSame = look(one).results.every((tensor, index) => tensor.equal(results[index]!));
    if (off < 4.2e-3 && offFloat < 1e-5 && isSame) return;
    const bits = isSame ? 'the same' : 'other bits on two threads';
    process.stdout.write(`${JSON.stringify(one)} ${off} ${offFloat} ${bits}\n`);
  });
}
process.stdout.write(`${cases.length} done\n`);
