/**
 * docs/networks.md is what the files in docs/results/networks say.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { networksPage } from '../../scripts/development/networks-page.mjs';

const page = readFileSync(new URL('../../docs/networks.md', import.meta.url), 'utf8');

test('the page is as its sources make it', () => {
  expect(page).toBe(networksPage());
});

test('at least 25 networks came in, of torchvision and of timm', () => {
  const rows = [...page.matchAll(/^\| (\S+) \| (torchvision|timm) /gm)];
  expect(new Set(rows.map(([, name]) => name)).size).toBeGreaterThanOrEqual(25);
  expect(new Set(rows.map(([, , from]) => from))).toEqual(new Set(['torchvision', 'timm']));
});
