/**
 * The child of bfloat16-kernels.test.ts for batch norm in training, with the residual and ReLU behind it: beside its
 * formula in float64 on the same rounded numbers, and on one thread beside itself on two. It prints whether the
 * processor has tiles, then each case that is off.
 *
 * @module
 */
import { grad, noGrad, ops, tidy, type Tensor } from '../../../src/engine/index.js';
import { difference, draw, exact, leaf, lookAtEach, rounded, say, type Looked } from './beside-float64.js';

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
        [false, false],
      ] as const
    ).map(([residual, relu]) => ({ shape, mean, residual, relu })),
  ),
);

const perChannel = (values: Tensor) => values.reshape([1, -1, 1, 1]);
const overPixels = (values: Tensor) => values.mean([0, 2, 3]);

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

lookAtEach(cases, look, 1e-5);

/** The operator on drawn maps, as {@link look} has it, with what the case changes. */
function normOf(change: { input?: Tensor; frozen?: boolean; gradient?: Tensor }) {
  const shape = [2, 33, 4, 4] as const;
  const channels = shape[1];
  const { input = rounded(draw('input', shape)), frozen = false, gradient = rounded(draw('seed', shape)) } = change;
  const [weight, bias, residual] = [
    draw('weight', [channels]),
    draw('bias', [channels]),
    rounded(draw('added', shape)),
  ];
  const leaves = [input, weight, bias, residual].map((each, place) => (frozen && place !== 1 ? each : leaf(each)));
  const [mean, variance] = [draw('mean', [channels]), draw('variance', [channels]).add(2)];
  const [first, ...others] = leaves as [Tensor, Tensor, Tensor, Tensor];
  const output = ops.trainedBfloat16Norm(first, ...others, mean, variance, MOMENTUM, EPSILON, true);
  const asked = leaves.filter((each) => each.requiresGrad);
  return { output: output.detach(), variance, gradients: grad(output, asked, { gradients: [gradient] }) };
}

tidy(() => {
  const all = normOf({}),
    some = normOf({ frozen: true });
  if (!some.output.equal(all.output) || !some.gradients[0]!.equal(all.gradients[1]!))
    say('frozen inputs: other results');
});
tidy(() => {
  const row = rounded(draw('row', [2, 33, 1, 1]));
  const expanded = normOf({ gradient: row.expand([2, 33, 4, 4]) });
  const dense = normOf({ gradient: row.expand([2, 33, 4, 4]).contiguous() });
  if (!expanded.gradients.every((each, i) => each.equal(dense.gradients[i]!)))
    say('an expanded gradient: other results');
});
// As LibTorch says of a channel with an infinite value: nothing that is a number.
tidy(() => {
  const input = rounded(draw('input', [2, 33, 4, 4]));
  input.select(0, 1).select(0, 5).select(0, 0).select(0, 0).fill_(Infinity);
  const { output, variance } = normOf({ input });
  const lost = (values: Tensor) => values.isnan().any().item() === 1;
  const channel = (place: number) => output.select(1, place);
  if (!lost(variance.select(0, 5)) || !lost(channel(5))) say('an infinite value is hidden by ReLU');
  if (lost(channel(4)) || lost(variance.select(0, 4))) say('an infinite value spoils another channel');
});
say(`${cases.length} done`);
