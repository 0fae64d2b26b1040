/**
 * YAML that people write, and where in it a mistake is.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { parseYaml, YamlError } from '../engine/yaml.js';

/** Characters of a line that are shown on either side of a mistake. */
const CONTEXT = 60;

/**
 * Parses YAML that somebody wrote.
 *
 * @param origin what the text is, for the message, e.g. `the recipe my.yaml`
 * @throws SaddlepointError RECIPE with the first mistake, its line and a caret under its column
 */
export function readYaml(text: string, origin: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new SaddlepointError('RECIPE', `${origin} is not YAML${quoted(text, cause)}`, { cause });
  }
}

function quoted(text: string, { reason, place }: YamlError): string {
  if (place === undefined) return `: ${reason}`;
  const { line, column } = place;
  const several = text.includes('\n');
  const where = several ? `, line ${line}, column ${column}` : '';
  const shown = quote(text.split(/\r?\n/)[line - 1] ?? '', column - 1, several ? `${line} | ` : '');
  return `${where}: ${reason}\n${shown}`;
}

/** The part of a line about a column, and a caret below it. */
function quote(line: string, column: number, prefix: string): string {
  const start = Math.max(0, column - CONTEXT);
  const part = line.slice(start, column + CONTEXT).replaceAll('\t', ' ');
  return `  ${prefix}${part}\n  ${' '.repeat(prefix.length + column - start)}^`;
}
