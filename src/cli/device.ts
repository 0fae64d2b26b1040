/**
 * Where to compute, and whether that is there.
 *
 * @module
 */
import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../engine/nearest.js';

const WORDS: Readonly<Record<string, string>> = { cpu: 'cpu', cuda: 'cuda', gpu: 'cuda', nvidia: 'cuda' };

/** `--device`, of which every command that has it takes the same; whether it is there, {@link requireDevice} asks. */
export function deviceOption(): Option {
  return new Option('--device <device>', 'cpu, cuda, or of several GPUs one, e.g. cuda:1')
    .argParser(device)
    .default('cpu');
}

function device(text: string): string {
  if (/^(cpu|cuda(:\d+)?)$/.test(text)) return text;
  const meant = WORDS[nearest(text.toLowerCase(), Object.keys(WORDS)) ?? ''];
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new InvalidArgumentError(`expected cpu, cuda, or of several GPUs one, e.g. cuda:1.${guess}`);
}

/**
 * Loads the engine, unless it is to compute on the CPU.
 *
 * @throws SaddlepointError ARGUMENT for a GPU that is not there, with what to do
 */
export async function requireDevice(name: string): Promise<void> {
  if (name === 'cpu') return;
  const { engineDescription, runtime, SaddlepointError } = await import('../engine/index.js');
  const { libtorch } = engineDescription();
  const problem = deviceProblem(name, { ...runtime(), cuda: libtorch.cuda });
  if (problem !== undefined) throw new SaddlepointError('ARGUMENT', problem);
}

export interface DevicesThere {
  /** LibTorch's. */
  readonly version: string;
  /** Whether it was built with CUDA. */
  readonly cuda: boolean;
  readonly cudaDevices: number;
}

/** One sentence where a GPU is not there; undefined where it is. */
export function deviceProblem(name: string, { version, cuda, cudaDevices }: DevicesThere): string | undefined {
  const received = `received --device ${name}`;
  if (!cuda)
    return `expected --device cpu, as this machine's LibTorch ${version} is built without CUDA, ${received}. docs/gpu.md says how to set up one that is`;
  if (cudaDevices === 0)
    return `expected --device cpu, as LibTorch finds no GPU, ${received}. nvidia-smi shows which there are, and CUDA_VISIBLE_DEVICES may hide them`;
  const index = Number(/:(\d+)$/.exec(name)?.[1] ?? 0);
  if (index < cudaDevices) return undefined;
  const there = cudaDevices === 1 ? 'cuda:0, the only GPU there is' : `cuda:0 to cuda:${cudaDevices - 1}`;
  return `expected --device ${there}, ${received}`;
}
