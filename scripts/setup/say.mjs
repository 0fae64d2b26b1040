// How set-up speaks: one plain line a step, and one clear error.

/** An expected failure: printed as a message and its remedies, never as a stack. */
export class SetupError extends Error {
  /**
   * @param {string} message what was expected and what was found
   * @param {string[]} remedies what to do about it, one line each
   */
  constructor(message, remedies = []) {
    super(message);
    this.name = 'SetupError';
    this.remedies = remedies;
  }
}

/** @type {NodeJS.WritableStream} */
let stream = process.stdout;

/** @param {NodeJS.WritableStream} target where the lines go from now on */
export function speakTo(target) {
  stream = target;
}

/**
 * @param {string} subject
 * @param {string} text
 */
export function say(subject, text) {
  stream.write(`setup: ${subject.padEnd(10)} ${text}\n`);
}

/** @param {SetupError} error */
export function explain(error) {
  const remedies = error.remedies.map((remedy) => `  - ${remedy}`);
  return [`setup: ${error.message}`, ...(remedies.length > 0 ? ['What to do:', ...remedies] : [])].join('\n') + '\n';
}

/** @param {number} bytes */
export function megabytes(bytes) {
  const value = bytes / 1e6;
  return value >= 10 ? `${Math.round(value)} MB` : `${value.toFixed(1)} MB`;
}

/** @param {number} start a reading of performance.now() */
export function secondsSince(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
