/**
 * Threads that share the attacks come to what one thread comes to, and say what went wrong as it does.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSafetensors, tidy } from '../../src/engine/index.js';
import { temporaryFolder } from '../support/folders.js';

const child = fileURLToPath(new URL('./children/workers.ts', import.meta.url));

const loader = new URL('../support/typescript.mjs', import.meta.url).href;

interface Outcome {
  readonly found?: readonly { name: string; attacked: number; errors: number }[];
  readonly verified?: number;
  readonly leaked?: number;
  readonly refused?: string;
}

function evaluate(folder: string, workers: number, { epsilon = 0.02, width = 4 } = {}): Outcome {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const values = ['--import', loader, child, folder, workers, epsilon, width].map(String);
  return JSON.parse(
    execFileSync(process.execPath, values, { env: Object.fromEntries(inherited), encoding: 'utf8' }),
  ) as Outcome;
}

test('three workers find what one thread finds, at the same images', { timeout: 120_000 }, () => {
  const [alone, shared] = [temporaryFolder(), temporaryFolder()];
  const expected = evaluate(alone, 1);
  const [{ attacked, errors } = { attacked: 0, errors: 0 }] = expected.found ?? [];
  expect(attacked).toBe(37);
  expect(errors).toBeGreaterThan(3);
  expect(errors).toBeLessThan(37);
  expect(expected).toMatchObject({ verified: errors / 37, leaked: 0 });
  expect(evaluate(shared, 3)).toEqual(expected);
  for (const file of ['adversarial.safetensors', 'confident.safetensors']) {
    tidy(() => {
      const images = (folder: string) => readSafetensors(join(folder, file)).tensors;
      const [ours, theirs] = [images(shared), images(alone)];
      expect([...ours.keys()]).toEqual([...theirs.keys()]);
      for (const [name, tensor] of ours)
        expect(tensor.sub(theirs.get(name)!).abs().amax().item(), name).toBeLessThan(1e-6);
    });
  }
});

test('what a worker refuses reaches the caller', { timeout: 120_000 }, () => {
  expect(evaluate(temporaryFolder(), 2, { epsilon: 0.02, width: 5 }).refused).toMatch(
    /these weights do not fit the model/,
  );
  expect(evaluate(temporaryFolder(), 2, { epsilon: 8 }).refused).toMatch(/Did you mean 8\/255/);
  expect(evaluate(temporaryFolder(), 0).refused).toMatch(/expected workers to be a whole number/);
});
