/**
 * What goes by name in recipes and on the command line: ours, and what others add to it.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { SaddlepointError } from './errors.js';
import { requireKnown } from './nearest.js';
import { requireForm, type PartForm } from './part-form.js';

/** How many names were added since the start, in all registries. */
let added = 0;

/** A table of parts by name, to which programs may add their own. */
export class Registry<Part> {
  readonly #what: string;
  readonly #parts: Map<string, Part>;
  readonly #form: PartForm<Part>;
  readonly #derive: (name: string) => Part | undefined;

  /**
   * @param what one of them is called in errors, e.g. `an attack`
   * @param own the parts that come with the library
   * @param form what one from outside has to be
   * @param derive makes the part of a name that describes it, and throws where that is wrong; undefined for a name that
   *   describes none. Default: no name
   *   does
   */
  constructor(
    what: string,
    own: Readonly<Record<string, Part>>,
    form: PartForm<Part> = {},
    derive: (name: string) => Part | undefined = () => undefined,
  ) {
    this.#what = what;
    this.#form = form;
    this.#derive = derive;
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
    if (this.#parts.has(name)) return true;
    try {
      return this.#derive(name) !== undefined;
    } catch {
      return false; // meant as a description, and a wrong one
    }
  }

  /** @throws SaddlepointError ARGUMENT for a name that is none, with the nearest that is */
  get(name: string): Part {
    const part = this.#parts.get(name) ?? this.#derive(name);
    if (part !== undefined) return part;
    if (isMainThread) requireKnown(this.#what, name, this.names);
    throw new SaddlepointError(
      'ARGUMENT',
      `expected ${this.#what} that this thread knows (${this.names.join(', ')}), received ` +
        `${JSON.stringify(name)}. Add it in a module of its own, and import that with importModules or --import: ` +
        'every thread imports it then',
    );
  }

  /**
   * Adds a part, for recipes and the command line alike.
   *
   * @throws SaddlepointError ARGUMENT for a name that is taken, or that a recipe could not write, and for what is no
   *   such part
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
    const { taken = {} } = this.#form;
    if (Object.hasOwn(taken, name))
      throw new SaddlepointError('ARGUMENT', `expected another name for ${this.#what}: ${name} is ${taken[name]}`);
    requireForm(this.#what, name, part, this.#form);
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
