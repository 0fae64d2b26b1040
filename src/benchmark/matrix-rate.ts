/**
 * The machine's arithmetic limit, as far as LibTorch reaches it: the rate of a large matrix product.
 *
 * @module
 */
import { noGrad, RandomStream, tidy, type DType } from '../engine/index.js';
import type { BenchDevice } from './protocol.js';

/** Side of the square matrices: large enough to fill the device, small enough to be over in a moment. */
const SIDE = { cpu: 2048, cuda: 8192 } as const;
/** Seconds after which no further repetition begins; the best counts, since what disturbs only slows down. */
const ENOUGH = 2;
const REPETITIONS = 10;

/** Floating-point operations a second; a multiply-add is two. Leaves nothing alive. */
export function matrixRate(dtype: Extract<DType, 'float32' | 'bfloat16'>, device: BenchDevice = 'cpu'): number {
  const side = SIDE[device];
  return tidy(() => {
    const [a, b] = ([0, 1] as const).map((which) =>
      new RandomStream('matrix rate', which).uniformTensor([side, side]).to({ dtype, device }),
    );
    const began = performance.now();
    let best = Infinity;
    for (let i = 0; i <= REPETITIONS; i += 1) {
      const started = performance.now();
      // Reading one number waits for the device.
      tidy(() =>
        noGrad(() => a!.matmul(b!))
          .select(0, 0)
          .sum()
          .item(),
      );
      best = Math.min(best, performance.now() - started);
      if (performance.now() - began > 1000 * ENOUGH) break;
    }
    return (2 * side ** 3) / (best / 1000);
  });
}
