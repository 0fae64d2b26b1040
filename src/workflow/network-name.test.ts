import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { networkName } from './network-name.js';

test.each([
  ['runs/pgd-0.5', 'pgd-0.5'],
  ['runs/pgd-0.5/', 'pgd-0.5'],
  ['models/eps0.25.safetensors', 'eps0.25'],
  ['trades.pth.tar', 'trades'],
  ['Net.PT', 'Net'],
  ['net.pt2', 'net'],
  ['net.v1.5', 'net.v1.5'],
  ['.pt', '.pt'],
  ['zoo:small-0.5', 'small-0.5'],
])('%s is called %s', (path, name) => {
  expect(networkName(path)).toBe(name);
});

test('a folder keeps its whole name', () => {
  const folder = join(temporaryFolder(), 'like.pt');
  mkdirSync(folder);
  expect(networkName(folder)).toBe('like.pt');
});
