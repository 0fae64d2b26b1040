/**
 * A zoo of trained networks: which there are, and a network by its name.
 *
 * @module
 */
import { describeValue, SaddlepointError } from '../../engine/index.js';
import { nearestOf } from '../../engine/nearest.js';
import { bringFile } from './network-file.js';
import { isZooName, type ZooNetwork } from './zoo-index.js';
import { openZoo, zooLocation, type ZooLocation } from './zoo-location.js';

export interface ZooOptions {
  /**
   * A folder or an `https` address with another `zoo.json`. Default: the environment variable SADDLEPOINT_ZOO, else the
   * zoo that comes with Saddlepoint.
   */
  readonly from?: string | undefined;
  /**
   * Is told how far a download is, and where an address cannot be reached, of which day its index is. Default: nobody.
   */
  readonly say?: ((line: string) => void) | undefined;
}

/** A network of a zoo, and its file on this machine. */
export interface FetchedNetwork extends ZooNetwork {
  readonly path: string;
}

/**
 * The networks of a zoo.
 *
 * @example
 * for (const { name, robust } of await listZoo()) console.log(name, robust.error, robust.interval);
 *
 * @throws SaddlepointError DATA for an index that cannot be read or is none; ARGUMENT for an address that is not secure
 */
export async function listZoo({ from, say = () => undefined }: ZooOptions = {}): Promise<readonly ZooNetwork[]> {
  return await openZoo(zooLocation(from), say);
}

/**
 * Makes sure that a network of a zoo is on this machine: used in place where it lies with its index, else downloaded
 * into the cache folder; its size and SHA-256 are as the index says, or it is refused.
 *
 * @example
 * const { path } = await fetchNetwork('cifar10-resnet18-16-linf');
 * const { model } = loadModel(path);
 *
 * @throws SaddlepointError ARGUMENT for a name that is not there, with the nearest; DATA for an index or a file that
 *   cannot be had or is another
 */
export async function fetchNetwork(
  name: string,
  { from, say = () => undefined }: ZooOptions = {},
): Promise<FetchedNetwork> {
  const location = zooLocation(from);
  const network = findNetwork(name, await openZoo(location, say), location);
  return { ...network, path: await bringFile(network, location, say) };
}

/** Names that an error lists where none is near. */
const MOST_NAMES = 5;

/** @throws SaddlepointError ARGUMENT with the nearest names */
export function findNetwork(name: string, networks: readonly ZooNetwork[], { index }: ZooLocation): ZooNetwork {
  const found = networks.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = networks.map((each) => each.name);
  const near = typeof name === 'string' && isZooName(name) ? nearestOf(name, names) : [];
  const listed = names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')}, …` : names.join(', ');
  const advice = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${listed || 'none'}`;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected a network of the zoo ${index}, received ${describeValue(name)}; ${advice}`,
  );
}
