/**
 * docs/methods.md is what the training methods' files say: `npm run methods` writes it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METHODS } from '../../src/training/index.js';
import { methodsPage } from '../../scripts/development/methods-page.mjs';

const page = readFileSync(new URL('../../docs/methods.md', import.meta.url), 'utf8');

test('the page is as its sources make it', () => {
  expect(page).toBe(methodsPage());
});

test.each(METHODS.entries)('%s: a section with paper or formula, and every option', (name, { options }) => {
  const section = page.split(`\n## \`${name}\`\n`)[1]?.split('\n## ')[0];
  expect(section, `no section for ${name}`).toBeDefined();
  expect(section!.length).toBeGreaterThan(50);
  const listed = [...section!.matchAll(/^- `(\w+)`/gm)].map(([, option]) => option);
  expect(listed).toEqual(Object.keys(options));
});
