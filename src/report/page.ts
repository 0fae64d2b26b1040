/**
 * The page as a whole: the order in which a reader wants things, and the contents that lead there.
 *
 * @module
 */
import { boundsSection } from './bounds-section.js';
import { type DrawChart, renderChart } from './charts/render.js';
import { classesCards } from './classes-section.js';
import { confidenceSection } from './confidence-section.js';
import { distalSection } from './distal-section.js';
import { corruptionSection } from './corruption-section.js';
import { curveSection } from './curve-section.js';
import { fileLink } from './download.js';
import { findingSection } from './finding-section.js';
import { list } from './format.js';
import { gallerySection } from './gallery-section.js';
import { htmlDocument } from './html-document.js';
import { type Markup, markup } from './markup.js';
import { maskingSection } from './masking-section.js';
import { pairedSection } from './paired/index.js';
import { provenanceSection } from './provenance-section.js';
import type { Run } from './read-run.js';
import { resultsJson } from './results-json.js';
import { resultsTable } from './results-table.js';
import { smoothingSection } from './smoothing-section.js';
import { stagesCards } from './stages-section.js';
import { trainingSection } from './training-section.js';

/** A part of the page that its contents name. */
interface Section {
  /** The anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** Renders the whole document; `drawChart` is for those who have no use for its charts. */
export function renderPage(title: string, runs: readonly Run[], drawChart: DrawChart = renderChart): string {
  const sections = sectionsOf(runs, drawChart);
  return htmlDocument(
    title,
    markup`${findingSection(
      title,
      runs,
      sections.some(({ id }) => id === 'masking'),
    )}
${contents(sections)}
<main>
${sections.map(section)}
</main>
<footer><p>${origin(runs)} ${fileLink('results.json', 'application/json', resultsJson(title, runs), 'Download all results as JSON')}</p></footer>`,
  );
}

/**
 * After the finding its figures, then what they look like, then where they come from; nothing where there is nothing
 * to say.
 */
function sectionsOf(runs: readonly Run[], drawChart: DrawChart): readonly Section[] {
  // Of weights that were trained elsewhere nobody expects what training leaves.
  const trained = runs.filter(({ evaluatedOnly }) => !evaluatedOnly);
  const curves = runs.filter(({ evaluatedOnly, evaluation }) => !evaluatedOnly || evaluation.value?.curve.length);
  const parts: readonly (readonly [id: string, title: string, content: Markup | null])[] = [
    ['results', 'Results', resultsTable(runs)],
    ['paired', 'The same images in both runs', pairedSection(runs)],
    ['curve', 'Robust error against the budget', curves.length === 0 ? null : curveSection(curves, drawChart)],
    ['smoothing', 'Certified by randomised smoothing', smoothingSection(runs, drawChart)],
    ['bounds', 'Certified by bounds', boundsSection(runs)],
    ['gallery', 'What the attack does', trained.length === 0 ? null : gallerySection(trained)],
    ['stages', 'Stages and classes', joined(stagesCards(runs), classesCards(runs))],
    ['corruptions', 'Common corruptions', corruptionSection(runs)],
    ['confidence', 'With a reject option', confidenceSection(runs, drawChart)],
    ['distal', 'Sure of noise', distalSection(runs)],
    ['training', 'Training', trained.length === 0 ? null : trainingSection(trained, drawChart)],
    ['masking', 'Can the robust error be believed?', maskingSection(runs)],
    ['provenance', 'Where the numbers come from', provenanceSection(runs)],
  ];
  return parts.flatMap(([id, title, content]) => (content === null ? [] : [{ id, title, content }]));
}

function joined(...parts: readonly (Markup | null)[]): Markup | null {
  return parts.every((part) => part === null) ? null : markup`${parts}`;
}

function contents(sections: readonly Section[]): Markup {
  return markup`<nav aria-label="Contents"><ol>
${sections.map(
  ({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>
`,
)}</ol></nav>`;
}

function section({ id, title, content }: Section): Markup {
  return markup`<section id="${id}"><h2>${title}</h2>
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
