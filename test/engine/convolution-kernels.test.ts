/**
 * Our convolutions compute right by the kernels of every instruction set that this processor has: those of a narrower one
 * are chosen by the variable that LibTorch's own heed.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runChild } from '../support/child.js';

const flags = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
const has = (unit: string) => flags.includes(` ${unit} `);

test.each([
  ['default', 'any', true],
  ['avx2', 'AVX2', has('avx2') && has('fma')],
  ['avx512', 'AVX-512', ['avx512f', 'avx512vl', 'avx512dq', 'avx512bw'].every(has)],
] as const)(
  'ATEN_CPU_CAPABILITY=%s takes the kernels for %s',
  async (capability, kernels, isHere) => {
    if (!isHere) return;
    const environment = { ATEN_CPU_CAPABILITY: capability };
    const { code, stdout, stderr } = await runChild('./children/convolution-kernels.ts', import.meta.url, [], {
      environment,
    });
    expect([code, stdout, stderr]).toEqual([0, `${kernels}\n140 done\n`, '']);
  },
  120_000,
);
