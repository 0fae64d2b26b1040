/**
 * One run more closely: what it is, where it computes, what its images look like.
 *
 * @module
 */
import type { ShownPicture } from '../protocol.js';
import { html } from './element.js';
import type { LiveRun } from './runs.js';
import { duration } from './scale.js';

const PICTURES: ReadonlyMap<string, string> = new Map([
  ['train/images', 'Training images, as augmented'],
  ['train/adversarial_images', 'Training images under attack'],
]);

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
    ['Began', facts.startedAt === '' ? '' : new Date(facts.startedAt).toLocaleString()],
    [
      'Trained for',
      progress === null ? '' : `${duration(progress.seconds)}, ${progress.step.toLocaleString('en-US')} steps`,
    ],
    ['Last line', progress === null ? '' : new Date(progress.lastLine).toLocaleString()],
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
    pictures(name),
    ...facts.remarks.map((remark) => html('p', { class: 'notice' }, remark)),
    html('p', {}, html('a', { href: reportAddress([name]) }, 'Report'), ' ', shut),
  ];
}

/** The page's report on these runs. */
export function reportAddress(names: readonly string[]): string {
  return `/report?${names.map((name) => `run=${encodeURIComponent(name)}`).join('&')}`;
}

/** They come when the server has looked for them; none of a run that has none. */
function pictures(name: string): HTMLElement {
  const place = html('div', { class: 'pictures' });
  const run = `run=${encodeURIComponent(name)}`;
  void fetch(`/pictures?${run}`).then(async (response) => {
    if (!response.ok) return;
    const shown = (await response.json()) as readonly ShownPicture[];
    place.append(
      ...shown.map(({ tag, step }) => {
        const title = `${PICTURES.get(tag) ?? tag}, step ${step.toLocaleString('en-US')}`;
        const address = `/picture?${run}&tag=${encodeURIComponent(tag)}&step=${step}`;
        return html('figure', {}, html('img', { src: address, alt: title }), html('figcaption', {}, title));
      }),
    );
  });
  return place;
}
