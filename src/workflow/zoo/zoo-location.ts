/**
 * Where the index of a zoo lies: with Saddlepoint, in another folder, or at an address.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { projectRoot, SaddlepointError } from '../../engine/index.js';
import { readWhole } from '../../engine/read-file.js';
import { indexAt, requireSecure, unreadable } from './index-at-address.js';
import { LONGEST_INDEX, parseZooIndex, type ZooNetwork } from './zoo-index.js';

/** A zoo's index. */
export interface ZooLocation {
  readonly kind: 'file' | 'address';
  /** Its path, or its address. */
  readonly index: string;
}

const NAME = 'zoo.json';

/**
 * @param from a folder, an `https` address, or the index itself in either; default: SADDLEPOINT_ZOO, else the
 *   zoo that comes with Saddlepoint
 * @throws SaddlepointError ARGUMENT for an address that is none, or not secure
 */
export function zooLocation(from = process.env.SADDLEPOINT_ZOO ?? ''): ZooLocation {
  if (from === '') return { kind: 'file', index: join(projectRoot(), 'models', NAME) };
  if (/^https?:\/\//i.test(from)) return { kind: 'address', index: addressOf(from) };
  const isFolder = statSync(from, { throwIfNoEntry: false })?.isDirectory() === true;
  return { kind: 'file', index: resolve(isFolder ? join(from, NAME) : from) };
}

function addressOf(from: string): string {
  if (!URL.canParse(from)) throw new SaddlepointError('ARGUMENT', `expected the address of a zoo, received ${from}`);
  const address = new URL(requireSecure(from));
  if (!address.pathname.endsWith('.json')) address.pathname = `${address.pathname.replace(/\/$/, '')}/${NAME}`;
  return address.href;
}

/** Where a network's file is, as the index says: a path below the index, or an address. */
export function placeOf({ source }: ZooNetwork, { kind, index }: ZooLocation): ZooLocation {
  if (source.startsWith('https:')) return { kind: 'address', index: source };
  if (kind === 'address') return { kind, index: new URL(source, index).href };
  return { kind, index: join(dirname(index), source) };
}

/** The networks of an index on this machine. @throws SaddlepointError DATA for none, or one as {@link parseZooIndex} */
export function readZoo({ index }: ZooLocation): readonly ZooNetwork[] {
  let content: string;
  try {
    content = readWhole(index, LONGEST_INDEX).toString('utf8');
  } catch (cause) {
    throw unreadable(index, cause);
  }
  return parseZooIndex(content, index);
}

/** The networks that come with Saddlepoint. @throws SaddlepointError DATA as {@link readZoo} */
export function shippedZoo(): readonly ZooNetwork[] {
  return readZoo(zooLocation(''));
}

/** The networks of an index, wherever it lies. @throws SaddlepointError as {@link readZoo} and {@link indexAt} */
export async function openZoo(location: ZooLocation, say: (line: string) => void): Promise<readonly ZooNetwork[]> {
  if (location.kind === 'file') return readZoo(location);
  return await indexAt(location.index, say);
}
