/**
 * Which command a line of words is of, in the words that bash and zsh share.
 *
 * @module
 */
import type { CompletedCommand } from './tree.js';

/**
 * The body of a loop over `word`, which keeps `command`. Only commands without others below them have options with
 * values, so no value is taken for a command.
 */
export function enterCommands(tree: readonly CompletedCommand[]): string {
  const cases = tree.slice(1).map(({ path }) => {
    const words = path.split(' ');
    return `      '${words.slice(0, -1).join(' ')} ${words.at(-1)!}') command='${path}' ;;`;
  });
  return `    case "$command $word" in\n${cases.join('\n')}\n    esac`;
}
