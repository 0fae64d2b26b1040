/**
 * One run more closely: what it is, where it computes, what its images look like.
 *
 * @module
 */
import { html } from './element.js';
import type { LiveRun } from './runs.js';
import { duration } from './scale.js';

const PICTURES = [
  ['train/images', 'Training images, as augmented'],
  ['train/adversarial_images', 'The same, or others of the batch, under attack'],
] as const;

/** The section's content. @param close what its button does */
export function runDetail({ card }: LiveRun, close: () => void): HTMLElement[] {
  const { name, facts, progress, status } = card;
  const shut = html('button', { type: 'button' }, 'Close');
  shut.addEventListener('click', close);
  const rows: readonly (readonly [string, string])[] = [
    ['Folder', card.path],
    ['Trained on', facts.dataset],
    ['Training', [facts.training, facts.budget].filter((part) => part !== '').join(', ')],
    ['Architecture', facts.architecture],
    ['Began', facts.startedAt.slice(0, 16).replace('T', ' ')],
    [
      'Trained for',
      progress === null ? '' : `${duration(progress.seconds)}, ${progress.step.toLocaleString('en-US')} steps`,
    ],
    ['In work by', status.holder ?? ''],
    ...facts.machine,
  ];
  return [
    html('h2', { id: 'detail-title', tabindex: '-1' }, name),
    html(
      'dl',
      { class: 'environment' },
      ...rows
        .filter(([, value]) => value !== '')
        .map(([label, value]) => html('div', {}, html('dt', {}, label), html('dd', {}, value))),
    ),
    pictures(card.name, Math.floor(progress?.epoch ?? 0)),
    ...facts.remarks.map((remark) => html('p', { class: 'notice' }, remark)),
    html('p', {}, html('a', { href: reportAddress([name]) }, 'Report'), ' ', shut),
  ];
}

/** The page's report on these runs. */
export function reportAddress(names: readonly string[]): string {
  return `/report?${names.map((name) => `run=${encodeURIComponent(name)}`).join('&')}`;
}

/** An epoch's end writes them; the number in the address only makes the browser ask again. */
function pictures(name: string, epoch: number): HTMLElement {
  return html(
    'div',
    { class: 'pictures' },
    ...PICTURES.map(([tag, title]) => {
      const address = `/picture?run=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}&epoch=${epoch}`;
      const image = html('img', { src: address, alt: title });
      const figure = html('figure', { hidden: '' }, image, html('figcaption', {}, title));
      image.addEventListener('load', () => (figure.hidden = false)); // a run without pictures shows none
      return figure;
    }),
  );
}
