/**
 * The child of convolutions.test.ts: convolutions of random shapes, layouts, strides and groups, forward and backward, each
 * compared with itself in the plain layout. It prints what it is at before it does it.
 *
 *     convolutions.ts <seed> <number>
 *
 * @module
 */
import { grad, ops, RandomStream, tidy, type Tensor } from '../../../src/engine/index.js';
import { choose, seeded } from '../../support/random-values.js';

const [seed = '1', number = '10'] = process.argv.slice(2);
const random = seeded(Number(seed));
const pick = <Value>(...values: Value[]) => choose(random, values);

function run(input: Tensor, weight: Tensor, options: { stride: number; padding: number; groups: number }): Tensor[] {
  const leaves = [input, weight].map((tensor) => tensor.detach());
  for (const leaf of leaves) leaf.requiresGrad = true;
  const result = ops.conv2d(leaves[0]!, leaves[1]!, options);
  return [result, ...grad(result.square().sum(), leaves)];
}

interface Case {
  readonly shape: readonly [number, number, number, number];
  readonly outputs: number;
  readonly kernel: number;
  readonly options: { readonly stride: number; readonly padding: number; readonly groups: number };
}

function draw(): Case {
  const kernel = pick(1, 1, 1, 2, 3, 5);
  const groups = pick(1, 1, 1, 2, 4);
  const [inputs, outputs] = [groups * pick(1, 2, 3, 4, 8, 12, 16), groups * pick(1, 3, 4, 8, 16, 32)];
  const options = { stride: pick(1, 2, 2, 3), padding: pick(0, 0, Math.floor(kernel / 2)), groups };
  return { shape: [pick(1, 4, 32), inputs, pick(7, 16, 33, 64), pick(8, 32, 64)], outputs, kernel, options };
}

/** A narrow residual network's shortcuts, of which LibTorch died. */
const KNOWN = [3, 4, 8, 12].map((inputs): Case => {
  return { shape: [32, inputs, 64, 64], outputs: 16, kernel: 1, options: { stride: 2, padding: 0, groups: 1 } };
});

const cases = [...KNOWN, ...Array.from({ length: Number(number) }, draw)];
for (const [i, { shape, outputs, kernel, options }] of cases.entries()) {
  const inputs = shape[1];
  process.stdout.write(`[${shape.join(', ')}] to ${outputs}, kernel ${kernel}, ${JSON.stringify(options)}\n`);
  tidy(() => {
    const input = new RandomStream('input', i).uniformTensor(shape);
    const weight = new RandomStream('weight', i)
      .uniformTensor([outputs, inputs / options.groups, kernel, kernel])
      .sub(0.5);
    const plain = run(input, weight, options);
    const layouts = [
      [input.contiguous({ memoryFormat: 'channels-last' }), weight],
      [input.contiguous({ memoryFormat: 'channels-last' }), weight.contiguous({ memoryFormat: 'channels-last' })],
      // A view with gaps.
      [
        ops.cat([input, input], { dim: 3 }).contiguous({ memoryFormat: 'channels-last' }).narrow(3, 0, shape[3]),
        weight,
      ],
    ] as const;
    for (const [other, filter] of layouts) {
      for (const [part, actual] of run(other, filter, options).entries()) {
        const error = actual.sub(plain[part]!).abs().amax().item() / (1e-6 + plain[part]!.abs().amax().item());
        if (!(error < 1e-4)) throw new Error(`part ${part} differs by ${error} of its largest value`);
      }
    }
  });
}
process.stdout.write('done\n');
