/**
 * The archives of torch.export in test/golden/exported, which scripts/golden/keep_exported.py keeps, and broken ones
 * that tests make of them.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { StoredZip } from '../../src/engine/zip.js';
import { temporaryFolder } from './folders.js';
import { storedZip } from './stored-zip.js';

const golden = fileURLToPath(new URL('../golden/exported', import.meta.url));
const PACKED = '.pt2.gz';

/** The names of all archives, e.g. `small-masked.static` and `old/2.3.1/small-masked.dynamic`. */
export function exportedNames(): string[] {
  return readdirSync(golden, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(PACKED))
    .map((name) => name.slice(0, -PACKED.length))
    .sort();
}

/** The bytes of an archive. */
export function exportedBytes(name: string): Buffer {
  return gunzipSync(readFileSync(join(golden, `${name}${PACKED}`)));
}

/** The path of a file with these bytes, which is new. */
export function exportedFile(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'net.pt2');
  writeFileSync(path, bytes);
  return path;
}

/** The path of PyTorch's own numbers for an archive. */
export function trueValuesOf(name: string): string {
  return join(golden, `${name.replace(/\.(static|dynamic|decomposed)$/, '')}.safetensors`);
}

/** The files in an archive, by their names. */
export function filesOf(name: string): Map<string, Buffer> {
  using zip = new StoredZip(exportedFile(exportedBytes(name)));
  return new Map(zip.names.map((file) => [file, zip.read(file)]));
}

/** The archive after some of its files were changed. `ending` finds one of them by the end of its name. */
export function changed(name: string, change: (files: Map<string, Buffer>, find: Finder) => void): string {
  const files = filesOf(name);
  change(files, (ending) => [...files.keys()].find((file) => file.endsWith(ending))!);
  return exportedFile(storedZip(files));
}

export type Finder = (ending: string) => string;

/** Where in JSON a value is, e.g. `['config', 'fc.weight', 'use_pickle']`. */
export type Place = readonly (string | number)[];

/** The archive with other values in the JSON of one of its files. */
export function withValues(name: string, ending: string, values: readonly (readonly [Place, unknown])[]): string {
  return changed(name, (files, find) => {
    const file = find(ending);
    const json: unknown = JSON.parse(files.get(file)!.toString('utf8'));
    for (const [place, value] of values) {
      const holder = place.slice(0, -1).reduce((inner, key) => Reflect.get(inner as object, key) as unknown, json);
      Reflect.set(holder as object, place.at(-1)!, value);
    }
    files.set(file, Buffer.from(JSON.stringify(json)));
  });
}
