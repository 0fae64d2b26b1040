/**
 * What goes by name in recipes and on the command line: ours, and what others add to it.
 *
 * @module
 */
import { isMainThread } from 'node:worker_threads';
import { describeValue, SaddlepointError } from './errors.js';
import { requireKnown } from './nearest.js';

/** How many names were added since the start, in all registries. */
let added = 0;

/** A table of parts by name, to which programs may add their own. */
export class Registry<Part> {
  readonly #what: string;
  readonly #parts: Map<string, Part>;
  readonly #keys: readonly (keyof Part & string)[];
  readonly #derive: (name: string) => Part | undefined;

  /**
   * @param what one of them is called in errors, e.g. `an attack`
   * @param own the parts that come with the library
   * @param keys what a part has to have
   * @param derive makes the part of a name that describes it, and throws where that is wrong; undefined for a name that
   *   describes none. Default: no name
   *   does
   */
  constructor(
    what: string,
    own: Readonly<Record<string, Part>>,
    keys: readonly (keyof Part & string)[] = [],
    derive: (name: string) => Part | undefined = () => undefined,
  ) {
    this.#what = what;
    this.#keys = keys;
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
    this.#requireWhole(name, part);
    this.#parts.set(name, part);
    added += 1;
  }

  /** Those from outside may lack anything, or describe their options to another zod. */
  #requireWhole(name: string, part: Part): void {
    const values = (part ?? {}) as Readonly<Record<string, unknown>>;
    const missing = this.#keys.filter((key) => values[key] === undefined || values[key] === null);
    if (missing.length > 0) {
      throw new SaddlepointError(
        'ARGUMENT',
        `expected ${this.#what} ${name} with ${this.#keys.join(', ')}, received one without ${missing.join(', ')}`,
      );
    }
    if (!this.#keys.some((key) => key === 'options')) return;
    for (const [option, schema] of Object.entries(values.options as object)) {
      if (typeof schema === 'object' && schema !== null && '_zod' in schema) continue;
      throw new SaddlepointError(
        'ARGUMENT',
        `expected the option ${option} of ${name} as a schema of zod 4, as \`z\` of saddlepoint makes them, ` +
          `received ${describeValue(schema)}`,
      );
    }
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
