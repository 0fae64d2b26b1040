/**
 * YAML that may come from elsewhere.
 *
 * @module
 */
import { parse } from 'yaml';

/**
 * What a text means; `null` for an empty one. What the parser has doubts about it keeps to itself: else it would print it
 * beside our own sentences.
 *
 * @throws Error that says where it is not YAML
 */
export function parseYaml(text: string): unknown {
  return parse(text, { logLevel: 'error' });
}
