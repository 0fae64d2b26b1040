/**
 * How the threads of OpenMP wait for their next work.
 *
 * @module
 */

/**
 * Asleep, after some 0.1 ms awake. Awake for good, a second busy process on the machine makes every operation 10 to
 * 40 times slower; asleep at once, waking between two operators costs a twentieth to a quarter of a training step.
 * The short wait costs nothing where threads share a batch, and up to 45 % beside busy processes where they share
 * operators: docs/engines.md.
 */
export const WAITING = { OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '2000' } as const;
