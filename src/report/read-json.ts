/**
 * One file of a run folder: what it holds, or why there is nothing to show.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { readWhole } from '../engine/read-file.js';
import type { RunFolder } from '../monitoring/run-folder.js';
import type { Schema } from './schemas.js';

/** In bytes; the records of a million steps. */
const MAXIMUM_FILE = 2 ** 28;

/** What a file holds, or why there is nothing to show. */
export type Part<Value> = { readonly value: Value } | { readonly value: null; readonly reason: string };

/** Reads a text of a run folder. */
export function readText(folder: RunFolder, file: string): Part<string> {
  const label = relative(folder.path, file);
  if (!existsSync(file)) return { value: null, reason: `${label} is not in the run folder` };
  try {
    return { value: readWhole(file, MAXIMUM_FILE).toString('utf8') };
  } catch (error) {
    return { value: null, reason: `${label} cannot be read: ${firstLine(error)}` };
  }
}

/** Reads one JSON file of a run folder and checks its form. */
export function readJson<Value>(folder: RunFolder, file: string, schema: Schema<Value>): Part<Value> {
  const text = readText(folder, file);
  if (text.value === null) return text;
  const label = relative(folder.path, file);
  let content: unknown;
  try {
    content = JSON.parse(text.value);
  } catch (error) {
    return { value: null, reason: `${label} is not JSON: ${firstLine(error)}` };
  }
  const result = schema.safeParse(content);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  return { value: null, reason: `${label} is not in the form a run has${where}: ${issue?.message ?? 'unknown'}` };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
