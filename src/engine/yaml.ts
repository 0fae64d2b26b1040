/**
 * YAML that may come from elsewhere.
 *
 * @module
 */
import { Lexer, parse, Parser } from 'yaml';

/** Levels of nesting. Ours have eight. */
const DEEPEST = 100;

/**
 * What a text means; `null` for an empty one. What the parser has doubts about it keeps to itself: else it would print it
 * beside our own sentences.
 *
 * @throws Error that says where it is not YAML, or that it is nested too deeply
 */
export function parseYaml(text: string): unknown {
  requireShallow(text);
  return parse(text, { logLevel: 'error' });
}

/** What is nested is composed by recursion; at the end of the stack Node.js does not throw, it may end the process. */
function requireShallow(text: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Its tokens are looked at by whoever parses; here only how many are open.
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > DEEPEST) throw new Error(`expected at most ${DEEPEST} levels of nesting, received more`);
  }
}
