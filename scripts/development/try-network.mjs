/**
 * One archive of torch.export against PyTorch's own numbers: what tried-networks.mjs does with each.
 */
import { existsSync } from 'node:fs';
import { grad, ops, readSafetensors, tidy } from '../../dist/engine/index.js';
import { buildModel, readExported } from '../../dist/models/index.js';

/** @typedef {import('../../dist/engine/index.js').Tensor} Tensor */
/** @typedef {import('../../dist/models/exported/index.js').ExportedFile} ExportedFile */
/**
 * What came of it. Differences are relative to the largest number; `steep` says of how many images the gradient differs
 * by more than `TOLERANCE`, and how much the gradient of all of them differs where the program computes in float64.
 *
 * @typedef {{ logits: number; gradient: number; steep?: { images: number; of: number; inFloat64: number } }} Figures
 * @typedef {Figures | { refused: string }} Outcome
 */

export const TOLERANCE = 1e-5;
/** The batches in the file of true values. */
const BATCHES = ['', '3'];

/**
 * @param {string} archive
 * @param {string} values
 * @returns {Outcome | undefined} undefined where PyTorch made no such archive
 */
export function tryNetwork(archive, values) {
  if (!existsSync(archive)) return undefined;
  const { tensors } = readSafetensors(values);
  try {
    const images = BATCHES.flatMap((batch) => differences(archive, tensors, batch, 'float32'));
    const steep = images.filter(({ gradient }) => gradient > TOLERANCE).length;
    if (steep === 0) return largest(images);
    const wide = BATCHES.flatMap((batch) => differences(archive, tensors, batch, 'float64'));
    return { ...largest(images), steep: { images: steep, of: images.length, inFloat64: largest(wide).gradient } };
  } catch (error) {
    return { refused: /** @type {Error} */ (error).message.replace(/^.*?: (?=it )/, '') };
  } finally {
    for (const tensor of tensors.values()) tensor.dispose();
  }
}

/** @param {Figures[]} images */
function largest(images) {
  /** @param {'logits' | 'gradient'} which */
  const of = (which) => Number(Math.max(...images.map((each) => each[which])).toPrecision(2));
  return { logits: of('logits'), gradient: of('gradient') };
}

/**
 * Of each image of a batch.
 *
 * @param {string} archive
 * @param {ReadonlyMap<string, Tensor>} truth
 * @param {string} batch
 * @param {'float32' | 'float64'} dtype
 * @returns {Figures[]}
 */
function differences(archive, truth, batch, dtype) {
  const [images, labels, logits, gradient] = ['images', 'labels', 'logits', 'gradient'].map((name) => {
    const found = truth.get(`${name}${batch}`);
    if (found === undefined) throw new Error(`expected ${name}${batch} in the file of true values`);
    return found;
  });
  if (!images || !labels || !logits || !gradient) return [];
  const model = build(readExported(archive), dtype);
  const figures = tidy(() => {
    const input = images.to({ dtype: images.dtype === 'float32' ? dtype : images.dtype }).clone();
    input.requiresGrad = true;
    const received = model.forward(input);
    const [slope] = grad(ops.crossEntropyLoss(received, labels, { reduction: 2 }), [input]);
    if (slope === undefined) throw new Error('expected a gradient');
    return Array.from({ length: images.size(0) }, (_, i) => ({
      logits: distance(received, logits, i),
      gradient: distance(slope, gradient, i),
    }));
  });
  model.dispose();
  return figures;
}

/**
 * Of one image, relative to the largest number of the batch.
 *
 * @param {Tensor} received
 * @param {Tensor} wanted
 * @param {number} image
 */
function distance(received, wanted, image) {
  const exact = wanted.to({ dtype: 'float64' });
  const apart = received.to({ dtype: 'float64' }).sub(exact).narrow(0, image, 1).abs().max();
  return apart.item() / exact.abs().max().item();
}

/**
 * The network, with float32 replaced by another type.
 *
 * @param {ExportedFile} file
 * @param {'float32' | 'float64'} dtype
 */
function build({ program, state }, dtype) {
  /** @param {string} given */
  const other = (given) => (given === 'float32' ? dtype : given);
  const inputs = program.inputs.map((input) => ({ ...input, dtype: other(input.dtype) }));
  const images = { ...program.images, dtype: other(program.images.dtype) };
  const model = buildModel({ architecture: 'exported', options: { program: { ...program, inputs, images } } });
  tidy(() => {
    model.loadStateDict(
      new Map([...state].map(([name, tensor]) => [name, tensor.dtype === 'float32' ? tensor.to({ dtype }) : tensor])),
    );
  });
  for (const tensor of state.values()) tensor.dispose();
  return model;
}
