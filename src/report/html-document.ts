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
/** Of a page that has neither. */
const PLAIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A page with pictures and the script. @param body what stands between its tags, before the script */
export function htmlDocument(title: string, body: Markup): string {
  return anyDocument(
    title,
    POLICY,
    STYLE,
    markup`${body}
<script>${trusted(PAGE_SCRIPT)}</script>`,
  );
}

/** A page without pictures and without a script. @param style what it has beside the reports' */
export function plainHtmlDocument(title: string, body: Markup, style: string): string {
  return anyDocument(title, PLAIN_POLICY, `${STYLE}${style}`, body);
}

/** A page in the reports' look. @param policy what it may load and run. @param style the whole style sheet */
export function anyDocument(title: string, policy: string, style: string, body: Markup): string {
  return documentOf(title, policy, markup`<style>${trusted(style)}</style>`, body);
}

/** The frame of every page. @param policy what it may load and run. @param head what else stands in its head */
export function documentOf(title: string, policy: string, head: Markup, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="generator" content="Saddlepoint">
<title>${title}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`.text;
}
