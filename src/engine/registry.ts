/**
 * What goes by name in recipes and on the command line: ours, and what others add to it.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { SaddlepointError } from './errors.js';
import { requireKnown } from './nearest.js';

/** How many names were added since the start, in all registries. */
let added = 0;

/** A table of parts by name, to which programs may add their own. */
export class Registry<Part> {
  readonly #what: string;
  readonly #parts: Map<string, Part>;

  /**
   * @param what one of them is called in errors, e.g. `an attack`
   * @param own the parts that come with the library
   */
  constructor(what: string, own: Readonly<Record<string, Part>>) {
    this.#what = what;
    this.#parts = new Map(Object.entries(own));
  }

  /** In the order in which they were added. */
  get names(): string[] {
    return [...this.#parts.keys()];
  }

  get entries(): [name: string, part: Part][] {
    return [...this.#parts];
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /** @throws SaddlepointError ARGUMENT for a name that is none, with the nearest that is */
  get(name: string): Part {
    const part = this.#parts.get(name);
    if (part !== undefined) return part;
    if (isMainThread) requireKnown(this.#what, name, this.names);
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${this.#what} that this thread knows (${this.names.join(', ')}), received ${JSON.stringify(name)}. Add it in a module of its own, and import that with importModules or --import: every thread imports it then`,
    );
  }

  /**
   * Adds a part, for recipes and the command line alike.
   *
   * @throws SaddlepointError ARGUMENT for a name that is taken, or that a recipe could not write
   */
  add(name: string, part: Part): void {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected a name for ${this.#what} of small letters, digits and hyphens, received ${JSON.stringify(name)}`,
      );
    }
    if (this.#parts.has(name))
      throw new SaddlepointError('ARGUMENT', `expected a new name for ${this.#what}: ${name} is there already`);
    this.#parts.set(name, part);
    added += 1;
  }
}

/** Makes a value from the registries at its first use, and anew once something was added to them. */
export function fromRegistries<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value; readonly of: number } | undefined;
  return () => {
    if (made?.of !== added) made = { value: make(), of: added };
    return made.value;
  };
}
