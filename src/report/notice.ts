/**
 * Says in place that something is not there, and why.
 *
 * @module
 */
import { list } from './format.js';
import { type Markup, markup } from './markup.js';

export function notice(what: string, reason: string): Markup {
  return markup`<p class="notice"><strong>${what}.</strong> ${reason}.</p>`;
}

/** Of several runs: one notice for all that share a reason. */
export function notices(what: string, missing: readonly { readonly run: string; readonly reason: string }[]): Markup {
  const runs = new Map<string, string[]>();
  for (const { run, reason } of missing) runs.set(reason, [...(runs.get(reason) ?? []), run]);
  return markup`${[...runs].map(([reason, names]) => notice(`${list(names)}: ${what}`, reason))}`;
}
