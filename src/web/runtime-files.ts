/**
 * ONNX Runtime Web, which a site brings along. It is no dependency of the package, being ten times its size, so
 * that whoever exports a site installs it.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SaddlepointError } from '../engine/errors.js';
import { projectRoot } from '../engine/installation.js';
import type { SiteFile } from './site-file.js';

const NAME = 'onnxruntime-web';
/** The one that the page was tested with. */
const VERSION = '1.30.0';
const INSTALL = `npm install --ignore-scripts ${NAME}@${VERSION}`;

/**
 * What the page loads, by its name in the site. They are called `.js`, as not every server knows `.mjs` to be a
 * script.
 */
const FILES = {
  'ort.wasm.js': 'ort.wasm.min.mjs',
  'ort-wasm.js': 'ort-wasm-simd-threaded.mjs',
  'ort-wasm.wasm': 'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.js': 'ort.webgpu.min.mjs',
  'ort-webgpu.js': 'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-webgpu.wasm': 'ort-wasm-simd-threaded.asyncify.wasm',
} as const;

/**
 * The files in `runtime/`, from the `node_modules` of the current folder, of the package, or of a folder above one
 * of them.
 *
 * @param places where to begin looking
 * @throws SaddlepointError FILE where it is not installed, in another version, or incompletely
 */
export function runtimeFiles(places: readonly string[] = [process.cwd(), projectRoot()]): SiteFile[] {
  const folder = places.flatMap(foldersAbove).find((candidate) => existsSync(join(candidate, 'package.json')));
  if (folder === undefined) refuse('found none');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
  if (version !== VERSION) refuse(`found ${String(version)} in ${folder}`);
  return Object.entries(FILES).map(([name, original]) => {
    const file = join(folder, 'dist', original);
    if (!existsSync(file)) refuse(`found it in ${folder} without dist/${original}`);
    const bytes = readFileSync(file);
    // Of a script the last line names a source map, which the site has not.
    const content = name.endsWith('.js')
      ? bytes.toString('utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
      : bytes;
    return { path: `runtime/${name}`, content };
  });
}

/** Where a package may lie that is imported from this folder: nearest first, as Node.js looks. */
function foldersAbove(place: string): string[] {
  const folder = resolve(place);
  const above = dirname(folder);
  return [join(folder, 'node_modules', NAME), ...(above === folder ? [] : foldersAbove(above))];
}

function refuse(found: string): never {
  throw new SaddlepointError(
    'FILE',
    `expected ${NAME} ${VERSION}, which computes the networks in the browser, in the node_modules of this folder, ` +
      `${found}. Install it here and run the same command again: ${INSTALL}`,
  );
}
