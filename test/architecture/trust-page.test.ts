/**
 * docs/trust.md names a test for every doubt that it answers: each of them exists.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);
const page = readFileSync(new URL('trust.md', docs), 'utf8');

/** A row's last cell: `[name](path): "title"; "title"; [another](path): "title"`. */
const named = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts'))
  .flatMap((line) => {
    const cell = line.split(' | ').at(-1)!;
    return cell.split(/(?=\[[\w-]+\.test\.ts\])/).flatMap((part) => {
      const path = /\(([^)]+\.test\.ts)\)/.exec(part)![1]!;
      const titles = [...part.matchAll(/"((?:[^"])+)"/g)].map(([, title]) => title!);
      return titles.map((title) => ({ path, title }));
    });
  });

test('every row that answers a doubt names a test', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!doubt)[A-Z]/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((line) => !line.includes('.test.ts): "'))).toEqual([]);
});

test.each(named)('$path: $title', ({ path, title }) => {
  const source = readFileSync(new URL(path, docs), 'utf8').replaceAll("\\'", "'");
  const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``].some((literal) => source.includes(literal));
  expect(quoted, `${path} has no test "${title}"`).toBe(true);
});
