/**
 * AutoAttack stage by stage, and class by class.
 *
 * @module
 */
import type { ClassResult, EvaluationResult, StageResult } from '../evaluation/results.js';
import { attackName, count, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** The two tables of each run that has them; null where no run has. */
export function stagesSection(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap((run) => {
    const { stages = [], perClass = [], stagesOf } = run.evaluation.value ?? {};
    return [
      ...(stages.length === 0 ? [] : [card(run.name, stagesTable(stages, stagesOf))]),
      ...(perClass.length === 0 ? [] : [card(run.name, classesTable(perClass))]),
    ];
  });
  return cards.length === 0 ? null : markup`<div class="cards">${cards}</div>`;
}

function card(name: string, table: Markup): Markup {
  return markup`<figure class="card">
<figcaption><h3>${name}</h3></figcaption>
<div class="scroll">${table}</div>
</figure>
`;
}

function stagesTable(stages: readonly StageResult[], of: EvaluationResult['stagesOf']): Markup {
  const what = of === undefined ? '' : `${attackName(of.attack)}, ${count(of.examples, 'image')}. `;
  return markup`<table class="plain">
<caption>${what}Each stage attacks what the stages before it left standing.</caption>
<thead><tr><th scope="col">Stage</th><th scope="col">Attacked</th><th scope="col">Fooled</th><th scope="col">Robust error after it</th><th scope="col">Time</th></tr></thead>
<tbody>${stages.map(
    (stage) => markup`<tr><th scope="row">${stage.name}${audit(stage)}</th>
<td>${stage.attacked.toLocaleString('en-US')}</td><td>${stage.errors.toLocaleString('en-US')}</td><td>${percent(stage.robustError)}</td><td>${duration(stage.seconds)}</td></tr>
`,
  )}</tbody>
</table>`;
}

/** In the lazy order: on what the stage was tried. */
function audit({ audit: tried }: StageResult): Markup | null {
  if (tried === undefined) return null;
  const then = tried.ranOnAll ? ', then all' : '';
  return markup` <small>on a random ${tried.sample} of ${tried.of}${then}</small>`;
}

function classesTable(classes: readonly ClassResult[]): Markup {
  const hardest = [...classes].sort((a, b) => rate(b.errors, b.examples) - rate(a.errors, a.examples));
  const examples = classes.reduce((sum, one) => sum + one.examples, 0);
  return markup`<table class="plain">
<caption>Errors by true class, the hardest first, on ${count(examples, 'image')}.</caption>
<thead><tr><th scope="col">Class</th><th scope="col">Images</th><th scope="col">Clean error</th><th scope="col">Robust error</th></tr></thead>
<tbody>${hardest.map(
    (one) => markup`<tr><th scope="row">${one.name}</th><td>${one.examples.toLocaleString('en-US')}</td>
<td>${one.examples === 0 ? '–' : percent(rate(one.cleanErrors, one.examples))}</td>
<td>${one.examples === 0 ? '–' : percent(rate(one.errors, one.examples))}
<span class="bar attacked" aria-hidden="true"><span style="inline-size:${(100 * rate(one.errors, one.examples)).toFixed(1)}%"></span></span></td></tr>
`,
  )}</tbody>
</table>`;
}

function rate(errors: number, examples: number): number {
  return examples === 0 ? 0 : errors / examples;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}\u00a0min` : `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}
