/**
 * Where results of a network from a zoo go, as its own folder is not for them.
 *
 * @module
 */
import { join } from 'node:path';
import { sha256Here } from './network-file.js';

/**
 * By name and hash: another zoo's network of that name has another folder, and a run that somebody called so keeps its
 * own.
 *
 * @param file of the network
 * @throws what the file system says, where it cannot be read
 */
export function zooResults(name: string, file: string): string {
  return join('runs', 'zoo', `${name}-${sha256Here(file).slice(0, 8)}`, 'evaluation');
}
