import { expect, test } from 'vitest';
import { csvDownload, fileLink, fileName } from './download.js';

test('a link carries its file in itself, with the name to save it under', () => {
  const { text } = csvDownload('curve', [
    ['run', 'error'],
    ['é "x"', 1],
  ]);
  const [, content = ''] = /href="data:text\/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)"/.exec(text) ?? [];
  expect(text).toContain('download="curve.csv"');
  expect(Buffer.from(content, 'base64').toString('utf8')).toBe('run,error\r\n"é ""x""",1\r\n');
});

test('neither the content nor the name of a file is ever markup', () => {
  const { text } = fileLink('"><script>', 'application/json', '</a><script>', 'JSON');
  expect(text).not.toContain('<script>');
});

test('the name of a file has nothing in it that a system refuses', () => {
  expect(fileName('a run/with: <b>', 7, 'attacked')).toBe('a-run-with-b-7-attacked');
  expect(fileName('../../etc')).toBe('etc');
  expect(fileName('Größe_1.5')).toBe('Größe_1.5');
});
