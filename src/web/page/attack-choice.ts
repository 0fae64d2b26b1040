/**
 * What the visitor allows the attack: a norm, and how much.
 *
 * @module
 */
import type { NormName, SiteDescription } from '../site-description.js';
import { byId } from './dom.js';
import { NORMS } from './norms.js';
import type { Budget } from './pgd.js';
import { budgetOf } from './words.js';

export class AttackChoice {
  readonly #site: SiteDescription;
  readonly #slider = byId('epsilon', HTMLInputElement);
  #norm: NormName;

  /** @param changed is told of every choice */
  constructor(site: SiteDescription, changed: () => void) {
    this.#site = site;
    this.#norm = site.norm;
    for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=norm]')) {
      radio.checked = radio.value === site.norm;
      radio.addEventListener('change', () => {
        this.#norm = radio.value as NormName;
        this.#offer();
        changed();
      });
    }
    this.#slider.addEventListener('input', () => {
      this.#say();
      changed();
    });
    this.#offer();
  }

  get budget(): Budget {
    return { norm: NORMS[this.#norm], epsilon: this.#scale.values[this.#slider.valueAsNumber]! };
  }

  /**
   * How much a change is magnified for the eye: in L∞ the largest that is allowed becomes black or white; in L2, which
   * allows a single pixel much, one three times as large as if all pixels changed alike.
   */
  magnification(pixels: number): number {
    const { epsilon } = this.budget;
    const largest = this.#norm === 'linf' ? epsilon : (3 * epsilon) / Math.sqrt(pixels);
    return largest === 0 ? 1 : Math.max(1, 0.5 / largest);
  }

  get #scale() {
    return this.#site.scales[this.#norm];
  }

  /** The values of the norm, with the one the network was trained with marked. */
  #offer(): void {
    const { values, start, trained } = this.#scale;
    this.#slider.max = String(values.length - 1);
    this.#slider.value = String(start);
    const mark = byId('trained', HTMLElement);
    mark.hidden = trained === undefined;
    const note = byId('trained-note', HTMLElement);
    note.textContent = '';
    if (trained !== undefined) {
      const share = trained / (values.length - 1);
      // The middle of a slider's thumb, some 16 pixels wide, stays within the slider.
      mark.style.insetInlineStart = `calc(8px + ${share} * (100% - 16px))`;
      const budget = budgetOf(values[trained]!, this.#scale);
      note.textContent = `The mark: ${this.#site.networks[0]!.name} was trained with ε = ${budget}.`;
    }
    this.#say();
  }

  #say(): void {
    const text = budgetOf(this.budget.epsilon, this.#scale);
    byId('epsilon-value', HTMLOutputElement).textContent = text;
    this.#slider.setAttribute('aria-valuetext', text);
  }
}
