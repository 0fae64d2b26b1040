/**
 * The keys that a schema knows, by their places, for what a misspelt or misplaced one may have meant.
 *
 * @module
 */
import { z } from 'zod';

/** Places that are named at most. */
const MOST_PLACES = 3;

/** The keys at a path of the content. */
export function knownKeys(path: readonly PropertyKey[], content: unknown, schema: z.ZodType): string[] {
  const { node, value } = nodeAt(path, content, schema);
  return [...propertiesOf(node, value).keys()];
}

/** Of several shapes that there may be at a path, the names of those that have the key, e.g. attacks. */
export function ownersOf(key: string, path: readonly PropertyKey[], content: unknown, schema: z.ZodType): string[] {
  const shapesOf = ({ anyOf = [], oneOf = [], ...own }: JsonSchema): JsonSchema[] => [
    ...(own.properties === undefined ? [] : [own]),
    ...[...anyOf, ...oneOf].flatMap(shapesOf),
  ];
  return shapesOf(nodeAt(path, content, schema).node ?? {}).flatMap(({ properties = {} }) => {
    const name = [properties.name, properties.method, properties.architecture].find(
      (each) => each !== undefined,
    )?.const;
    return key in properties && typeof name === 'string' ? [name] : [];
  });
}

/** The schema of what stands at a path, in the shape that the content has on the way, and the content there. */
function nodeAt(
  path: readonly PropertyKey[],
  content: unknown,
  schema: z.ZodType,
): { readonly node: JsonSchema | undefined; readonly value: unknown } {
  let node = jsonSchema(schema);
  let value = content;
  for (const key of path) {
    node = propertiesOf(node, value).get(String(key));
    value = valueAt(value, String(key));
  }
  return { node, value };
}

/**
 * Where there is a key of that name, e.g. `model.options.normalize`; of several shapes, in the one that the content
 * has.
 */
export function placesOf(key: string, content: unknown, schema: z.ZodType): string[] {
  const found: string[] = [];
  const visit = (node: JsonSchema | undefined, value: unknown, path: readonly string[]) => {
    for (const [name, below] of propertiesOf(node, value)) {
      if (name === key) found.push([...path, name].join('.'));
      visit(below, valueAt(value, name), [...path, name]);
    }
  };
  visit(jsonSchema(schema), content, []);
  return found.slice(0, MOST_PLACES);
}

interface JsonSchema {
  properties?: Record<string, JsonSchema & { const?: unknown }>;
  required?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

function jsonSchema(schema: z.ZodType): JsonSchema | undefined {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** The properties of a schema; of several shapes, of those whose constants agree with the value. */
function propertiesOf(node: JsonSchema | undefined, value: unknown): Map<string, JsonSchema> {
  const { properties = {}, anyOf = [], oneOf = [] } = node ?? {};
  const agrees = (shape: JsonSchema): boolean =>
    Object.entries(shape.properties ?? {}).every(([key, { const: constant }]) => {
      const said = valueAt(value, key);
      const leftOut = said === undefined && shape.required?.includes(key) !== true;
      return constant === undefined || constant === said || leftOut;
    });
  const shapes = [...anyOf, ...oneOf].filter(agrees);
  return new Map(shapes.flatMap((shape) => [...propertiesOf(shape, value)]).concat(Object.entries(properties)));
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
