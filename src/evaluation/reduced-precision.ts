/**
 * Searches that compute with rounded factors. What such a search finds is confirmed by the network itself; what it
 * misses by rounding is missed, so that a robust error is never printed without.
 *
 * @module
 */

/** Backends of a search in float32 throughout. */
const FLOAT32: ReadonlySet<string> = new Set(['plain', 'channels-last', 'winograd']);

const NAMES: ReadonlyMap<string, string> = new Map([['tf32', 'TF32']]);

/**
 * In which reduced precision a backend searches, as people write it; undefined in float32, and where a result from
 * before does not say. A backend that nobody knows is named as it is.
 */
export function reducedPrecision(backend: string | undefined): string | undefined {
  if (backend === undefined || FLOAT32.has(backend)) return undefined;
  return NAMES.get(backend) ?? backend;
}
