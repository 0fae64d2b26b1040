/**
 * What the engine is, and whether it is as fast as it should be.
 *
 * @module
 */
import { attackSpeed, type AttackSpeed } from '../benchmark/attack-speed.js';
import { convolutionGigaflops, productGigaflops } from '../benchmark/probe.js';
import { convolutionLimits, engineDescription, memory, runtime } from '../engine/index.js';
import { describeHardware } from '../monitoring/index.js';

/** Below this a matrix product runs on LibTorch's reference BLAS, 20 to 50 times too slow. */
const SLOW_GIGAFLOPS = 10;

export interface MachineFacts {
  readonly machine: {
    readonly node: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryGiB: number;
  };
  readonly engine: {
    readonly id: string;
    readonly libtorch: string;
    /** Where set-up found that LibTorch. */
    readonly source: string;
    /** Folder of its libraries. */
    readonly libraries: string;
    readonly threads: number;
    readonly environment: Readonly<Record<'OMP_NUM_THREADS' | 'OMP_WAIT_POLICY', string | undefined>>;
    readonly cuda: { readonly builtIn: boolean; readonly devices: number };
    readonly vectorUnits: string;
    /** The instruction set our own convolutions are chosen for. */
    readonly convolutions: string;
    readonly liveTensors: number;
  };
  /** In 10^9 operations a second, but for the attack. */
  readonly speed: { readonly matrixProduct: number; readonly convolution: number; readonly attack: AttackSpeed };
  /** What is wrong, and what to do, in sentences. */
  readonly problems: readonly string[];
}

/** @throws SaddlepointError ENGINE with the remedies where there is no engine */
export function examineMachine(): MachineFacts {
  const { libtorch, id } = engineDescription();
  const { version, threads, cudaDevices } = runtime();
  const { vectorUnits, ...hardware } = describeHardware();
  const { OMP_NUM_THREADS, OMP_WAIT_POLICY } = process.env;
  const speed = {
    matrixProduct: productGigaflops(),
    convolution: convolutionGigaflops(),
    attack: attackSpeed(),
  };
  return {
    machine: { node: process.version, ...hardware },
    engine: {
      id,
      libtorch: version,
      source: libtorch.source,
      libraries: libtorch.library,
      threads,
      environment: { OMP_NUM_THREADS, OMP_WAIT_POLICY },
      cuda: { builtIn: libtorch.cuda, devices: cudaDevices },
      vectorUnits,
      convolutions: `${convolutionLimits().kernels}${convolutionLimits().tiles ? ', in bfloat16 for AMX' : ''}`,
      liveTensors: memory().live,
    },
    speed,
    problems: [
      ...(OMP_WAIT_POLICY?.toUpperCase() === 'PASSIVE'
        ? []
        : [
            'OMP_WAIT_POLICY is not PASSIVE: with another busy process, everything gets 10 to 40 times slower. Unset it.',
          ]),
      ...(speed.matrixProduct >= SLOW_GIGAFLOPS
        ? []
        : [
            'Matrix products are slow: LibTorch uses a reference BLAS. On Debian: apt-get install libopenblas0-pthread',
          ]),
    ],
  };
}
