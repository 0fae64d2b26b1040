/**
 * Operators that newer versions of PyTorch write and an older LibTorch has not, or has without a gradient, computed by
 * those that it has.
 *
 * @module
 */
import { dynamicOperator, ops, type OperatorValue, type Tensor } from '../../engine/index.js';
import { nameOf, type ProgramNode } from './program.js';

type Substitute = (given: Readonly<Record<string, OperatorValue>>) => readonly OperatorValue[];
type MaybeTensor = Tensor | null | undefined;

const SUBSTITUTES: Readonly<Record<string, Substitute>> = {
  'aten.scaled_dot_product_attention.default': (given) => [attention(given)],
  // What PyTorch 2.3 writes for it; the second result is for its own gradient.
  'aten._scaled_dot_product_flash_attention_for_cpu.default': (given) => [attention(given), ops.zeros([0])],
  // In evaluation mode the statistics that training would keep are empty.
  'aten._native_batch_norm_legit_no_training.default': (given) => {
    const { input, weight, bias, running_mean: mean, running_var: variance, momentum, eps } = given;
    const normalized = ops.batchNorm(
      input as Tensor,
      weight as Tensor | null,
      bias as Tensor | null,
      mean as Tensor,
      variance as Tensor,
      false,
      momentum as number,
      eps as number,
      false,
    );
    return [normalized, ops.zeros([0]), ops.zeros([0])];
  },
  'aten._native_batch_norm_legit.no_stats': ({ input, weight, bias, training, momentum, eps }) => {
    const [scale, shift] = [weight, bias] as [Tensor | null, Tensor | null];
    const numbers = [training as boolean, momentum as number, eps as number] as const;
    return [
      ops.batchNorm(input as Tensor, scale, shift, null, null, ...numbers, false),
      ops.zeros([0]),
      ops.zeros([0]),
    ];
  },
  'aten.squeeze.dims': ({ self, dim }) => {
    const tensor = self as Tensor;
    const gone = new Set((dim as readonly number[]).map((axis) => (axis + tensor.ndim) % tensor.ndim));
    return [tensor.reshape(tensor.shape.filter((size, axis) => size !== 1 || !gone.has(axis)))];
  },
  'aten.copy.default': ({ self, src }) => {
    const [target, source] = [self, src] as [Tensor, Tensor];
    return [source.to({ dtype: target.dtype, device: target.device }).expand(target.shape).clone()];
  },
  'aten.channel_shuffle.default': ({ self, groups }) => [shuffled(self as Tensor, groups as number)],
  'aten.native_channel_shuffle.default': ({ self, groups }) => [shuffled(self as Tensor, groups as number)],
  'aten._unsafe_index.Tensor': ({ self, indices }) => dynamicOperator('index', 'Tensor')!.call([self, indices]),
  'aten._safe_softmax.default': ({ self, dim }) => [(self as Tensor).softmax(dim as number).nanToNum({ nan: 0 })],
};

/** Channels in groups, [g, c], become [c, g]. */
function shuffled(maps: Tensor, groups: number): Tensor {
  const [images = 0, channels = 0, ...sides] = maps.shape;
  const grouped = maps.reshape([images, groups, Math.floor(channels / groups), ...sides]);
  return grouped.transpose(1, 2).reshape(maps.shape);
}

/** softmax(Q Kᵀ / √d + mask) V: Vaswani et al., "Attention Is All You Need", 2017, equation 1. */
function attention({ query, key, value, attn_mask: mask, scale }: Parameters<Substitute>[0]): Tensor {
  const [queries, keys, values] = [query, key, value] as [Tensor, Tensor, Tensor];
  const factor = typeof scale === 'number' ? scale : 1 / Math.sqrt(queries.size(-1));
  const scores = queries.matmul(keys.transpose(-2, -1)).mul(factor);
  return masked(scores, mask as MaybeTensor)
    .softmax(-1)
    .matmul(values);
}

function masked(scores: Tensor, mask: MaybeTensor): Tensor {
  if (mask === null || mask === undefined) return scores;
  return mask.dtype === 'bool' ? scores.maskedFill(mask.logicalNot(), -Infinity) : scores.add(mask);
}

/** Whose own have no gradient, or trust what they are given. */
const PREFERRED = new Set([
  'aten.copy.default',
  'aten._scaled_dot_product_flash_attention_for_cpu.default',
  'aten.channel_shuffle.default',
  'aten.native_channel_shuffle.default',
]);

/** Whether to compute it by others even where LibTorch has it. */
export function isPreferred(node: ProgramNode): boolean {
  return PREFERRED.has(nameOf(node));
}

/** Undefined where there is none. */
export function substituteFor(node: ProgramNode): Substitute | undefined {
  const { is_causal: causal, enable_gqa: grouped } = node.arguments;
  if (causal === true || grouped === true) return undefined;
  return SUBSTITUTES[nameOf(node)];
}
