/**
 * The attack on one network, step by step; every iterate is kept, so that one can go back and look.
 *
 * @module
 */
import { prediction } from './logits.js';
import type { Look } from './network-messages.js';
import { begin, step, type Budget } from './pgd.js';

/** An image and what the network says of it. */
export interface Frame {
  readonly image: Float32Array;
  readonly logits: Float32Array;
}

export interface AttackSetup {
  readonly budget: Budget;
  readonly stepSize: number;
  /** The right class, which the attack leads away from. */
  readonly label: number;
  /** The perturbation it begins with. */
  readonly start: Float32Array;
}

type LookAt = (image: Float32Array, label: number) => Promise<Look>;

export class AttackRun {
  /** The picture itself, then the iterate of each step. */
  readonly frames: Frame[];
  readonly #look: LookAt;
  readonly #setup: AttackSetup;
  /** Where the search is, with the gradient there. */
  #present: (Look & { readonly image: Float32Array }) | undefined;

  constructor(look: LookAt, original: Frame, setup: AttackSetup) {
    this.frames = [original];
    this.#look = look;
    this.#setup = setup;
  }

  /** One more step. */
  async advance(): Promise<void> {
    const { budget, stepSize, start } = this.#setup;
    const { image } = this.frames[0]!;
    const present = this.#present ?? (await this.#at(begin(image, start, budget)));
    this.#present = await this.#at(step(image, present.image, present.gradient, budget, stepSize));
    this.frames.push({ image: this.#present.image, logits: this.#present.logits });
  }

  /** The first frame up to `last` at which the network names a wrong class. */
  fooledAt(last: number): number | undefined {
    const { label } = this.#setup;
    const first = this.frames.slice(0, last + 1).findIndex(({ logits }) => (prediction(logits) ?? label) !== label);
    return first < 0 ? undefined : first;
  }

  async #at(image: Float32Array) {
    return { image, ...(await this.#look(image, this.#setup.label)) };
  }
}
