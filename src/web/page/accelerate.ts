/**
 * WebGPU in WebAssembly's place: only where it computes the same, and sooner.
 *
 * @module
 */
import type { Look } from './network-messages.js';

/** The largest difference, relative to the largest value. */
const TOLERANCE = 1e-3;
/** Runs that are timed, after one that prepares. */
const RUNS = 3;

export interface Looking {
  readonly look: (image: Float32Array, label: number) => Promise<Look>;
  readonly close: () => void;
}

/**
 * Has both compute one picture. The one that is not taken is closed by the caller, as somebody may still use it.
 *
 * @param openOther the same network on WebGPU
 * @returns the other and no objection, or the network itself and, in a sentence, why
 */
export async function accelerate<Network extends Looking>(
  network: Network,
  openOther: () => Promise<Network>,
  image: Float32Array,
  label: number,
): Promise<{ readonly network: Network; readonly objection?: string }> {
  let other: Network | undefined;
  try {
    other = await openOther();
    const objection = objectionTo(await tryOut(other, image, label), await tryOut(network, image, label));
    if (objection === undefined) return { network: other };
    other.close();
    return { network, objection };
  } catch (error) {
    other?.close();
    return { network, objection: (error as Error).message };
  }
}

interface Trial extends Look {
  /** Of the shortest run. */
  readonly milliseconds: number;
}

async function tryOut(network: Looking, image: Float32Array, label: number): Promise<Trial> {
  let seen = await network.look(image, label);
  let milliseconds = Infinity;
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    seen = await network.look(image, label);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  return { ...seen, milliseconds };
}

/** In a sentence, why WebGPU is not taken; undefined where it is. */
export function objectionTo(webgpu: Trial, wasm: Trial): string | undefined {
  for (const part of ['logits', 'gradient'] as const) {
    const difference = relativeDifference(webgpu[part], wasm[part]);
    // A NaN is no small difference either.
    if (!(difference <= TOLERANCE)) return `the ${part} differ by ${difference.toExponential(1)} of the largest`;
  }
  if (webgpu.milliseconds < wasm.milliseconds) return undefined;
  return `a step takes ${webgpu.milliseconds.toFixed(0)} ms, and ${wasm.milliseconds.toFixed(0)} ms in WebAssembly`;
}

function relativeDifference(values: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = values.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  return difference === 0 ? 0 : difference / largest;
}
