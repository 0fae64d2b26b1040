/**
 * YAML that people write, and where in it a mistake is.
 *
 * @module
 */
import { LineCounter, parseDocument } from 'yaml';
import { SaddlepointError } from '../engine/index.js';

/** Characters of a line that are shown on either side of a mistake. */
const CONTEXT = 60;

/**
 * @param origin what the text is, for the message, e.g. `the recipe my.yaml`
 * @throws SaddlepointError RECIPE with the first mistake, its line and a caret under its column
 */
export function readYaml(text: string, origin: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const { line, col } = lineCounter.linePos(mistake.pos[0]);
    const place = text.includes('\n') ? `, line ${line}, column ${col}` : '';
    const shown = quote(text.split(/\r?\n/)[line - 1] ?? '', col - 1, text.includes('\n') ? `${line} | ` : '');
    throw new SaddlepointError('RECIPE', `${origin} is not YAML${place}: ${mistake.message}\n${shown}`);
  }
  try {
    return document.toJS();
  } catch (cause) {
    throw new SaddlepointError('RECIPE', `${origin} is not YAML: ${(cause as Error).message}`, { cause });
  }
}

/** The part of a line about a column, and a caret below it. */
function quote(line: string, column: number, prefix: string): string {
  const start = Math.max(0, column - CONTEXT);
  const part = line.slice(start, column + CONTEXT).replaceAll('\t', ' ');
  return `  ${prefix}${part}\n  ${' '.repeat(prefix.length + column - start)}^`;
}
