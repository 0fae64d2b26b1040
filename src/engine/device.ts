/**
 * Whether the device that is to compute is there.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';
import { engineDescription } from './native.js';
import { runtime } from './runtime.js';

/**
 * Refuses a device that this machine, or this LibTorch, does not have.
 *
 * @param name `cpu`, `cuda`, or of several GPUs one, e.g. `cuda:1`
 * @throws SaddlepointError ARGUMENT for a GPU that is not there, with what to do
 */
export function requireDevice(name: string): void {
  if (name === 'cpu') return;
  const problem = deviceProblem(name, { ...runtime(), cuda: engineDescription().libtorch.cuda });
  if (problem !== undefined) throw new SaddlepointError('ARGUMENT', problem);
}

export interface DevicesThere {
  /** LibTorch's. */
  readonly version: string;
  /** Whether it was built with CUDA. */
  readonly cuda: boolean;
  readonly cudaDevices: number;
}

/** One sentence where a device is none or not there; undefined where it is. */
export function deviceProblem(name: string, { version, cuda, cudaDevices }: DevicesThere): string | undefined {
  if (!/^cuda(:\d+)?$/.test(name))
    return `expected a device: cpu, cuda, or of several GPUs one, e.g. cuda:1, received ${name}`;
  const received = `received device ${name}`;
  if (!cuda)
    return `expected device cpu, as this machine's LibTorch ${version} is built without CUDA, ${received}. docs/gpu.md says how to set up one that is`;
  if (cudaDevices === 0)
    return `expected device cpu, as LibTorch finds no GPU, ${received}. nvidia-smi shows which there are, and CUDA_VISIBLE_DEVICES may hide them`;
  const index = Number(/:(\d+)$/.exec(name)?.[1] ?? 0);
  if (index < cudaDevices) return undefined;
  const there = cudaDevices === 1 ? 'cuda:0, the only GPU there is' : `cuda:0 to cuda:${cudaDevices - 1}`;
  return `expected device ${there}, ${received}`;
}
