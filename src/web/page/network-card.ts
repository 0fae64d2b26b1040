/**
 * What one network sees: its answer, the three pictures, and how sure it is of each class.
 *
 * @module
 */
import type { SiteDescription, SiteNetwork } from '../site-description.js';
import type { Frame } from './attack-run.js';
import { ConfidenceBars } from './confidence-bars.js';
import { element } from './dom.js';
import { prediction, probabilities } from './logits.js';
import { paint } from './paint.js';
import { magnified } from './pixels.js';
import { describeSilence, percent } from './words.js';

export interface Shown {
  readonly original: Frame;
  /** Of this step; of the last one before, where the network failed. */
  readonly frame: Frame;
  readonly label: number;
  readonly step: number;
  /** With which the network failed at this step. */
  readonly problem: string | undefined;
  /** What the change is multiplied by for the eye. */
  readonly magnification: number;
}

export class NetworkCard {
  readonly root: HTMLElement;
  readonly #site: SiteDescription;
  readonly #verdict = element('p', { class: 'verdict' });
  readonly #canvases = {
    original: picture('The picture'),
    attacked: picture('The attacked picture'),
    change: picture(''),
  };
  readonly #changed = element('figcaption');
  readonly #bars: ConfidenceBars;

  /** @param number of the network, for its colour and its heading's id */
  constructor(site: SiteDescription, { name, about }: SiteNetwork, number: number) {
    this.#site = site;
    this.#bars = new ConfidenceBars(site.classes);
    const { original, attacked, change } = this.#canvases;
    this.root = element(
      'article',
      { class: 'card network', 'aria-labelledby': `network-${number}` },
      element('h3', { id: `network-${number}` }, name, ...(about === '' ? [] : [element('small', {}, about)])),
      this.#verdict,
      element(
        'div',
        { class: 'pictures' },
        element('figure', {}, original, element('figcaption', {}, 'Picture')),
        element('figure', {}, attacked, element('figcaption', {}, 'Attacked')),
        element('figure', {}, change, this.#changed),
      ),
      this.#bars.root,
    );
    this.root.style.setProperty('--network', networkColour(number));
  }

  show({ original, frame, label, step, magnification, problem }: Shown): void {
    const { image } = this.#site;
    const said = problem === undefined ? prediction(frame.logits) : undefined;
    if (said === undefined) {
      this.#verdict.className = 'verdict';
      this.#verdict.replaceChildren(element('strong', {}, 'No answer'), `It ${describeSilence(problem)}`);
      this.#bars.clear();
    } else {
      const shares = probabilities(frame.logits);
      this.#verdict.className = `verdict ${said === label ? 'right' : 'wrong'}`;
      const remark = said === label ? 'right' : step === 0 ? 'wrong without any attack' : 'wrong';
      const name = element('strong', {}, this.#site.classes[said]!);
      this.#verdict.replaceChildren(name, `${percent(shares[said]!)} sure, and `, element('b', {}, remark));
      const before = prediction(original.logits) === undefined ? shares.map(() => 0) : probabilities(original.logits);
      this.#bars.show(before, shares, label);
    }
    const change = frame.image.map((pixel, i) => pixel - original.image[i]!);
    paint(this.#canvases.original, original.image, image.size);
    paint(this.#canvases.attacked, frame.image, image.size);
    paint(this.#canvases.change, magnified(change, magnification), image.size);
    const times = magnification < 10 ? magnification.toFixed(1) : magnification.toFixed(0);
    this.#changed.textContent = `Change × ${times}`;
    this.#canvases.change.setAttribute('aria-label', `The change, magnified ${times} times`);
  }
}

function picture(label: string): HTMLCanvasElement {
  return element('canvas', { role: 'img', 'aria-label': label });
}

/** Blue, orange, then the series' colours. */
export function networkColour(number: number): string {
  return `var(--${['clean', 'attacked', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5'][number % 7]!})`;
}
