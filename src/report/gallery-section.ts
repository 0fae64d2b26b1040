/**
 * The gallery: the same images as each network sees them, before and after the attack.
 *
 * @module
 */
import type { Gallery, GalleryItem } from '../evaluation/results.js';
import { csvDownload, fileName } from './download.js';
import { attackName, epsilon, normName, percent, plain } from './format.js';
import { type Markup, markup } from './markup.js';
import { notice, notices } from './notice.js';
import type { Run } from './read-run.js';

/** Renders one card an image, with a row for each network. */
export function gallerySection(runs: readonly Run[]): Markup {
  const shown = runs.flatMap((run) =>
    run.gallery.value === null ? [] : [{ name: run.name, gallery: run.gallery.value }],
  );
  const missing = runs.flatMap(({ name, gallery }) =>
    gallery.value === null ? [{ run: name, reason: gallery.reason }] : [],
  );
  const indexes = new Set(shown.flatMap(({ gallery }) => gallery.items.map((item) => item.index)));
  return markup`${notices('no gallery', missing)}
${shown.length === 0 ? null : explanation(shown.map(({ gallery }) => gallery))}
${
  indexes.size === 0
    ? null
    : markup`<ol class="gallery${shown.length === 1 ? ' single' : ''}">${[...indexes].map((index) => card(index, shown))}</ol>
${csvDownload('gallery', csvRows(shown))}`
}`;
}

/** What the pictures are; said once where it holds for all networks. */
function explanation(galleries: readonly Gallery[]): Markup {
  const attacks = galleries.map(
    (gallery) => `${attackName(gallery.attack)}, ${normName(gallery.norm)}, ε = ${epsilon(gallery.epsilon)}`,
  );
  const scales = galleries.map((gallery) => plain(gallery.scale));
  return markup`<p>For each image: the original, then for each network what the attack added and what the network was
shown (${[...new Set(attacks)].join('; ')}). The perturbation is multiplied by <strong>${[...new Set(scales)].join(' or ')}</strong>
to be seen; mid-grey means no change. <span class="right">✓&nbsp;right</span> and <span class="wrong">✗&nbsp;wrong</span>
compare the prediction with the true class; the percentage is the network’s confidence.
<span class="hint" hidden>A press on a picture saves it.</span></p>`;
}

interface Shown {
  readonly name: string;
  readonly gallery: Gallery;
}

function card(index: number, shown: readonly Shown[]): Markup {
  const items = shown.map(({ name, gallery }) => ({
    name,
    gallery,
    item: gallery.items.find((item) => item.index === index),
  }));
  const first = items.find(({ item }) => item !== undefined)?.item;
  if (first === undefined) return markup``;
  return markup`<li class="card">
<figure class="original">${picture(first.original, fileName('image', index), `Test image ${index}, unchanged: ${first.label}`)}
<figcaption><strong>${first.label}</strong><small>test image ${index}</small></figcaption></figure>
<div class="networks">${items.map(({ name, gallery, item }) =>
    item === undefined ? notice(name, 'this image is not in its gallery') : network(name, gallery, item),
  )}</div>
</li>
`;
}

function network(name: string, gallery: Gallery, item: GalleryItem): Markup {
  return markup`<section class="network"><h3>${name}</h3>
${picture(item.perturbation, fileName('image', item.index, name, 'perturbation'), `What the attack on ${name} added to image ${item.index}, times ${plain(gallery.scale)}`, `× ${plain(gallery.scale)}`)}
${picture(item.adversarial, fileName('image', item.index, name, 'attacked'), `Image ${item.index} as the attack showed it to ${name}, which sees ${item.adversarialPrediction}`, 'attacked')}
<dl><dt>before</dt>${verdict(item.cleanPrediction, item.cleanConfidence, item.label)}
<dt><span aria-hidden="true">→ </span>after</dt>${verdict(item.adversarialPrediction, item.adversarialConfidence, item.label)}</dl>
</section>`;
}

/** @param file the name to save it under; the page's script makes the link */
function picture(png: string, file: string, description: string, caption: string | null = null): Markup {
  const image = markup`<a data-file="${file}.png"><img src="data:image/png;base64,${png}" alt="${description}"></a>`;
  return caption === null
    ? image
    : markup`<div class="picture">${image}<small aria-hidden="true">${caption}</small></div>`;
}

/** A prediction and whether it is right: by colour, by sign and in words for those who only hear it. */
function verdict(prediction: string, confidence: number, label: string): Markup {
  const right = prediction === label;
  return markup`<dd class="${right ? 'right' : 'wrong'}"><span aria-hidden="true">${right ? '✓' : '✗'}</span>
<span class="spoken">${right ? 'right' : 'wrong'}:</span> ${prediction} <small>${percent(confidence)}</small></dd>`;
}

function csvRows(shown: readonly Shown[]): readonly (readonly (string | number)[])[] {
  const rows = shown.flatMap(({ name, gallery }) =>
    gallery.items.map((item) => [
      name,
      item.index,
      item.label,
      item.cleanPrediction,
      item.cleanConfidence,
      item.adversarialPrediction,
      item.adversarialConfidence,
    ]),
  );
  return [['run', 'test image', 'class', 'before', 'confidence before', 'after', 'confidence after'], ...rows];
}
