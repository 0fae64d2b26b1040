/**
 * Adversarial images made by anyone, read for the verifier: `.safetensors` (with `indices`, as evaluations write them),
 * `.npy`, PyTorch's `.pt` and `.pth`, or a folder of PNG files.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { readNpy } from '../../data/npy.js';
import { readSafetensors, readTorchFile, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { toPlanes, type Stack } from './layout.js';
import { readPngFolder } from './png-folder.js';

export interface GivenImages {
  /** float32, [C, H, W] of every image, one after the other. */
  readonly pixels: Float32Array;
  readonly count: number;
  /** Which example of the data set's file each image is of, where that is said. */
  readonly indices?: readonly number[] | undefined;
  /** Their labels, where they are said. */
  readonly labels?: readonly number[] | undefined;
  /** Of moved images: what they were made with, [P] of every image, one after the other. */
  readonly parameters?: Float32Array | undefined;
  /** What else is said of them, e.g. `norm` and `epsilon`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Before they are brought into order. */
interface Contents extends Partial<Pick<GivenImages, 'indices' | 'labels' | 'parameters' | 'metadata'>> {
  readonly stack: Stack;
}

const EXPECTED = 'expected adversarial images as .safetensors, .npy, .pt or a folder of PNG files';

/**
 * Reads adversarial images that any tool made, from .safetensors, .npy, .pt or a folder of PNG files.
 *
 * @param shape of one image, [C, H, W]
 * @throws SaddlepointError DATA or CHECKPOINT for what is missing, broken, of another kind or of images of another
 *   shape
 */
export function readGivenImages(path: string, shape: readonly number[]): GivenImages {
  try {
    const { stack, indices, labels, parameters, metadata = {} } = read(path);
    const count = stack.shape[0] ?? 0;
    if (count === 0) throw new Error('it has no images');
    for (const [name, values] of Object.entries({ indices, labels })) {
      if (values !== undefined && values.length !== count)
        throw new Error(`it has ${count} images and ${values.length} ${name}`);
    }
    // A tensor of that name may be anything; of moved images the verifier asks for the right ones.
    const own = parameters !== undefined && parameters.length % count === 0 ? parameters : undefined;
    return { pixels: toPlanes(stack, shape), count, indices, labels, parameters: own, metadata };
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    throw new SaddlepointError('DATA', `${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

function read(path: string): Contents {
  if (statSync(path).isDirectory()) {
    const { values, shape, indices } = readPngFolder(path);
    return { stack: { values, shape, bytes: true }, indices };
  }
  const reader = READERS[extname(path).toLowerCase()];
  if (reader === undefined) throw new Error(EXPECTED);
  return reader(path);
}

const READERS: Readonly<Record<string, (path: string) => Contents>> = {
  '.npy': (path) => {
    const { values, shape } = readNpy(path);
    if (values instanceof BigInt64Array || values instanceof Int32Array) {
      throw new Error('expected images as float32, float64 or uint8, received whole numbers of more bytes');
    }
    return { stack: { values, shape, bytes: values instanceof Uint8Array } };
  },
  '.safetensors': (path) =>
    tidy(() => {
      const { tensors, metadata } = readSafetensors(path);
      return { ...fromTensors(tensors), metadata };
    }),
  '.pt': (path) => tidy(() => fromTensors(readTorchFile(path))),
  '.pth': (path) => tidy(() => fromTensors(readTorchFile(path))),
};

/** `images`, or the only tensor of three or four dimensions, whatever its name. */
function fromTensors(tensors: ReadonlyMap<string, Tensor>): Contents {
  const candidates = [...tensors].filter(([, { shape }]) => shape.length === 3 || shape.length === 4);
  const images = tensors.get('images') ?? (candidates.length === 1 ? candidates[0]![1] : undefined);
  if (images === undefined) {
    throw new Error(`expected a tensor named images, received ${[...tensors.keys()].slice(0, 10).join(', ')}`);
  }
  const bytes = images.dtype === 'uint8';
  if (!bytes && !images.dtype.includes('float'))
    throw new Error(`expected images as floating point or uint8, received ${images.dtype}`);
  const values = images.to({ dtype: bytes ? 'uint8' : 'float32' }).toTypedArray() as Float32Array | Uint8Array;
  const wholes = (name: string) => tensors.get(name)?.to({ dtype: 'int64' }).toNumbers();
  const parameters = tensors.get('parameters')?.to({ dtype: 'float32' }).toTypedArray() as Float32Array | undefined;
  return {
    stack: { values, shape: images.shape, bytes },
    indices: wholes('indices'),
    labels: wholes('labels'),
    parameters,
  };
}
