/**
 * Modules that add parts to the registries: every thread and process that computes has to import them for itself.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SaddlepointError } from './errors.js';
import { IMPORT_VARIABLE, importedModules } from './imported-modules.js';

/**
 * Imports modules that add attacks, methods, networks, data sets or augmentations, here and in every thread and process
 * that is started from now on.
 *
 * @param specifiers one or several: paths, from the working directory, or names of packages that lie beside this one
 * @throws SaddlepointError ARGUMENT for a module that is not there, or that throws
 */
export async function importModules(specifiers: string | readonly string[]): Promise<void> {
  for (const specifier of typeof specifiers === 'string' ? [specifiers] : specifiers) {
    const address = addressOf(specifier);
    await importOne(address, specifier);
    process.env[IMPORT_VARIABLE] = JSON.stringify([...new Set([...importedModules(), address])]);
  }
}

/** Imports what the thread or process that started this one has imported. */
export async function importInherited(): Promise<void> {
  for (const address of importedModules()) await importOne(address, address);
}

/** A path becomes an address; the name of a package stays. */
function addressOf(specifier: string): string {
  if (/^(file|data|node):/.test(specifier)) return specifier;
  const isPath = /^\.{1,2}([/\\]|$)/.test(specifier) || isAbsolute(specifier) || existsSync(specifier);
  if (!isPath) return specifier;
  const path = resolve(specifier);
  if (existsSync(path)) return pathToFileURL(path).href;
  throw new SaddlepointError('ARGUMENT', `expected a module to import at ${specifier}, found nothing`);
}

async function importOne(address: string, specifier: string): Promise<void> {
  try {
    await import(address);
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    throw new SaddlepointError('ARGUMENT', `${specifier} could not be imported: ${(cause as Error).message}`, {
      cause,
    });
  }
}
