/**
 * What readers of state dicts ask of the names and shapes in one.
 *
 * @module
 */
export type Shape = readonly number[];

export class Shapes {
  readonly #shapes: ReadonlyMap<string, Shape>;

  constructor(shapes: ReadonlyMap<string, Shape>) {
    this.#shapes = shapes;
  }

  get names(): string[] {
    return [...this.#shapes.keys()];
  }

  has(name: string): boolean {
    return this.#shapes.has(name);
  }

  get(name: string): Shape | undefined {
    return this.#shapes.get(name);
  }

  /**
   * Output channels, input channels of a group, height and width of a convolution's kernel; undefined for anything
   * else.
   */
  convolution(layer: string): readonly [number, number, number, number] | undefined {
    const shape = this.#shapes.get(`${layer}.weight`);
    return shape?.length === 4 ? (shape as readonly [number, number, number, number]) : undefined;
  }

  /** Outputs and inputs of a linear layer. */
  linear(layer: string): readonly [number, number] | undefined {
    const shape = this.#shapes.get(`${layer}.weight`);
    return shape?.length === 2 ? (shape as readonly [number, number]) : undefined;
  }

  /** The channels of a layer that normalises; undefined for one of which nothing is saved. */
  normalized(layer: string): number | undefined {
    return (this.#shapes.get(`${layer}.running_mean`) ?? this.#shapes.get(`${layer}.weight`))?.[0];
  }

  /** How many `<prefix><from>.…`, `<prefix><from + 1>.…` there are, without a gap. */
  count(prefix: string, from = 0): number {
    let count = 0;
    while (this.names.some((name) => name.startsWith(`${prefix}${from + count}.`))) count += 1;
    return count;
  }
}
