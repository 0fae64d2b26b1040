/**
 * Our convolutions compute right by the kernels of every instruction set that this processor has: those of a narrower one
 * are chosen by the variable that LibTorch's own heed.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { runChild } from '../support/child.js';

const flags = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8') : '';
const has = (unit: string) => flags.includes(` ${unit} `);

describe.each([
  ['default', 'any', true],
  ['avx2', 'AVX2', has('avx2') && has('fma')],
  ['avx512', 'AVX-512', ['avx512f', 'avx512vl', 'avx512dq', 'avx512bw'].every(has)],
] as const)('ATEN_CPU_CAPABILITY=%s', (capability, kernels, isHere) => {
  test.skipIf(!isHere)(
    `takes the kernels for ${kernels}, which compute right`,
    async () => {
      const environment = { ATEN_CPU_CAPABILITY: capability };
      const { code, stdout, stderr } = await runChild('./children/convolution-kernels.ts', import.meta.url, [], {
        environment,
      });
      expect([code, stdout, stderr]).toEqual([0, `${kernels}\n142 done\n`, '']);
    },
    120_000,
  );
});

async function chosenWith(environment: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runChild('./children/chosen-kernels.ts', import.meta.url, [], { environment });
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('what LibTorch ignores restricts no kernels', () => {
  let unrestricted = '';
  beforeAll(async () => {
    // A variable that is undefined is not handed on.
    unrestricted = await chosenWith({ ATEN_CPU_CAPABILITY: undefined });
  }, 60_000);
  test.each(['', 'AVX512'])(
    'ATEN_CPU_CAPABILITY=%j',
    async (value) => {
      expect(await chosenWith({ ATEN_CPU_CAPABILITY: value })).toBe(unrestricted);
    },
    60_000,
  );
});
