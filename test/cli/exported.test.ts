/**
 * A network that PyTorch exported, on the command line: attacked like any other, on any number of threads, and refused
 * in one line.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { tensor, tidy } from '../../src/engine/index.js';
import { encodePng } from '../../src/evaluation/png.js';
import { exportedBytes, exportedFile } from '../support/exported.js';
import { temporaryFolder } from '../support/folders.js';
import { seeded } from '../support/random-values.js';
import { saddlepoint } from './command-line.test-helper.js';

let data = '';
beforeAll(() => {
  data = pictures();
});

/** A folder of pictures of 6 × 6, ten classes with four for testing each. */
function pictures(): string {
  const folder = temporaryFolder();
  const random = seeded(1);
  for (let label = 0; label < 10; label += 1) {
    for (const [part, count] of [
      ['train', 1],
      ['test', 4],
    ] as const) {
      const within = join(folder, part, `class-${label}`);
      mkdirSync(within, { recursive: true });
      for (let i = 0; i < count; i += 1) {
        const pixels = Float64Array.from({ length: 3 * 6 * 6 }, random);
        writeFileSync(
          join(within, `${i}.png`),
          tidy(() => encodePng(tensor(pixels, { shape: [3, 6, 6], dtype: 'float32' }))),
        );
      }
    }
  }
  return folder;
}

const evaluate = (path: string, ...values: string[]) =>
  saddlepoint(['evaluate', path, '--dataset', 'folder', '--data', data, '--epsilon', '8/255', ...values], {
    environment: { SADDLEPOINT_DATA: temporaryFolder() },
  });

test.each(['small-residual.dynamic', 'small-class-token.static'])(
  'PGD on %s: two threads find what one finds',
  { timeout: 240_000 },
  async (name) => {
    const path = exportedFile(exportedBytes(name));
    const results: unknown[] = [];
    for (const workers of ['1', '2']) {
      const out = temporaryFolder();
      const values = ['--steps', '5', '--workers', workers, '--preset', 'none', '--out', out];
      // Measured anew for each, the fastest may be another one, and rounds otherwise.
      const { code, stderr } = await evaluate(path, ...values, '--backend', 'plain');
      expect([code, stderr.includes('saddlepoint:')]).toEqual([0, false]);
      const file = readdirSync(out).find((found) => found.startsWith('pgd-') && found.endsWith('.json'))!;
      const { attacks } = JSON.parse(readFileSync(join(out, file), 'utf8')) as Record<string, unknown>;
      results.push({ attacks });
    }
    expect(results[0]).toMatchObject({ attacks: { pgd: { steps: 5, examples: 40 } } });
    expect(results[1]).toEqual(results[0]);
  },
);

test('images of another size are refused before anything is computed', async () => {
  const path = exportedFile(exportedBytes('small-residual.dynamic'));
  const { code, stderr } = await evaluate(path, '--size', '8', '--preset', 'none', '--out', temporaryFolder());
  expect([code, stderr]).toEqual([3, expect.stringMatching(/expected images \[N, 3, 6, 6\].*received \[1, 3, 8, 8\]/)]);
});

test('what cannot be read is refused in one line that names the operator', async () => {
  const path = exportedFile(exportedBytes('refused-cond.static'));
  const { code, stderr } = await evaluate(path, '--out', temporaryFolder());
  expect([code, stderr]).toEqual([3, expect.stringMatching(/^saddlepoint: .*torch\.ops\.higher_order\.cond/m)]);
});
