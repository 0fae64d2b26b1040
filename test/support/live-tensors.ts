/**
 * That tests leave as many tensors alive as they found.
 *
 * @module
 */
import { afterEach, beforeEach, expect } from 'vitest';
import { memory } from '../../src/engine/index.js';

/**
 * After every test of the file, or of the `describe` it is called in, as many tensors live as before it. Call it before
 * hooks that make and free tensors: those after it run inside.
 */
export function leavesNothingAlive(): void {
  let live = 0;
  beforeEach(() => {
    live = memory().live;
  });
  afterEach(() => {
    expect(memory().live).toBe(live);
  });
}
