import { expect, test } from 'vitest';
import { csvText } from './csv.js';

test('values are separated by commas and lines by CRLF; nothing at all is an empty cell', () => {
  expect(
    csvText([
      ['run', 'error'],
      ['standard', 0.5],
      ['other', null],
    ]),
  ).toBe('run,error\r\nstandard,0.5\r\nother,\r\n');
});

test('a comma, a quote or a line end within a value is quoted, and a quote doubled', () => {
  expect(csvText([['a,b', 'say "no"', 'two\nlines']])).toBe('"a,b","say ""no""","two\nlines"\r\n');
});

test('spaces that hold a number and its unit together become ordinary ones', () => {
  expect(csvText([['1\u00a0%']])).toBe('1 %\r\n');
});
