import { expect, test } from 'vitest';
import { dataTable } from './data-table.js';

const columns = [{ title: 'Class' }, { title: 'Error', note: 'clean', sorted: 'descending' as const }];

test('cells carry what they are sorted by beside what they show; one without a value says so', () => {
  const rows = [
    [{ shown: 'a' }, { shown: '12.5 %', value: 0.125 }],
    [{ shown: 'b' }, { shown: '–', value: null }],
  ];
  const { text } = dataTable({ caption: 'Errors', columns, rows });
  expect(text).toContain('<th scope="row">a</th><td data-value="0.125">12.5 %</td>');
  expect(text).toContain('<td data-value="">–</td>');
  expect(text).toContain('<th scope="col" aria-sort="descending">Error<small>clean</small></th>');
  expect(text).toContain('<table class="plain" data-sortable>');
});

test('of one row there is nothing to sort', () => {
  const { text } = dataTable({ caption: '', columns, rows: [[{ shown: 'a' }, { shown: 'b' }]] });
  expect(text).not.toContain('data-sortable');
});

test('captions, heads, cells and values are text', () => {
  const evil = '"><b>';
  const { text } = dataTable({
    caption: evil,
    columns: [{ title: evil, note: evil }],
    rows: [[{ shown: evil, value: evil, label: evil }]],
  });
  expect(text).not.toContain(evil);
});
