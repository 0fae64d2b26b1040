/**
 * The kinds of machines that a benchmark has a page of each: figures of one say little of another.
 *
 * @module
 */
import type { BenchResult } from './result.js';

export interface MachineKind {
  /** Of the page, in docs/performance/. */
  readonly name: string;
  readonly title: string;
}

export const MACHINE_KINDS = [
  { name: 'avx2', title: 'Processors with AVX2' },
  { name: 'avx512', title: 'Processors with AVX-512' },
  { name: 'avx512-amx', title: 'Processors with AVX-512 and AMX' },
  { name: 'other', title: 'Other processors' },
  { name: 'cuda', title: 'NVIDIA GPUs' },
] as const satisfies readonly MachineKind[];

/** Of what a result was measured on. */
export function kindOf({ device, machine }: Pick<BenchResult, 'device' | 'machine'>): MachineKind {
  return MACHINE_KINDS.find(({ name }) => name === nameOf(device, machine))!;
}

function nameOf(
  device: BenchResult['device'],
  { vectorUnits, matrixUnits }: BenchResult['machine'],
): (typeof MACHINE_KINDS)[number]['name'] {
  if (device === 'cuda') return 'cuda';
  if (/avx512/i.test(vectorUnits)) return matrixUnits === true ? 'avx512-amx' : 'avx512';
  return /avx2/i.test(vectorUnits) ? 'avx2' : 'other';
}
