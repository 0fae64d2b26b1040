/**
 * The index of a zoo at an address. The last one is kept in the cache, as a machine without network has use for what
 * was downloaded before.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, SaddlepointError, writeFileAtomically } from '../../engine/index.js';
import { readWhole } from '../../engine/read-file.js';
import { LONGEST_INDEX, parseZooIndex, type ZooNetwork } from './zoo-index.js';

/** Milliseconds after which a server has gone away. */
const PATIENCE = 60_000;
/** Where there is an index to fall back on: some networks answer nothing at all. */
const SHORT_PATIENCE = 10_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The networks that the index lists, or listed when it was last reached.
 *
 * @param say is told where it is an earlier one
 * @throws SaddlepointError DATA for an index that cannot be had or is none; ARGUMENT for an address that is not secure
 */
export async function indexAt(address: string, say: (line: string) => void): Promise<readonly ZooNetwork[]> {
  const kept = keptIndex(address);
  const earlier = statSync(kept, { throwIfNoEntry: false })?.mtime;
  let content: string;
  try {
    content = await textAt(requireSecure(address), earlier === undefined ? PATIENCE : SHORT_PATIENCE);
  } catch (error) {
    if (error instanceof SaddlepointError) throw error;
    const reason = (error as Error).cause ?? error;
    if (earlier === undefined) throw unreadable(address, reason);
    say(`${sentenceOf(address, reason)}; taking it as it was on ${earlier.toISOString().slice(0, 10)}`);
    return parseZooIndex(readWhole(kept, LONGEST_INDEX).toString('utf8'), kept);
  }
  const networks = parseZooIndex(content, address);
  keep(kept, content);
  return networks;
}

/**
 * Every hash is only as good as the index that it is from.
 *
 * @returns the address
 * @throws SaddlepointError ARGUMENT for one that is neither `https` nor on this machine
 */
export function requireSecure(address: string): string {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || LOOPBACK.test(hostname)) return address;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected an https address of a zoo, as the index says which files are the right ones, received ${address}`,
  );
}

/** Of an index anywhere. */
export function unreadable(index: string, cause: unknown): SaddlepointError {
  const message = `${sentenceOf(index, cause)}. --from and SADDLEPOINT_ZOO name another`;
  return new SaddlepointError('DATA', message, { cause });
}

function sentenceOf(index: string, cause: unknown): string {
  return `the zoo's index ${index} cannot be read: ${(cause as Error).message}`;
}

/** Beside the networks' files. */
function keptIndex(address: string): string {
  const name = createHash('sha256').update(address).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'zoo', 'indices', `${name}.json`);
}

function keep(path: string, content: string): void {
  try {
    writeFileAtomically(path, content);
  } catch {
    // A cache that cannot be written is no reason to have no networks.
  }
}

/** @throws what `fetch` throws where nothing answers; SaddlepointError for an answer that is no index */
async function textAt(address: string, patience: number): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(patience) });
  requireSecure(response.url);
  if (!response.ok || response.body === null)
    throw unreadable(address, new Error(`the server answered ${response.status} ${response.statusText}`));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > LONGEST_INDEX) throw unreadable(address, new Error(`it has more than ${LONGEST_INDEX} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
