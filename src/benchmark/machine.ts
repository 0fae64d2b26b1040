/**
 * What the benchmark ran on.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { arch, loadavg, platform } from 'node:os';
import { engineDescription, hasBfloat16, runtime, setThreads } from '../engine/index.js';
import { describeHardware } from '../monitoring/index.js';
import { matrixRate } from './matrix-rate.js';
import type { BenchDevice, Prepared } from './protocol.js';
import type { Machine, MatrixRates } from './result.js';

/** @param pytorch what a process of PyTorch said about itself */
export function describeMachine(threads: number, loadAtStart: number, pytorch: Prepared): Machine {
  const { libtorch } = engineDescription();
  return {
    ...describeHardware(),
    matrixUnits: hasMatrixUnits(),
    threads,
    gpu: pytorch.deviceName,
    platform: `${platform()} ${arch()}`,
    node: process.version,
    libtorch: runtime().version,
    libtorchSource: libtorch.source,
    pytorch: pytorch.version,
    loadAtStart,
  };
}

/** As Linux says; elsewhere nobody does. */
function hasMatrixUnits(): boolean {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').includes(' amx_bf16 ');
  } catch {
    return false;
  }
}

export function load(): number {
  return Number(loadavg()[0]!.toFixed(2));
}

/** Measures the matrix products that times are compared with. */
export function measureRates(threads: number, device: BenchDevice): MatrixRates {
  setThreads(threads);
  const float32 = matrixRate('float32', device);
  // Emulated, a product of this size would take minutes.
  return { float32, bfloat16: hasBfloat16(device) ? matrixRate('bfloat16', device) : null };
}
