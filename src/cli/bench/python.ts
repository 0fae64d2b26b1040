/**
 * The Python whose torch is compared with: the same LibTorch, or the comparison says nothing.
 *
 * @module
 */
import { engineDescription, SaddlepointError } from '../../engine/index.js';

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
