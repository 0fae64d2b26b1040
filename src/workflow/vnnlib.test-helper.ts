/**
 * Reads VNN-LIB: declarations and assertions as expressions in parentheses.
 *
 * @module
 */
export type Expression = string | readonly Expression[];

export interface ReadProperty {
  readonly declared: readonly string[];
  readonly asserted: readonly Expression[];
}

/** @throws Error for what is no VNN-LIB */
export function readVnnlib(text: string): ReadProperty {
  const tokens = text.replace(/;[^\n]*/g, '').match(/[()]|[^\s()]+/g) ?? [];
  const commands: Expression[] = [];
  let at = 0;
  const expression = (): Expression => {
    const token = tokens[at++];
    if (token === undefined || token === ')') throw new Error('an expression ends before it begins');
    if (token !== '(') return token;
    const parts: Expression[] = [];
    while (tokens[at] !== ')') parts.push(expression());
    at += 1;
    return parts;
  };
  while (at < tokens.length) commands.push(expression());
  const declared: string[] = [];
  const asserted: Expression[] = [];
  for (const command of commands) {
    const [name, first, type] = command as readonly Expression[];
    if (name === 'declare-const' && type === 'Real') declared.push(first as string);
    else if (name === 'assert' && first !== undefined) asserted.push(first);
    else throw new Error(`an unknown command: ${JSON.stringify(command)}`);
  }
  return { declared, asserted };
}
