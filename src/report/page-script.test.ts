/**
 * The script of a page, in a browser: skipped where there is no Chromium.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hoverValues } from './charts/hover-values.js';
import { dataTable } from './data-table.js';
import { temporaryFolder } from './made-up-run.test-helper.js';
import { PAGE_SCRIPT } from './page-script.js';

/** Starting a browser beside other tests takes its time. */
const PATIENCE = { timeout: 60_000 };

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

const table = dataTable({
  caption: '',
  columns: [{ title: 'Class' }, { title: 'Error', note: 'clean' }],
  rows: [
    [{ shown: 'ten 10' }, { shown: '9.0 %', value: 0.09 }],
    [{ shown: 'ten 9' }, { shown: '–', value: null }],
    [{ shown: 'Ähre' }, { shown: '10.0 %', value: 0.1 }],
    [{ shown: 'bag' }, { shown: '9.0 %', value: 0.09 }],
  ],
});
const plot = { left: 0, top: 0, width: 100, height: 50, toPixel: (x: number) => x };
const chart = hoverValues([{ x: 50, lines: ['here', 'there'] }], plot);
const picture = '<a data-file="image-1.png"><img src="data:image/png;base64,AAAA" alt=""></a>';

/** Opens a page with the script, does something there, and returns what that returns. */
function inBrowser(doing: string): unknown {
  const file = join(temporaryFolder(), 'page.html');
  const body = `${table.text}<svg width="100" height="50">${chart.text}</svg>${picture}`;
  const driver = `document.body.textContent = JSON.stringify((() => {${doing}})());`;
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><body>${body}<script>${PAGE_SCRIPT}</script><script>${driver}</script>`,
  );
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${temporaryFolder()}`, '--dump-dom'];
  const dom = execFileSync(browser!, [...flags, `file://${file}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, text = ''] = /<body>([\s\S]*)<\/body>/.exec(dom) ?? [];
  return JSON.parse(text.replaceAll('&amp;', '&'));
}

const rows = `[...document.querySelectorAll('tbody th')].map((cell) => cell.textContent)`;
const orders = `[...document.querySelectorAll('thead th')].map((head) => head.getAttribute('aria-sort'))`;
const press = (column: number) => `document.querySelectorAll('thead button')[${column}].click();`;

describe.skipIf(browser === undefined)('in a browser', () => {
  test('the head of a column is a button that keyboards reach, its note stays beside it', PATIENCE, () => {
    const heads = `[...document.querySelectorAll('thead th')].map((head) => [...head.childNodes].map((node) => node.nodeName + ' ' + node.textContent + ' ' + (node.tabIndex ?? '')))`;
    expect(inBrowser(`return ${heads}`)).toEqual([['BUTTON Class 0'], ['BUTTON Error 0', 'SMALL clean -1']]);
  });

  test('a press sorts upwards, the next one downwards; rows of one value keep their order', PATIENCE, () => {
    const [first, second] = inBrowser(`${press(1)} const up = ${rows}; ${press(1)} return [up, ${rows}]`) as unknown[];
    expect(first).toEqual(['ten 10', 'bag', 'Ähre', 'ten 9']);
    expect(second).toEqual(['Ähre', 'ten 10', 'bag', 'ten 9']); // no value stays last
  });

  test('words sort as people do it, and the numbers in them as numbers', PATIENCE, () => {
    expect(inBrowser(`${press(0)} return ${rows}`)).toEqual(['Ähre', 'bag', 'ten 9', 'ten 10']);
  });

  test('only the column that orders the rows says so', PATIENCE, () => {
    const states = inBrowser(`${press(1)} const one = ${orders}; ${press(0)} ${press(0)} return [one, ${orders}]`);
    expect(states).toEqual([
      [null, 'ascending'],
      ['descending', null],
    ]);
  });

  test('the values of a chart show beside the pointer, and go with it', PATIENCE, () => {
    const move = (type: string) =>
      `document.querySelector('.values rect').dispatchEvent(new PointerEvent('${type}', { pointerType: 'mouse', clientX: 5, clientY: 5, bubbles: true }));`;
    const tip = `[document.querySelector('.tip').textContent, document.querySelector('.tip').hidden]`;
    expect(
      inBrowser(`${move('pointermove')} const shown = ${tip}; ${move('pointerleave')} return [shown, ${tip}]`),
    ).toEqual([
      ['here\nthere', false],
      ['here\nthere', true],
    ]);
  });

  test('a picture is a link to itself as a file', PATIENCE, () => {
    const link = `const { href, download } = document.querySelector('a[data-file]');`;
    expect(inBrowser(`${link} return { href, download }`)).toEqual({
      href: 'data:image/png;base64,AAAA',
      download: 'image-1.png',
    });
  });
});
