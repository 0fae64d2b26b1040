/**
 * YAML that may come from elsewhere.
 *
 * @module
 */
import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';

/** Levels of nesting. Ours have eight. */
const DEEPEST = 100;
/** Characters; a report would else parse whatever lies in a run's folder. */
const LONGEST = 2 ** 20;

/** A text that is not YAML, too long or nested too deeply. */
export class YamlError extends Error {
  /** What is wrong, without where. */
  readonly reason: string;
  /** Where it is, both from 1; undefined where no place has it. */
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(text: string, reason: string, position?: number) {
    const place = position === undefined ? undefined : placeOf(text, position);
    super(place === undefined ? reason : `${reason} at line ${place.line}, column ${place.column}`);
    this.reason = reason;
    this.place = place;
  }
}

/**
 * What a text means; `null` for an empty one. What the parser has doubts about it keeps to itself: else it would print
 * it beside our own sentences.
 *
 * @throws YamlError that says where it is not YAML, or that it is too long or nested too deeply
 */
export function parseYaml(text: string): unknown {
  if (text.length > LONGEST)
    throw new YamlError(text, `expected at most ${LONGEST} characters, received ${text.length}`);
  const document = compose(text);
  const [error] = document.errors;
  if (error !== undefined) throw new YamlError(text, error.message, error.pos[0]);
  try {
    return document.toJS();
  } catch (cause) {
    throw new YamlError(text, (cause as Error).message); // an alias of nothing, or too many of them
  }
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const lines = text.slice(0, position).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** The text's one document. */
function compose(text: string): Document {
  // Pretty errors quote the line for each mistake: a line of a hundred thousand mistakes would take minutes.
  const composer = new Composer({ prettyErrors: false, logLevel: 'error' });
  const [document, another] = composer.compose(shallowTokens(text), true, text.length);
  if (another !== undefined)
    throw new YamlError(
      text,
      'expected one document, received several (a line of --- begins another)',
      another.range[0],
    );
  return document!; // Of an empty text too: the composer was told to make one
}

/** What is nested is composed by recursion; at the end of the stack Node.js does not throw, it may end the process. */
function* shallowTokens(text: string): Generator<CST.Token> {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > DEEPEST)
      throw new YamlError(text, `expected at most ${DEEPEST} levels of nesting, received more`);
  }
  yield* parser.end();
}
