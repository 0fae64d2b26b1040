/**
 * An option given twice: of two budgets one would silently decide.
 *
 * @module
 */
import type { Command } from 'commander';
import { collect } from './options.js';

/** Makes every command of the tree refuse an option with a value the second time, but for those that collect values. */
export function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    if (!option.required || option.variadic || option.parseArg === collect) continue;
    let before: string | undefined;
    command.on(`option:${option.name()}`, (value: string) => {
      if (before !== undefined)
        command.error(`error: option '${option.flags}' is expected once, received '${before}' and '${value}'.`);
      before = value;
    });
  }
  command.commands.forEach(refuseRepeats);
}
