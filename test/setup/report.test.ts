import { describe, expect, it } from 'vitest';

import { count, summary } from '../../scripts/test-report.mjs';

function file(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map((test) => ({ status: test })) };
}

describe('the last line of npm test', () => {
  it('counts tests', () => {
    const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'failed', 'passed', 'skipped')] };
    expect(count(report, false)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('counts a file that does not load as failed', () => {
    expect(count({ testResults: [file('passed', 'passed'), file('failed')] }, false).failed).toBe(1);
  });

  it('counts errors outside the tests, and a runner that died, as failed', () => {
    expect(count({ testResults: [file('passed', 'passed')] }, false).failed).toBe(1);
    expect(count(null, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('mentions skipped tests only where there are some', () => {
    expect(summary({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(summary({ passed: 3, failed: 0, skipped: 2 })).toBe('3 passed, 0 failed, 2 skipped');
  });
});
