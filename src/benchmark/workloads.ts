/**
 * What is measured: networks, batch sizes, and the three baselines in PyTorch.
 *
 * @module
 */
import type { ModelDescription } from '../models/index.js';
import type { BenchAttack, BenchDevice, PrepareWorkload, Variant, Work } from './protocol.js';

export interface BenchNetwork {
  readonly name: string;
  readonly title: string;
  readonly description: ModelDescription;
  /** Of one image: [C, H, W]. */
  readonly shape: readonly [number, number, number];
  /** On a CPU such that one step takes a second or so on two cores; on a GPU Stutz's 128. */
  readonly batch: Readonly<Record<BenchDevice, number>>;
  /** Whether the short benchmark has it too. */
  readonly short: boolean;
}

const COLOUR = [3, 32, 32] as const;
// The last normalisations of residual blocks start at one here: at the usual zero, most of the gradient would be zeros.
const zeroResidual = false;

export const NETWORKS: readonly BenchNetwork[] = [
  {
    name: 'demo',
    title: 'demo network',
    description: { architecture: 'small-cnn', options: { width: 16, hidden: 128 } },
    shape: [1, 28, 28],
    batch: { cpu: 128, cuda: 128 },
    short: true,
  },
  {
    name: 'resnet18-16',
    title: '16-channel ResNet-18',
    description: { architecture: 'resnet18', options: { width: 16, zeroResidual } },
    shape: COLOUR,
    batch: { cpu: 64, cuda: 128 },
    short: true,
  },
  {
    name: 'resnet18',
    title: 'ResNet-18',
    description: { architecture: 'resnet18', options: { width: 64, zeroResidual } },
    shape: COLOUR,
    batch: { cpu: 16, cuda: 128 },
    short: false,
  },
  {
    name: 'simplenet',
    title: 'SimpleNet',
    description: { architecture: 'simplenet', options: { width: 64 } },
    shape: COLOUR,
    batch: { cpu: 16, cuda: 128 },
    short: false,
  },
  {
    name: 'wrn-28-10',
    title: "WRN-28-10 (the article's, stem of 12)",
    description: { architecture: 'wrn-28-10', options: { width: 12 } },
    shape: COLOUR,
    batch: { cpu: 4, cuda: 128 },
    short: false,
  },
];

/** PGD-10 in the L-infinity ball of 8/255. */
export const ATTACK: BenchAttack = { epsilon: 8 / 255, stepSize: 2 / 255, steps: 10 };

/** How PyTorch does it. */
export type Baseline = PrepareWorkload['baseline'];
export const BASELINES: Readonly<Record<Baseline, string>> = {
  article: "(a) as the article's code",
  eager: '(b) good eager, float32',
  best: '(c) at its best',
};
export const BASELINE_NAMES = Object.keys(BASELINES) as Baseline[];

/** How threads wait for the next work: `default` is OpenMP's own, `passive` is ours (`engine/waiting.ts`). */
export type WaitPolicy = 'default' | 'passive';

/** One process of PyTorch that takes part in a comparison. */
export interface PyTorchSide {
  readonly baseline: Baseline;
  /** Of PyTorch at its best. */
  readonly variant: NamedVariant | null;
  readonly waitPolicy: WaitPolicy;
}

export interface Workload {
  /** Unique; what `--only` and a resumed benchmark know it by. */
  readonly name: string;
  readonly network: BenchNetwork;
  readonly work: Work;
  readonly batch: number;
  readonly attack: BenchAttack;
  readonly baselines: readonly Baseline[];
  /** What it shows the growth with; undefined for the main table. */
  readonly growth?: Growth | undefined;
}

export interface Growth {
  readonly quantity: 'batch' | 'steps' | 'width';
  readonly value: number;
}

/** The workloads of the short or the full benchmark, in the order they are measured. */
export function workloadsOf(full: boolean, device: BenchDevice): Workload[] {
  const main = NETWORKS.filter(({ short }) => full || short).flatMap((network) =>
    (['attack', 'training'] as const).map((work) => ({
      name: `${network.name}/${work}`,
      network,
      work,
      batch: network.batch[device],
      attack: ATTACK,
      baselines: BASELINE_NAMES,
    })),
  );
  return full ? [...main, ...growthWorkloads(device)] : main;
}

