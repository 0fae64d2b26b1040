/**
 * Images that a generative model made, to train on beside a data set's own (Gowal et al., "Improving Robustness using
 * Generated Data", NeurIPS 2021; Wang et al., "Better Diffusion Models Further Improve Adversarial Training", ICML
 * 2023, whose files of a million images and more are laid out like this). They stay in their file and are read batch by
 * batch; only the labels are in memory.
 *
 * @module
 */
import { ops, SaddlepointError, tensor, tidy, type Device, type Tensor } from '../engine/index.js';
import { count, type Dataset } from './dataset.js';
import { Npz, type NpzArray } from './npz.js';

/** The names an array may have. */
const NAMES = { images: ['image', 'images'], labels: ['label', 'labels'] } as const;

/** An open file of generated images. */
export class GeneratedImages implements Disposable {
  /** How many there are. */
  readonly count: number;
  readonly #file: Npz;
  readonly #images: NpzArray;
  readonly #labels: Uint16Array;
  /** [C, H, W]. */
  readonly #shape: readonly [number, number, number];
  /** Their indices begin behind those of the data set's own training images. */
  readonly #offset: number;

  /**
   * @param path of an uncompressed `.npz` with `image` or `images`, uint8 [N, H, W, C], and `label` or `labels`, whole
   *   numbers [N]
   * @param dataset whose images have this size, and whose classes the labels are
   * @throws SaddlepointError DATA for a file that is missing, cut off, compressed, holds Python objects or does not fit
   */
  constructor(path: string, { name, classes, train }: Dataset) {
    let file: Npz | undefined;
    try {
      file = new Npz(path);
      const [, channels = 0, height = 0, width = 0] = train.images.shape;
      this.#shape = [channels, height, width];
      this.#images = imagesIn(file, this.#shape);
      this.count = this.#images.shape[0]!;
      this.#labels = labelsIn(file, this.count, classes.length);
      this.#file = file;
      this.#offset = train.offset + count(train);
    } catch (cause) {
      file?.[Symbol.dispose]();
      throw new SaddlepointError(
        'DATA',
        `the generated images in ${path} cannot be used for ${name}: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /**
   * The images at these places of the file, with labels and indices as a batch has them.
   *
   * @throws SaddlepointError DATA when the file has become shorter or is gone
   */
  take(places: readonly number[], device: Device): { images: Tensor; labels: Tensor; indices: Tensor } {
    const [channels, height, width] = this.#shape;
    const { rowBytes } = this.#images;
    const bytes = new Uint8Array(places.length * rowBytes);
    for (const [i, place] of places.entries()) bytes.set(this.#rowAt(place), i * rowBytes);
    const int64 = (values: readonly number[]) => tensor(BigInt64Array.from(values, BigInt));
    return tidy(() => {
      const rows = tensor(bytes, { shape: [places.length, height, width, channels], device });
      const levels = ops.full([], 255, { dtype: 'float32', device });
      return {
        images: rows.permute([0, 3, 1, 2]).contiguous().to({ dtype: 'float32' }).div(levels),
        labels: int64(places.map((place) => this.#labels[place]!)).to({ device }),
        indices: int64(places.map((place) => this.#offset + place)),
      };
    });
  }

  #rowAt(place: number): Buffer {
    try {
      return this.#file.row(this.#images, place);
    } catch (cause) {
      throw new SaddlepointError('DATA', `a generated image cannot be read: ${(cause as Error).message}`, { cause });
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function arrayIn(file: Npz, names: readonly string[]): NpzArray {
  const name = names.find((one) => file.names.includes(one));
  if (name !== undefined) return file.header(name);
  throw new Error(`expected an array \`${names.join('` or `')}\`, found ${file.names.join(', ') || 'none'}`);
}

function imagesIn(file: Npz, [channels, height, width]: readonly [number, number, number]): NpzArray {
  const images = arrayIn(file, NAMES.images);
  const expected = [height, width, channels];
  const grey = channels === 1 && images.shape.slice(1).join() === [height, width].join();
  if (images.descr !== '|u1' || !(grey || images.shape.slice(1).join() === expected.join()) || images.shape[0] === 0) {
    throw new Error(
      `expected images as uint8 [N, ${expected.join(', ')}], received ${images.descr} [${images.shape.join(', ')}]`,
    );
  }
  return images;
}

function labelsIn(file: Npz, images: number, classes: number): Uint16Array {
  const labels = arrayIn(file, NAMES.labels);
  if (labels.shape.join() !== String(images) || !['|u1', '<i4', '<i8'].includes(labels.descr)) {
    throw new Error(
      `expected labels as whole numbers [${images}], received ${labels.descr} [${labels.shape.join(', ')}]`,
    );
  }
  const values = file.values(labels);
  const found = new Uint16Array(images);
  for (let i = 0; i < images; i += 1) {
    const label = Number(values[i]);
    if (!(label >= 0 && label < classes)) {
      throw new Error(`expected labels from 0 to ${classes - 1}, received ${label} for image ${i}`);
    }
    found[i] = label;
  }
  return found;
}
