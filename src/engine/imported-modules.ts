/**
 * Which modules were imported with `--import` or `importModules`. Needs no engine.
 *
 * @module
 */

/** Has a JSON list of addresses; threads and child processes inherit it. */
export const IMPORT_VARIABLE = 'SADDLEPOINT_IMPORT';

/** Their addresses. */
export function importedModules(): readonly string[] {
  const text = process.env[IMPORT_VARIABLE];
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}
