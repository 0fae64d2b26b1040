/**
 * The results as JSON, for programs: what the page shows, each run with all its evaluation holds.
 *
 * @module
 */
import type { Run } from './read-run.js';

export function resultsJson(title: string, runs: readonly Run[]): string {
  const described = runs.map(({ name, facts, environment, evaluation, bounds, remarks }) => ({
    name,
    ...facts,
    environment: environment.value,
    evaluation: evaluation.value,
    bounds,
    remarks,
  }));
  return `${JSON.stringify({ title, runs: described }, null, 2)}\n`;
}
