/**
 * The batch that an attack was given, in whatever form: as tensors, and looked at before any work.
 *
 * @module
 */
import { imageTensor, type ImageSource } from '../data/index.js';
import {
  describeValue,
  ops,
  RandomStream,
  requireOptions,
  SaddlepointError,
  Tensor,
  tensor,
  tidy,
} from '../engine/index.js';
import { requireModule, type Module } from '../nn/index.js';
import type { AttackRandomness } from './attack-randomness.js';

/** @throws SaddlepointError ARGUMENT for what is no list of whole numbers */
function classTensor(labels: readonly number[]): Tensor {
  if (!Array.isArray(labels) || !labels.every((label) => Number.isSafeInteger(label))) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected labels as a list of classes or as int64 [N], received ${describeValue(labels)}`,
    );
  }
  return tensor(BigInt64Array.from(labels, BigInt), { dtype: 'int64' });
}

/** @throws SaddlepointError ARGUMENT for distributions, of which training alone knows */
export function requireClasses(labels: Tensor): void {
  if (labels.ndim === 2)
    throw new SaddlepointError('ARGUMENT', `expected labels as int64 [N], received ${String(labels)}`);
}

/** What an attack was given as tensors, and where its random numbers come from; the tensors are the caller's. */
export function batchOf(
  model: Module,
  images: ImageSource,
  labels: Tensor | readonly number[],
  randomness: AttackRandomness | { readonly seed?: number; readonly indices?: Tensor },
): { images: Tensor; labels: Tensor } & AttackRandomness {
  requireModule(model);
  requireOptions('an attack', randomness, { seed: true, stream: true, indices: true });
  return tidy(() => {
    const device = model.parameters()[0]?.device ?? 'cpu';
    const made = images instanceof Tensor ? images : imageTensor(images).to({ device });
    const classes = labels instanceof Tensor ? labels : classTensor(labels).to({ device: made.device });
    const count = made.shape[0] ?? 0;
    const given = 'stream' in randomness ? randomness : { ...randomness, stream: undefined };
    const { stream = new RandomStream(('seed' in given ? given.seed : undefined) ?? 1, 'attack'), indices } = given;
    const owners: unknown = indices ?? ops.arange(count, { dtype: 'int64' });
    if (!(owners instanceof Tensor)) throw wrongForm('indices', count, owners);
    return { images: made.detach(), labels: classes.detach(), stream, indices: owners.detach() };
  });
}

export function requireBatch(model: Module, images: Tensor, labels: Tensor, indices: Tensor): void {
  requireModule(model);
  if (!(images instanceof Tensor) || images.ndim !== 4 || images.dtype !== 'float32') {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images as float32 [N, C, H, W] in [0, 1], received ${describeValue(images)}`,
    );
  }
  const [count = 0] = images.shape;
  const mixed = labels instanceof Tensor && labels.ndim === 2 && labels.dtype === 'float32' && labels.size(0) === count;
  for (const [name, tensor] of [['indices', indices], ...(mixed ? [] : [['labels', labels] as const])] as const) {
    if (!(tensor instanceof Tensor) || tensor.dtype !== 'int64' || tensor.ndim !== 1 || tensor.shape[0] !== count) {
      throw wrongForm(name, count, tensor);
    }
  }
  // Written so that a NaN is outside too.
  const outside = tidy(() => images.ge(0).logicalAnd(images.le(1)).logicalNot().sum().item());
  if (outside > 0) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images in [0, 1], received ${outside} of ${images.numel()} values outside of it. Divide bytes by ` +
        '255; normalise inside the model',
    );
  }
}

function wrongForm(name: string, count: number, received: unknown): SaddlepointError {
  return new SaddlepointError('ARGUMENT', `expected ${name} as int64 [${count}], received ${describeValue(received)}`);
}
