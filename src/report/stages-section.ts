/**
 * An evaluation stage by stage.
 *
 * @module
 */
import type { EvaluationResult, StageResult } from '../evaluation/results.js';
import { dataTable } from './data-table.js';
import { csvDownload, fileName } from './download.js';
import { attackName, count, percent } from './format.js';
import { type Markup, markup } from './markup.js';
import type { Run } from './read-run.js';

/** A card a run that has stages; null where no run has. */
export function stagesCards(runs: readonly Run[]): Markup | null {
  const cards = runs.flatMap(({ name, evaluation: { value } }) =>
    value === null || (value.stages ?? []).length === 0 ? [] : [card(name, value, value.stages ?? [])],
  );
  return cards.length === 0 ? null : markup`<div class="cards">${cards}</div>`;
}

function card(name: string, evaluation: EvaluationResult, stages: readonly StageResult[]): Markup {
  return markup`<figure class="card">
<figcaption><h3>${name}</h3></figcaption>
${stagesTable(stages, evaluation.stagesOf)}
${verified(evaluation)}
${csvDownload(fileName('stages', name), csvRows(stages))}
</figure>
`;
}

function stagesTable(stages: readonly StageResult[], of: EvaluationResult['stagesOf']): Markup {
  const what = of === undefined ? '' : `${attackName(of.attack, of.label)}, ${count(of.examples, 'image')}. `;
  return dataTable({
    caption: `${what}Each stage attacks what the stages before it left robust.`,
    columns: ['Stage', 'Attacked', 'Fooled', 'Robust error after it', 'Time'].map((title) => ({ title })),
    rows: stages.map((stage, index) => [
      { shown: markup`${stage.name}${sample(stage)}`, value: index },
      { shown: stage.attacked.toLocaleString('en-US'), value: stage.attacked },
      { shown: stage.errors.toLocaleString('en-US'), value: stage.errors },
      { shown: percent(stage.robustError), value: stage.robustError },
      { shown: duration(stage.seconds), value: stage.seconds },
    ]),
  });
}

/** On what a stage was tried, where that is not all that stood; a stage that came too late says so. */
function sample({ attacked, audit }: StageResult): Markup | null {
  if (attacked === 0) return markup` <small>no image was left</small>`;
  if (audit === undefined || audit.sample === audit.of) return null;
  return markup` <small>on a random ${audit.sample} of ${audit.of}${audit.ranOnAll ? ', then all' : ''}</small>`;
}

/** The count that was made independently of the attack. */
function verified({ verified: again, eightBit }: EvaluationResult): Markup | null {
  if (again === undefined) return null;
  const rounded = eightBit === undefined ? '' : `; rounded to 8 bits ${percent(eightBit.robustError)}`;
  return markup`<p class="remark">Counted again from the saved images: ${percent(again.robustError)}${rounded}.</p>`;
}

function csvRows(stages: readonly StageResult[]): readonly (readonly (string | number | null)[])[] {
  const rows = stages.map(({ name, attacked, errors, robustError, audit, seconds }) => [
    name,
    attacked,
    errors,
    robustError,
    audit?.sample ?? null,
    audit?.of ?? null,
    seconds,
  ]);
  return [['stage', 'attacked', 'fooled', 'robust error', 'sample', 'sample of', 'seconds'], ...rows];
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}\u00a0min` : `${Math.floor(minutes / 60)}\u00a0h ${minutes % 60}\u00a0min`;
}
