/**
 * One self-contained HTML file: style and script inside, nothing loaded from elsewhere.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { type Markup, markup, trusted } from './markup.js';
import { PAGE_SCRIPT } from './page-script.js';
import { STYLE } from './style.js';

/**
 * The browser itself is told to load nothing, and to run no script but the page's own: what the page needs is in the
 * page.
 */
const SCRIPT_HASH = createHash('sha256').update(PAGE_SCRIPT).digest('base64');
const POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${SCRIPT_HASH}'`;

/** @param body what stands between its tags, before the script */
export function htmlDocument(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="generator" content="Saddlepoint">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${body}
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>
`.text;
}
