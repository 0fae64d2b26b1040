/**
 * The configuration of a run as text: what a run was made with, next to its curves.
 *
 * @module
 */
import { stringify } from 'yaml';

/**
 * Describes each part as YAML under the tag `config/<part>`; parts that are undefined are left out.
 *
 *     const { model, dataset, optimizer, schedule, training } = recipe;
 *     const texts = describeConfiguration({ model, dataset, optimizer, schedule, attack: training.attack });
 *     for (const [tag, text] of Object.entries(texts)) monitor.text(tag, text, 0);
 *
 * A part may be a plain object, or hold instances of classes: these are described by their class and their public
 * fields, functions by their name. The text is a code block of Markdown, as TensorBoard renders it.
 */
export function describeConfiguration(parts: Readonly<Record<string, unknown>>): Record<string, string> {
  const described: Record<string, string> = {};
  for (const [name, part] of Object.entries(parts)) {
    if (part !== undefined) described[`config/${name}`] = codeBlock(stringify(plainValue(part, [])));
  }
  return described;
}

/** Indented, not fenced: TensorBoard's Markdown knows both, others only this, and no text in it can end it. */
function codeBlock(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** Longer lists of numbers are data, not configuration. */
const LONGEST_ARRAY = 64;

/** A value with only what YAML can say. `within` are the objects around it, so that a cycle ends. */
function plainValue(value: unknown, within: readonly object[]): unknown {
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (within.includes(value)) return '(see above)';
  const inside = [...within, value];
  if (ArrayBuffer.isView(value)) {
    const { length = 0 } = value as unknown as { length?: number };
    if (length > LONGEST_ARRAY) return `${value.constructor.name} of ${length}`;
    return plainValue(Array.from(value as unknown as ArrayLike<number>), within);
  }
  if (Array.isArray(value)) return value.map((item) => plainValue(item, inside));
  if (value instanceof Map) return plainValue(Object.fromEntries(value), within);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => [name, plainValue(field, inside)] as const);
  return Object.fromEntries([...className(value), ...fields]);
}

function className(value: object): [string, string][] {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  const name = prototype?.constructor?.name ?? 'Object';
  return name === 'Object' ? [] : [['class', name]];
}
