/**
 * The official files of a data set by checksum, and how those in a folder compare with them.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { md5Of, sha256Of, sha256Unzipped } from './download.js';

export interface OfficialFile {
  readonly name: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  readonly digest: string;
  /** The digest is of the contents: the file may be zipped, with `.gz` after its name. */
  readonly contents?: boolean;
}

export interface FileCheck {
  readonly name: string;
  /** `unknown`: the file is here in a form of which no official checksum is known. */
  readonly state: 'official' | 'differs' | 'missing' | 'unknown';
  readonly algorithm: OfficialFile['algorithm'];
  readonly expected: string;
  /** The file's own digest, where there is a file. */
  readonly received?: string;
}

export async function checkFiles(folder: string, files: readonly OfficialFile[]): Promise<FileCheck[]> {
  const checks: FileCheck[] = [];
  for (const file of files) checks.push(await checkFile(folder, file));
  return checks;
}

async function checkFile(folder: string, { name, algorithm, digest, contents }: OfficialFile): Promise<FileCheck> {
  const common = { algorithm, expected: digest };
  const path = join(folder, name);
  const compare = (found: string, received: string): FileCheck => ({
    ...common,
    name: found,
    state: received === digest ? 'official' : 'differs',
    received,
  });
  if (existsSync(path)) return compare(name, await (algorithm === 'MD5' ? md5Of : sha256Of)(path));
  if (contents === true && existsSync(`${path}.gz`)) {
    const received = await sha256Unzipped(`${path}.gz`).catch(() => 'a file that cannot be read to its end');
    return compare(`${name}.gz`, received);
  }
  const unzipped = name.replace(/\.gz$/, '');
  if (unzipped !== name && existsSync(join(folder, unzipped))) {
    return { ...common, name: unzipped, state: 'unknown', received: await sha256Of(join(folder, unzipped)) };
  }
  return { ...common, name, state: 'missing' };
}
