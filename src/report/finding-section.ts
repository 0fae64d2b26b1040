/**
 * The head of the page: what was found, how sure that is, and the marks of doubt on it.
 *
 * @module
 */
import type { Reservation } from './doubts.js';
import { findingOf } from './finding.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** @param masking whether the page has a section that says where a doubt comes from */
export function findingSection(title: string, runs: readonly Run[], masking: boolean): Markup {
  const { headline, basis, reservations } = findingOf(runs);
  return markup`<header id="finding">
<p class="kind">Saddlepoint report</p>
<h1>${title}</h1>
<p class="reading">${headline}</p>
${basis.length === 0 ? null : markup`<p class="basis">${basis.join(' ')}</p>`}
${reservations.map((one) => reservation(one, masking))}
</header>`;
}

function reservation({ mark, run, sentence }: Reservation, masking: boolean): Markup {
  const where = masking && mark !== 'partial' ? markup` <a href="#masking">What the signs are</a>.` : null;
  return markup`<p class="notice"><strong class="${mark === 'fail' ? 'wrong' : 'suspect'}">${mark}</strong> ${run}: ${sentence}.${where}</p>
`;
}
