/**
 * What a network is called by the path it comes from.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { isZooPath, zooName } from './zoo/index.js';

/** Of files of weights. Other endings are part of a name, as in `pgd-0.5`. */
const ENDING = /(?<=.)\.(safetensors|pt2?|pth|ckpt|bin)(\.tar)?$/i;

/** The last part of the path without the ending of a file of weights; a folder's, and a zoo's, is the whole name. */
export function networkName(path: string): string {
  if (isZooPath(path)) return zooName(path);
  const name = basename(resolve(path));
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? name : name.replace(ENDING, '');
}
