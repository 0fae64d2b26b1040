// Running other programs: quietly, with a time limit, and with a log to point at when they fail.
import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

import { SetupError } from './say.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {boolean} timedOut
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program and returns what it said; never throws.
 * @param {string} program
 * @param {string[]} options
 * @param {{seconds?: number, environment?: NodeJS.ProcessEnv, folder?: string}} [how]
 * @returns {Outcome}
 */
export function run(program, options, { seconds = 60, environment, folder } = {}) {
  const child = spawnSync(program, options, {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
  });
  const timedOut = child.error !== undefined && 'code' in child.error && child.error.code === 'ETIMEDOUT';
  return {
    ok: child.status === 0,
    timedOut,
    // There is no output at all when the program could not be started.
    stdout: child.pid === 0 ? '' : child.stdout,
    stderr: child.pid === 0 ? (child.error?.message ?? '') : child.stderr,
  };
}

/**
 * Runs a long program into a log file. On failure the end of the log is shown, and where the rest is.
 * @param {string} what for the message: "building the addon"
 * @param {string} log
 * @param {string} program
 * @param {string[]} options
 * @param {{seconds?: number, environment?: NodeJS.ProcessEnv, folder?: string, remedies?: string[]}} [how]
 */
export function runLogged(what, log, program, options, { seconds = 1800, environment, folder, remedies = [] } = {}) {
  mkdirSync(dirname(log), { recursive: true });
  const descriptor = openSync(log, 'w');
  const child = spawnSync(program, options, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', descriptor, descriptor],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  closeSync(descriptor);
  if (child.status === 0) return;
  const end = lastLines(readFileSync(log, 'utf8'), 40);
  const reason = child.status === null ? `was stopped (${child.error?.message ?? child.signal})` : 'failed';
  throw new SetupError(`${what} ${reason}. The last lines of ${log}:\n${end}`, remedies);
}

/**
 * @param {string} text
 * @param {number} count
 */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * The path of a program, as a shell would find it, without starting one.
 * @param {string} name
 * @returns {string | null}
 */
export function findProgram(name) {
  const folders = isAbsolute(name) ? [''] : (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not here: look in the next folder.
    }
  }
  return null;
}

export function isRoot() {
  return process.getuid?.() === 0;
}
