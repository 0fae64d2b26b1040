/**
 * Module hooks that let a plain `node` process import this repository's TypeScript: `./x.js` that does not
 * exist is looked for as `./x.ts`, and its types are stripped by the project's own compiler.
 *
 * With SADDLEPOINT_TRANSPILED=<folder> what one process compiled is kept there for the next: a test that starts many
 * processes makes such a folder for itself.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(url)) return { url: url.href, shortCircuit: true };
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  return { format: 'module', source: await compiled(fileURLToPath(url)), shortCircuit: true };
}

/** @param {string} path */
async function compiled(path) {
  const folder = process.env.SADDLEPOINT_TRANSPILED;
  if (folder === undefined) return compile(path);
  const kept = join(folder, `${createHash('sha256').update(path).digest('hex')}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const source = await compile(path);
  writeFileSync(kept, source);
  return source;
}

/** @param {string} path */
async function compile(path) {
  const { default: typescript } = await import('typescript'); // half a second
  const { outputText } = typescript.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: {
      target: typescript.ScriptTarget.ES2022, // `using` is rewritten, as the build does
      module: typescript.ModuleKind.ESNext,
      inlineSourceMap: true,
    },
  });
  return outputText;
}
