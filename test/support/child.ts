/**
 * Runs a TypeScript file in a Node process of its own: what may crash, exit or measure memory must not do
 * so in the test runner.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildResult {
  /** Exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly nodeOptions?: readonly string[];
  /** Address space in KiB beyond which allocations fail, where the shell can set it (Linux). */
  readonly addressSpace?: number;
}

/** Whether `npm run test:asan` runs this: AddressSanitizer reserves 20 TiB of addresses, and limits allocations itself. */
const sanitized = process.env.LD_PRELOAD?.includes('libasan') === true;

const loader = new URL('./typescript.mjs', import.meta.url).href;

/**
 * Runs `file` (a URL relative to `base`) and waits for its end.
 *
 * @param base `import.meta.url` of the caller
 */
export function runChild(
  file: string,
  base: string,
  values: readonly string[] = [],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const { environment = {}, nodeOptions = [], addressSpace } = options;
  const node = [process.execPath, ...nodeOptions, '--import', loader, fileURLToPath(new URL(file, base)), ...values];
  const [command, ...rest] =
    addressSpace !== undefined && !sanitized && process.platform === 'linux'
      ? ['/bin/sh', '-c', `ulimit -v ${addressSpace} && exec "$@"`, 'sh', ...node]
      : node;
  // The runner's own variables (NODE_OPTIONS, VITEST_*) are not the child's business.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|VITEST.*)$/.test(name));
  const child = spawn(command!, rest, {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...text }));
  });
}
