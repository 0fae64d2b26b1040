/**
 * The test images that come with the site, as buttons of which one is chosen.
 *
 * @module
 */
import type { SiteDescription } from '../site-description.js';
import { byId, element } from './dom.js';
import { fetchBytes } from './fetch-bytes.js';
import { paint } from './paint.js';

export interface Sample {
  readonly image: Float32Array;
  readonly label: number;
}

/** @param choose is told of every choice @returns the images */
export async function showSamples(
  site: SiteDescription,
  address: URL,
  choose: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const { pictures, image, classes } = site;
  if (pictures === undefined) return [];
  const bytes = new Uint8Array(await fetchBytes(new URL(pictures.file, address)));
  const length = image.channels * image.size ** 2;
  const samples = pictures.labels.map((label, i) => ({
    image: Float32Array.from(bytes.subarray(i * length, (i + 1) * length), (byte) => byte / 255),
    label,
  }));
  const buttons = samples.map((sample, i) => {
    const name = `${classes[sample.label]!}, image ${i + 1}`;
    const radio = element('input', { type: 'radio', name: 'sample', class: 'spoken', 'aria-label': name });
    radio.addEventListener('change', () => choose(sample));
    const canvas = element('canvas', { class: 'thumbnail', 'aria-hidden': 'true' });
    paint(canvas, sample.image, image.size);
    return element('label', { class: 'sample', title: classes[sample.label]! }, radio, canvas);
  });
  byId('samples', HTMLElement).replaceChildren(...buttons);
  return samples;
}

/** Marks one as chosen, or none. */
export function markSample(index: number | undefined): void {
  const radios = document.querySelectorAll<HTMLInputElement>('input[name=sample]');
  for (const [i, radio] of radios.entries()) radio.checked = i === index;
}
