/**
 * Test images for a site, every class in its share.
 *
 * @module
 */
import { disposeSplit, FOLDER_NAMES, pick, stratifiedOrder } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { openData, type DataOptions } from './evaluation-data.js';
import { isNamed, type WebNetwork } from './web-network.js';

export interface WebPicturesOptions extends Pick<DataOptions, 'data'> {
  /** Default: the recipe's. */
  readonly dataset?: string | undefined;
}

export interface WebPictures {
  /** uint8 [N, C, H, W]. */
  readonly bytes: Uint8Array;
  readonly labels: readonly number[];
  /** The data set's name; empty for one's own images. */
  readonly source: string;
  readonly classes: readonly string[];
}

const IMAGES = 20;

/**
 * @returns in their place, in a sentence, why there are none: nothing names a data set, or it is not on this machine and
 *   nobody asked for it
 * @throws SaddlepointError DATA for one that was asked for and is not there, or does not fit the network
 */
export function webPictures(network: WebNetwork, { dataset: asked, data }: WebPicturesOptions): WebPictures | string {
  const name = asked ?? network.recipe?.dataset.name;
  if (name === undefined) {
    if (data === undefined) return 'nothing names a data set: --dataset does';
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --dataset with --data for a network without a recipe, received none',
    );
  }
  const { size } = network.image;
  let dataset;
  try {
    dataset = openData(name, network.recipe, { data, ...(FOLDER_NAMES.includes(name) && { size }) });
  } catch (error) {
    const isMissing = error instanceof SaddlepointError && error.code === 'DATA';
    if (!isMissing || asked !== undefined || data !== undefined) throw error;
    return error.message.split('\n')[0]!;
  }
  const { train, test, classes } = dataset;
  try {
    requireFit(network, test.images.shape.slice(1), classes, name);
    const order = stratifiedOrder(test.labels.toNumbers()).slice(0, IMAGES);
    const chosen = pick(test, order);
    const labels = chosen.labels.toNumbers();
    const bytes = chosen.images.toTypedArray() as Uint8Array;
    disposeSplit(chosen);
    return { bytes, labels, source: FOLDER_NAMES.includes(name) ? '' : name, classes };
  } finally {
    disposeSplit(train);
    disposeSplit(test);
  }
}

function requireFit(network: WebNetwork, shape: readonly number[], names: readonly string[], dataset: string): void {
  const { image, classes } = network;
  const expected = [image.channels, image.size, image.size];
  const refuse = (difference: string): never => {
    throw new SaddlepointError('DATA', `expected a data set as the network takes it, ${difference}: ${dataset}`);
  };
  if (shape.join() !== expected.join())
    refuse(`with images [${expected.join(', ')}], received one of [${shape.join(', ')}]`);
  if (names.length !== classes.length) refuse(`of ${classes.length} classes, received one of ${names.length}`);
  if (isNamed(network) && names.join('\n') !== classes.join('\n'))
    refuse(`of the classes ${classes.join(', ')}, received one of ${names.join(', ')}`);
}
