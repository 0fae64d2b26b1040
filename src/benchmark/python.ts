/**
 * The Python whose torch is compared with: the same LibTorch, or the comparison says nothing.
 *
 * @module
 */
import { engineDescription, SaddlepointError } from '../engine/index.js';

export interface Python {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The one that set-up found to import this engine's own library, or the one that was named.
 *
 * @param named `--python`
 * @throws SaddlepointError ENGINE when there is none
 */
export function findPython(named: string | undefined): Python {
  const { libtorch } = engineDescription();
  if (named !== undefined) return { command: named, environment: {} };
  if (libtorch.python === null) {
    throw new SaddlepointError(
      'ENGINE',
      `expected a Python that imports the LibTorch ${libtorch.version} of this engine, found none. ` +
        'On Debian: apt-get install python3-torch, then npm run setup; or npm run setup -- --libtorch wheel --default; ' +
        `or name a Python with torch ${libtorch.version} with --python`,
    );
  }
  return {
    command: libtorch.python,
    environment: libtorch.pythonPath === null ? {} : { PYTHONPATH: libtorch.pythonPath },
  };
}

/**
 * @param pytorch as PyTorch writes it, e.g. 2.13.0+cpu
 * @throws SaddlepointError ENGINE when it is not this engine's version
 */
export function requireSameVersion(libtorch: string, pytorch: string): void {
  // Debian's LibTorch 1.13.1 calls itself 1.13.0 in one place and 1.13.1 in another.
  const release = (version: string) =>
    version
      .split(/[+a-z]/)[0]!
      .split('.')
      .slice(0, 2)
      .join('.');
  if (release(libtorch) === release(pytorch)) return;
  throw new SaddlepointError(
    'ENGINE',
    `expected a Python with torch ${libtorch}, as this engine's LibTorch, received torch ${pytorch}; ` +
      'use that version: npm run setup -- --libtorch wheel --default installs both',
  );
}

/**
 * Someone may install another PyTorch while a benchmark of hours runs: every process says which one it has.
 *
 * @param atStart of this benchmark; undefined where nobody has asked yet
 * @throws SaddlepointError ENGINE when it is another one
 */
export function requireUnchanged(atStart: string | undefined, now: string): void {
  if (atStart === undefined || atStart === now) return;
  throw new SaddlepointError(
    'ENGINE',
    `expected PyTorch ${atStart}, with which this benchmark began, received ${now}: it was changed meanwhile. ` +
      'What was measured before is kept; install the first one and go on with --resume, or begin anew',
  );
}

/** Whether an error is no failure of one side, but the end of the whole benchmark. */
export function endsBenchmark(error: unknown): boolean {
  return error instanceof SaddlepointError && error.code === 'ENGINE';
}
