import { expect, test } from 'vitest';
import { markup, trusted } from './markup.js';

test('text is escaped, in content and in quoted attributes', () => {
  expect(markup`<p title="${'"&\''}">${'<b>'}</p>`.text).toBe('<p title="&quot;&amp;&#39;">&lt;b&gt;</p>');
});

test('markup is not escaped twice, lists are joined and null is nothing', () => {
  expect(markup`${[markup`<i>${'&'}</i>`, trusted('<b>'), '<']}${null}${0}`.text).toBe('<i>&amp;</i><b>&lt;0');
});
