/**
 * The names of layouts, such as resnet18 for a ResNet of four stages of two blocks.
 *
 * @module
 */
import { ARCHITECTURES, type ModelDescription, type NamedLayout } from '../architectures.js';

/** What a name fixes of another architecture; undefined for one that stands for itself. */
export function layoutOf(architecture: string): NamedLayout | undefined {
  return ARCHITECTURES.has(architecture) ? ARCHITECTURES.get(architecture).layout : undefined;
}

/**
 * The same network by its shortest description: a layout's name where there is one, without options that have their
 * defaults.
 */
export function shortest(architecture: string, options: Readonly<Record<string, unknown>>): ModelDescription {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const named = ARCHITECTURES.names.find((name) => {
    const layout = layoutOf(name);
    return (
      layout?.of === architecture && Object.entries(layout.options).every(([key, value]) => same(options[key], value))
    );
  });
  const own = named ?? architecture;
  const fixed = Object.keys((named === undefined ? undefined : layoutOf(named))?.options ?? {});
  const usual: Record<string, unknown> = ARCHITECTURES.get(own).options.parse({});
  const left = Object.entries(options).filter(([key, value]) => !fixed.includes(key) && !same(value, usual[key]));
  return { architecture: own, options: Object.fromEntries(left) };
}
