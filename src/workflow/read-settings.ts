/**
 * Options of a network or an attack, as the command line gives them.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { readYaml } from '../training/index.js';

/**
 * @param settings `key=value` or `key.part=value`; values are YAML
 * @param example one, for the message
 * @throws SaddlepointError RECIPE for another form
 */
export function readSettings(settings: readonly string[], example: string): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, key, part, value] = /^(\w+)(?:\.(\w+))?=(.*)$/s.exec(setting) ?? [];
    if (key === undefined || value === undefined) {
      throw new SaddlepointError(
        'RECIPE',
        `expected an option of the form key=value, e.g. ${example}, received ${JSON.stringify(setting)}`,
      );
    }
    const given = readYaml(value, `the option ${JSON.stringify(setting)}`);
    options[key] = part === undefined ? given : { ...(options[key] as object | undefined), [part]: given };
  }
  return options;
}
