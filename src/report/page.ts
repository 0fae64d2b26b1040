/**
 * The page as a whole: the order in which a reader wants things.
 *
 * @module
 */
import { confidenceSection } from './confidence-section.js';
import { robustSection, trainingSection } from './curves-section.js';
import { gallerySection } from './gallery-section.js';
import { list } from './format.js';
import { type Markup, markup, trusted } from './markup.js';
import { maskingSection } from './masking-section.js';
import { detailsSection, reproduceSection } from './provenance-section.js';
import { readResult } from './reading.js';
import type { Run } from './read-run.js';
import { resultsTable } from './results-table.js';
import { stagesSection } from './stages-section.js';
import { STYLE } from './style.js';

/** The browser itself is told to load nothing: what the page needs is in the page. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Renders the whole document. */
export function renderPage(title: string, runs: readonly Run[]): string {
  const reading = readResult(runs);
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
<header>
<p class="kind">Saddlepoint report</p>
<h1>${title}</h1>
<p class="reading">${reading.sentence}</p>
${reading.basis === null ? null : markup`<p class="basis">${reading.basis}</p>`}
</header>
<main>
${section('Results', resultsTable(runs))}
${section('Stages and classes', stagesSection(runs))}
${section('Can the robust error be believed?', maskingSection(runs))}
${section('Robust error against the budget', robustSection(runs))}
${section('With the right to refuse', confidenceSection(runs))}
${section('Training', trainingSection(runs))}
${section('What the attack does', gallerySection(runs))}
${section('Reproduce', reproduceSection(runs))}
${section('Environment and recipe', detailsSection(runs))}
</main>
<footer><p>${origin(runs)}</p></footer>
</body>
</html>
`.text;
}

/** Nothing where there is nothing to say. */
function section(title: string, content: Markup | null): Markup | null {
  if (content === null) return null;
  return markup`<section><h2>${title}</h2>
${content}
</section>`;
}

function origin(runs: readonly Run[]): string {
  const started = runs.flatMap((run) => {
    const value = run.environment.value?.startedAt;
    return typeof value === 'string' ? [value.slice(0, 10)] : [];
  });
  const date = started.length === 0 ? '' : `, run on ${list([...new Set(started)])}`;
  return `Made by Saddlepoint from ${list(runs.map((run) => run.path))}${date}.`;
}
