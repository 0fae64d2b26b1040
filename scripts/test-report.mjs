// Counting what vitest's JSON report says.
import { readJson } from './setup/files.mjs';

/**
 * @typedef {{status: string, assertionResults: {status: string}[]}} FileResult
 * @typedef {{testResults: FileResult[]}} Report
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 */

/**
 * @param {Report | null} report null when vitest died before writing one
 * @param {boolean} succeeded vitest's own verdict
 * @returns {Counts}
 */
export function count(report, succeeded) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  // A file that could not be loaded, or whose hooks threw, has no failed test of its own, yet it failed.
  const failedFiles = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = failedTests + failedFiles;
  // Errors outside every test (a rejection nobody caught, a worker that died) are known by the verdict only.
  return { passed, failed: failed === 0 && !succeeded ? 1 : failed, skipped: tests.length - passed - failedTests };
}

/**
 * @param {string} path
 * @returns {Report | null} null where vitest died before writing one
 */
export function readReport(path) {
  const value = readJson(path);
  return typeof value === 'object' && value !== null && 'testResults' in value ? /** @type {Report} */ (value) : null;
}

/** @param {Counts} counts */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
