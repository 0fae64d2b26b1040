/**
 * LibTorch's own random generators, always explicit. Saddlepoint's reproducible draws come from
 * `random.ts`; a generator is for code that calls LibTorch's random operators directly.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';
import { native } from './native.js';
import { enterScope } from './scopes.js';

/** A seeded stream of LibTorch's random numbers on one device. Dispose it as you would a tensor. */
export class Generator {
  #id: number | undefined;

  /** @throws SaddlepointError ARGUMENT for a seed that is not a whole number or an unknown device. */
  constructor(seed: number | bigint, device = 'cpu') {
    this.#id = native.createGenerator(device, seed);
    enterScope(this);
  }

  /** @internal */
  get id(): number {
    if (this.#id === undefined) throw new SaddlepointError('DISPOSED', 'this generator has been disposed');
    return this.#id;
  }

  dispose(): void {
    if (this.#id !== undefined) native.freeGenerator(this.#id);
    this.#id = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
