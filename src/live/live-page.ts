/**
 * The first page of the live view: the frame, which its scripts fill; and the page that says why there is nothing.
 *
 * @module
 */
import { anyDocument, plainHtmlDocument } from '../report/html-document.js';
import { markup } from '../report/markup.js';
import { STYLE } from '../report/style.js';
import { LIVE_STYLE } from './live-style.js';

/** Scripts, pictures and news from this server, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** @param served the names of the folders that are served */
export function livePage(served: string): string {
  return anyDocument(
    `${served}: Saddlepoint, live`,
    POLICY,
    `${STYLE}${LIVE_STYLE}`,
    markup`<header>
<p class="kind">Saddlepoint, live</p>
<h1>Runs in ${served}</h1>
<p id="state" role="status">Looking for runs …</p>
</header>
<noscript><p class="notice">This page draws as runs train, so it needs JavaScript. Reports need none: saddlepoint report.</p></noscript>
<main>
<section aria-label="Runs"><div class="scroll"><table class="plain runs">
<thead><tr><th scope="col"><span class="spoken">In the charts</span></th><th scope="col">Run</th><th scope="col">Progress</th>
<th scope="col">Validation, clean</th><th scope="col">Validation, attacked</th><th scope="col">Test, clean</th><th scope="col">Test, robust</th></tr></thead>
<tbody id="runs"></tbody></table></div>
<p class="chosen" id="chosen" hidden><a id="report" href="/report">Report on the chosen runs</a></p></section>
<section aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>
<fieldset class="axes"><legend>Along</legend>
<label><input type="radio" name="axis" value="epoch" checked> epochs</label>
<label><input type="radio" name="axis" value="step"> steps</label>
<label><input type="radio" name="axis" value="seconds"> time</label></fieldset>
<div id="charts" class="charts"></div></section>
<section id="detail" aria-labelledby="detail-title" hidden></section>
</main>
<script type="module" src="/page/main.js"></script>`,
  );
}

/** A page of one sentence. */
export function sentencePage(sentence: string): string {
  return plainHtmlDocument(
    'Saddlepoint, live',
    markup`<main><p>${sentence}</p><p><a href="/">All runs</a></p></main>`,
    '',
  );
}
