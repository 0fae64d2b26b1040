/**
 * What programs import by name.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string | { import: string }>;
};
const modules = await Promise.all(
  Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [import(`../../${target.import.replace('dist', 'src')}`).then((module: object) => [path, module] as const)],
  ),
);

test('the package has a root and ten parts', () => {
  expect(modules).toHaveLength(11);
});

test('a name is one thing, wherever it is imported from', () => {
  const meanings = new Map<string, [path: string, value: unknown]>();
  const twofold: string[] = [];
  for (const [path, module] of modules) {
    for (const [name, value] of Object.entries(module)) {
      const [first, known] = meanings.get(name) ?? [];
      if (first !== undefined && known !== value) twofold.push(`${name} of ${first} and of ${path}`);
      meanings.set(name, [path, value]);
    }
  }
  expect(twofold).toEqual([]);
});
