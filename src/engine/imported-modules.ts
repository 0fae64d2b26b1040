/**
 * Which modules were imported with `--import` or `importModules`. Needs no engine.
 *
 * @module
 */

import { fileURLToPath } from 'node:url';

/** Has a JSON list of addresses; threads and child processes inherit it. */
export const IMPORT_VARIABLE = 'SADDLEPOINT_IMPORT';

/** Their addresses. */
export function importedModules(): readonly string[] {
  const text = process.env[IMPORT_VARIABLE];
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}

/** The imported module that an error passed through, as `file:line`. */
export function importedModuleIn(error: unknown): string | undefined {
  const { stack = '' } = error instanceof Error ? error : {};
  const frames = [...stack.matchAll(/(file:[^\s()]+):(\d+):\d+/g)];
  const frame = frames.find(([, address = '']) => importedModules().includes(address.replace(/\?.*$/, '')));
  return frame === undefined ? undefined : `${fileURLToPath(frame[1]!)}:${frame[2]!}`;
}
