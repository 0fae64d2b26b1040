/**
 * Which picture is attacked, a test image, an upload or a drawing, and what it shows.
 *
 * @module
 */
import type { SiteDescription } from '../site-description.js';
import { byId, element } from './dom.js';
import { DrawingPad } from './drawing-pad.js';
import { imageOf, type Pixels } from './pixels.js';
import { readPicture } from './read-picture.js';
import { markSample, showSamples, type Sample } from './sample-pictures.js';

/** Without a label nobody knows yet what it shows. */
export type Chosen = Omit<Sample, 'label'> & { readonly label?: number };

export interface ChoiceListener {
  readonly picture: (chosen: Chosen) => void;
  readonly label: (label: number) => void;
  readonly problem: (sentence: string) => void;
}

export class PictureChoice {
  readonly #site: SiteDescription;
  readonly #listener: ChoiceListener;
  readonly #label = byId('label', HTMLSelectElement);

  constructor(site: SiteDescription, listener: ChoiceListener) {
    this.#site = site;
    this.#listener = listener;
    this.#label.append(...site.classes.map((name, i) => element('option', { value: String(i) }, name)));
    this.#label.addEventListener('change', () => {
      byId('label-note', HTMLElement).textContent = '';
      listener.label(Number(this.#label.value));
    });
    this.#offerUpload();
    this.#offerDrawing();
  }

  /** Shows the test images. @returns the first; without any, an empty sheet */
  async open(address: URL): Promise<Chosen> {
    const samples = await showSamples(this.#site, address, (sample) => this.#listener.picture(sample));
    if (samples.length > 0) markSample(0);
    const { channels, size } = this.#site.image;
    return samples[0] ?? { image: new Float32Array(channels * size ** 2).fill(0.5) };
  }

  /** What the picture shows. @param guessedBy the network that was asked, where nobody said */
  showLabel(label: number, guessedBy?: string): void {
    this.#label.value = String(label);
    byId('label-note', HTMLElement).textContent =
      guessedBy === undefined ? '' : `That is what ${guessedBy} sees. If it is wrong, say what the picture shows.`;
  }

  #take(pixels: Pixels): void {
    markSample(undefined);
    this.#listener.picture({ image: imageOf(pixels, this.#site.image.channels) });
  }

  #offerUpload(): void {
    const input = byId('upload', HTMLInputElement);
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file === undefined) return;
      readPicture(file, this.#site.image.size).then(
        (pixels) => this.#take(pixels),
        (error: unknown) => this.#listener.problem((error as Error).message),
      );
      // So that the same file can be chosen again.
      input.value = '';
    });
  }

  #offerDrawing(): void {
    const button = byId('draw', HTMLButtonElement);
    const panel = byId('drawing', HTMLElement);
    let pad: DrawingPad | undefined;
    button.addEventListener('click', () => {
      const { channels, size } = this.#site.image;
      panel.hidden = !panel.hidden;
      button.setAttribute('aria-expanded', String(!panel.hidden));
      if (panel.hidden) return;
      const opened = (pad ??= new DrawingPad(channels === 1, () => this.#take(opened.pixels(size))));
      this.#take(opened.pixels(size));
    });
  }
}
