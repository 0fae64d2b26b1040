/**
 * What the children of bfloat16-kernels.test.ts have in common: drawn numbers, and how far results are from float64's.
 *
 * @module
 */
import { convolutionLimits, RandomStream, setThreads, tidy, type Tensor } from '../../../src/engine/index.js';

/** Uniform in [-1, 1), by the name. */
export const draw = (name: string, shape: readonly number[]) =>
  tidy(() => new RandomStream('bfloat16', name).uniformTensor(shape).mul(2).sub(1));
export const rounded = (values: Tensor) => values.to({ dtype: 'bfloat16' });
export const exact = (values: Tensor) => values.detach().to({ dtype: 'float64' });

export function leaf(values: Tensor): Tensor {
  const taken = values.detach();
  taken.requiresGrad = true;
  return taken;
}

/** Of the largest value, at least one. */
export function difference(actual: Tensor, expected: Tensor): number {
  if (expected.numel() === 0) return 0;
  const scale = Math.max(1, exact(expected).abs().amax().item());
  return exact(actual).sub(exact(expected)).abs().amax().item() / scale;
}

export interface Looked {
  /** Of results in bfloat16, and of those in float32. */
  readonly off: number;
  readonly offFloat: number;
  readonly results: readonly Tensor[];
}

/** How far bfloat16 may be: half a step of its eight bits, and a little. */
const ROUNDING = 4.2e-3;

export const say = (line: string) => process.stdout.write(`${line}\n`);

/** Prints whether the processor has tiles, and each case that is off or has other bits on two threads than on one. */
export function lookAtEach<Case>(cases: readonly Case[], look: (one: Case) => Looked, roundingOfFloat: number): void {
  say(convolutionLimits().tiles ? 'tiles' : 'no tiles');
  for (const one of cases) {
    tidy(() => {
      setThreads(1);
      const { off, offFloat, results } = look(one);
      setThreads(2);
      const isSame = look(one).results.every((tensor, index) => tensor.equal(results[index]!));
      if (off < ROUNDING && offFloat < roundingOfFloat && isSame) return;
      say(`${JSON.stringify(one)} ${off} ${offFloat} ${isSame ? 'the same' : 'other bits on two threads'}`);
    });
  }
}