/** The 16-channel ResNet-18's training step as one quantity grows, beside good eager PyTorch. */
function growthWorkloads(device: BenchDevice): Workload[] {
  const network = NETWORKS.find(({ name }) => name === 'resnet18-16')!;
  const grow = (growth: Growth, change: Partial<Workload>): Workload => ({
    name: `growth/${growth.quantity}/${growth.value}`,
    network,
    work: 'training',
    batch: network.batch[device],
    attack: ATTACK,
    baselines: ['eager'],
    growth,
    ...change,
  });
  return [
    ...[16, 32, 64, 128, 256].map((value) => grow({ quantity: 'batch', value }, { batch: value })),
    ...[1, 2, 5, 10, 20].map((value) => grow({ quantity: 'steps', value }, { attack: { ...ATTACK, steps: value } })),
    ...[8, 16, 32].map((value) =>
      grow(
        { quantity: 'width', value },
        {
          network: {
            ...network,
            title: `${value}-channel ResNet-18`,
            description: { architecture: 'resnet18', options: { width: value, zeroResidual } },
          },
        },
      ),
    ),
  ];
}

export interface NamedVariant extends Variant {
  readonly name: string;
}

/** How PyTorch at its best may compute; the fastest that works stands for it. */
export function variantsOf(device: BenchDevice): NamedVariant[] {
  const variant = (name: string, options: Partial<Variant>): NamedVariant => ({
    name,
    dtype: 'float32',
    channelsLast: true,
    compiled: false,
    mode: null,
    folded: false,
    ...options,
  });
  const compiled = true;
  const tuned = { compiled, folded: true, mode: 'max-autotune-no-cudagraphs' } as const;
  return [
    variant('eager float32', { channelsLast: false }),
    variant('eager float32 channels-last', {}),
    variant('eager float32 channels-last, folded', { folded: true }),
    variant('eager bfloat16 channels-last', { dtype: 'bfloat16' }),
    variant('eager bfloat16 channels-last, folded', { dtype: 'bfloat16', folded: true }),
    variant('compiled float32', { compiled, channelsLast: false }),
    variant('compiled float32, folded', { compiled, channelsLast: false, folded: true }),
    variant('compiled float32 channels-last', { compiled }),
    variant('compiled float32 channels-last, folded', { compiled, folded: true }),
    variant('compiled float32 channels-last, folded, max-autotune', tuned),
    variant('compiled bfloat16 channels-last', { compiled, dtype: 'bfloat16' }),
    variant('compiled bfloat16 channels-last, folded', { compiled, dtype: 'bfloat16', folded: true }),
    ...(device === 'cuda'
      ? [
          variant('compiled bfloat16 channels-last, folded, CUDA graphs', {
            compiled,
            dtype: 'bfloat16',
            folded: true,
            mode: 'reduce-overhead',
          }),
        ]
      : []),
  ];
}

/**
 * The processes of PyTorch that a workload is compared with. Whoever does not know of `OMP_WAIT_POLICY` computes with
 * OpenMP's own, so good eager code and the first finalist run with both.
 *
 * @param finalists the ways in which PyTorch at its best computes that take part; none where none was chosen
 */
export function sidesOf({ baselines, growth }: Workload, finalists: readonly NamedVariant[]): PyTorchSide[] {
  const sides = baselines.flatMap((baseline): PyTorchSide[] =>
    (baseline === 'best' ? finalists : [null]).map((variant) => ({ baseline, variant, waitPolicy: 'passive' })),
  );
  if (growth !== undefined) return sides;
  const also: PyTorchSide[] = [
    { baseline: 'eager', variant: null, waitPolicy: 'default' },
    ...finalists.slice(0, 1).map((variant) => ({ baseline: 'best', variant, waitPolicy: 'default' }) as const),
  ];
  return [...sides, ...also];
}
