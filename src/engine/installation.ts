/**
 * Where this copy of Saddlepoint lies, of what kind it is, and where the engines built for it are. Touches no addon:
 * set-up asks the compiled file where to build (scripts/setup/places.mjs).
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaddlepointError } from './errors.js';

/**
 * A `clone` of the repository has the sources, a `bundle` for machines without network says so itself, and anything
 * else is a `package` that npm installed into somebody's project.
 */
export type InstallationKind = 'clone' | 'bundle' | 'package';

/** What to do where the engine is missing or does not load. */
const REMEDIES: Readonly<Record<InstallationKind, string>> = {
  clone: 'Run `npm run setup` in the project folder, then `npm run doctor` if it fails again.',
  bundle: 'Run `./saddlepoint setup` in the folder of the bundle, then `./saddlepoint doctor` if it fails again.',
  package: 'Run `npx saddlepoint setup` in your project, then `npx saddlepoint doctor` if it fails again.',
};

/** The root folder of Saddlepoint: the first one above this file that holds a package.json. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new SaddlepointError('ENGINE', 'the folder of the package was not found');
    folder = parent;
  }
  return folder;
}

/** How Saddlepoint came here: a clone, a bundle, or a package that npm installed. */
export function installationKind(root = projectRoot()): InstallationKind {
  if (existsSync(join(root, 'bundle.json'))) return 'bundle';
  return existsSync(join(root, 'src')) ? 'clone' : 'package';
}

/** The command that sets this copy up, as a sentence. */
export function remedy(root = projectRoot()): string {
  return REMEDIES[installationKind(root)];
}

/**
 * A module of ours as the file that a thread can start from, which is the compiled one wherever the caller runs.
 *
 * @throws SaddlepointError ENGINE when the sources are not compiled
 */
export function compiledFile(module: string, root = projectRoot()): string {
  const file = join(root, 'dist', module);
  if (!existsSync(file)) throw new SaddlepointError('ENGINE', `expected ${file}, found nothing. ${remedy(root)}`);
  return file;
}

/** What is kept for all projects of a user: SADDLEPOINT_CACHE, else `saddlepoint` in the user's cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { SADDLEPOINT_CACHE: ours = '', XDG_CACHE_HOME: users = '' } = environment;
  if (ours !== '') return resolve(ours);
  // A relative path is to be ignored, says the XDG Base Directory Specification.
  return join(isAbsolute(users) ? users : join(homedir(), '.cache'), 'saddlepoint');
}

/**
 * The folder of engines, one folder for each LibTorch. Whoever works on Saddlepoint has them in `build/`. A package's
 * lie outside of it, so that `node_modules` may be read-only and several projects share one build: under the package's
 * version, the platform and the native sources. The version of Node.js does not matter to an addon that keeps to
 * Node-API.
 */
export function enginesFolder(root = projectRoot()): string {
  if (installationKind(root) !== 'package') return join(root, 'build');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const key = `${version}-${process.platform}-${process.arch}-${nativeSources(root)}`;
  return join(cacheFolder(), 'engines', key);
}

/** The beginning of a hash over names and contents of the native sources. */
function nativeSources(root: string): string {
  const folder = join(root, 'native');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}
