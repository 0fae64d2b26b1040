import { defineConfig } from 'vitest/config';

// LibTorch reads these when its library loads, so they must be in the environment of the test processes from the start.
// Test files run side by side: one thread each, and idle threads sleep instead of spinning.
process.env.OMP_NUM_THREADS ??= '1';
process.env.OMP_WAIT_POLICY ??= 'PASSIVE';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A process a file: the addon's state (generators, memory counters) is never shared between files.
    pool: 'forks',
    maxWorkers: 2,
    // A hang is found late rather than a slow machine taken for one: many tests start processes, and others may run beside them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
