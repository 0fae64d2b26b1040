/**
 * Our convolutions in bfloat16, and batch norm with what follows it, compute right, on a processor's tiles where it has them, and without.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runChild } from '../support/child.js';

const flags = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
const hasTiles = ['amx_tile', 'amx_bf16', 'avx512_bf16', 'avx512bw', 'avx512vl'].every((unit) =>
  new RegExp(`\\b${unit}\\b`).test(flags),
);

describe.each([
  ['default', 'no tiles', true],
  ['avx512', 'tiles', hasTiles],
] as const)('ATEN_CPU_CAPABILITY=%s', (capability, kernels, isHere) => {
  test.skipIf(!isHere).each([
    ['convolutions', './children/bfloat16-kernels.ts', 471],
    ['batch norm', './children/bfloat16-norm.ts', 56],
  ] as const)(
    `%s on ${kernels}`,
    async (_, child, cases) => {
      const environment = { ATEN_CPU_CAPABILITY: capability };
      const { code, stdout, stderr } = await runChild(child, import.meta.url, [], { environment });
      expect([code, stdout, stderr]).toEqual([0, `${kernels}\n${cases} done\n`, '']);
    },
    120_000,
  );
});
