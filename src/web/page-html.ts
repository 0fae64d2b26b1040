/**
 * The page before its scripts fill it: every area with its heading, its labels and what it is for.
 *
 * @module
 */
import { documentOf } from '../report/html-document.js';
import { type Markup, markup, trusted } from '../report/markup.js';
import type { SiteDescription } from './site-description.js';

/** Of smaller images one sees the pixels; larger ones are scaled like photos. */
const LARGEST_ENLARGED = 96;

/** Nothing is loaded from elsewhere; scripts are the site's own, and WebAssembly may be compiled. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * `index.html`. Whatever a name holds, it is text.
 *
 * @param modules the page's scripts, which the browser fetches all at once rather than one import after the other
 * @param files what the scripts will fetch
 */
export function pageHtml(site: SiteDescription, modules: readonly string[], files: readonly string[]): string {
  const head = markup`<meta name="description" content="Attack an image classifier live, in your browser, and watch every step.">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
${modules.map((path) => markup`<link rel="modulepreload" href="${path}">\n`)}
${files.map((path) => markup`<link rel="preload" as="fetch" crossorigin href="${path}">\n`)}
<script type="module" src="scripts/main.js"></script>`;
  return documentOf(`Attack ${site.title} live`, POLICY, head, body(site));
}

function body(site: SiteDescription): Markup {
  return markup`<header>
<p class="kind">A live attack on ${site.title}</p>
<h1>How little must change before a network is fooled?</h1>
<p class="lead">Pick a picture and press Play. Step by step, an attack changes its pixels a little, always the way
that makes the network less sure of what it sees.</p>
</header>
<main>
<p id="state" class="notice" role="alert">Opening the networks. If nothing follows, open this page from a web server,
not as a file, in a browser with JavaScript.</p>
<div id="workbench" class="workbench${site.image.size <= LARGEST_ENLARGED ? ' enlarged' : null}" hidden>
<div class="choices">
${picture(site)}
${attack(site)}
</div>
<div class="outcome">
${steps(site)}
<section aria-labelledby="networks-title">
<h2 id="networks-title">What ${site.networks.length === 1 ? 'the network sees' : 'the networks see'}</h2>
<p class="remark">A bar: how sure it is of the attacked picture. The tick in it: of the picture as it was.</p>
<div id="networks" class="networks"></div>
</section>
<section aria-labelledby="course-title" class="card course">
<h2 id="course-title">How it went</h2>
<p class="row"><label for="measure">Of each step</label>
<select id="measure"><option value="confidence">the confidence in the right class</option>
<option value="loss">the loss, which the attack drives up</option></select></p>
<div id="course"></div>
</section>
</div>
</div>
</main>
<footer>
<p>Everything is computed in this browser<span id="backend"></span>; no picture leaves it. The attack is projected
gradient descent (Madry et al., 2018) in ${site.steps} steps from a random start${
    site.networks.length === 1 ? null : ', on each network with its own gradient'
  }. What it does not fool, another attack may. Made with Saddlepoint and ONNX Runtime Web.</p>
</footer>`;
}

function picture({ image, pictures }: SiteDescription): Markup {
  const { size, channels } = image;
  const samples = markup`<fieldset class="samples"><legend>Test images${
    pictures && pictures.source !== '' ? ` of ${pictures.source}` : ''
  }</legend><div id="samples"></div></fieldset>`;
  return markup`<section aria-labelledby="picture-title" class="card">
<h2 id="picture-title">A picture</h2>
${pictures ? samples : null}
<div class="row">
<label class="button" for="upload">Upload one</label><input id="upload" class="spoken" type="file" accept="image/*">
<button id="draw" type="button" aria-expanded="false" aria-controls="drawing">Draw one</button>
</div>
<p class="remark">What you upload is cropped to the square in its middle and brought to ${size} × ${size}${
    channels === 1 ? ' grey' : ''
  } pixels: that is what the network sees.</p>
<div id="drawing" class="drawing" hidden>
<canvas id="pad" tabindex="0" role="application" aria-label="Drawing pad" aria-describedby="pad-help"></canvas>
<p id="pad-help" class="remark">Draw with a finger, a pen or the mouse. By keyboard: arrows move,
Space puts the pen down and lifts it. <output id="pen">The pen is up.</output></p>
<p class="row">${
    channels === 3 ? markup`<label for="colour">Colour</label><input id="colour" type="color" value="#1b6e3c">` : null
  }<label for="width">Width</label><input id="width" type="range" min="1" max="10" value="4">
<button id="clear" type="button">Clear</button></p>
</div>
<p class="row"><label for="label">It shows</label><select id="label"></select></p>
<p class="remark" id="label-note"></p>
</section>`;
}

function attack({ norm }: SiteDescription): Markup {
  const choice = (value: string, name: string, about: string) =>
    markup`<label class="choice"><input type="radio" name="norm" value="${value}"${
      norm === value ? trusted(' checked') : null
    }><span><b>${name}</b> <small>${about}</small></span></label>`;
  return markup`<section aria-labelledby="attack-title" class="card">
<h2 id="attack-title">An attack</h2>
<fieldset class="norms"><legend>What it may change</legend>
${choice('linf', 'L∞', 'every pixel, by at most ε')}
${choice('l2', 'L2', 'all pixels together, by a distance of ε')}
</fieldset>
<label for="epsilon" class="size">How much: ε = <output id="epsilon-value" for="epsilon"></output></label>
<div class="slider"><input id="epsilon" type="range" min="0" step="1">
<span id="trained" class="mark" hidden></span></div>
<p class="remark" id="trained-note"></p>
</section>`;
}

function steps({ steps: count }: SiteDescription): Markup {
  return markup`<section aria-labelledby="steps-title" class="card player">
<h2 id="steps-title" class="spoken">Step by step</h2>
<div class="row">
<button id="play" type="button" class="primary">Play</button>
<button id="step" type="button">Step</button>
<button id="restart" type="button">Start over</button>
<label for="position" class="counter">Step <b id="counter">0</b><span class="total"> of ${count}</span></label>
</div>
<input id="position" type="range" min="0" max="${count}" value="0" step="1">
<p id="finding" class="finding" role="status"></p>
</section>`;
}
