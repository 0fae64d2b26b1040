/**
 * Says in place that something is not there, and why.
 *
 * @module
 */
import { type Markup, markup } from './markup.js';

export function notice(what: string, reason: string): Markup {
  return markup`<p class="notice"><strong>${what}.</strong> ${reason}.</p>`;
}
