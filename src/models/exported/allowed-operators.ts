/**
 * The operators that a program from a file may have: those that networks are made of, whose arguments LibTorch checks,
 * and that do nothing but compute. LibTorch has two thousand more; some end the process for a wrong index, read files,
 * or write where they are told to, so that a file may not choose among them.
 *
 * @module
 */

/** By what they do with memory: a result may share its tensor's, as views do, or it is new. */
export type OperatorKind = 'view' | 'new';

/** Also those that return their input itself where there is nothing to do. */
const VIEWS = `
  alias as_strided chunk contiguous detach diagonal dropout expand expand_as feature_dropout flatten lift_fresh
  movedim narrow numpy_T permute reshape reshape_as select slice split split_with_sizes squeeze swapaxes swapdims t
  tensor_split to transpose type_as unbind unflatten unfold unsqueeze view view_as _reshape_alias _to_copy
  _unsafe_view
`;

const NEW = `
  abs acos acosh adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool2d add addbmm addcdiv addcmul addmm all amax
  amin aminmax any arange argmax argmin asin asinh atan atan2 atanh avg_pool1d avg_pool2d baddbmm batch_norm
  bitwise_and bitwise_not bitwise_or bitwise_xor bmm cat ceil celu channel_shuffle native_channel_shuffle clamp
  clamp_max clamp_min clip clone concat constant_pad_nd conv1d conv2d conv_transpose2d convolution copy cos cosh
  cumprod cumsum div divide einsum elu embedding eq erf erfc exp exp2 expm1 eye flip floor floor_divide fmax fmin fmod
  frac full full_like gather ge gelu glu greater group_norm gt hardshrink hardsigmoid hardswish hardtanh im2col index
  index_add index_fill index_put index_select instance_norm isfinite isinf isnan isneginf isposinf layer_norm le
  leaky_relu lerp less lift_fresh_copy linalg_vector_norm linear linspace log log10 log1p log2 log_sigmoid log_softmax
  logaddexp logical_and logical_not logical_or logical_xor logsumexp lt masked_fill matmul max max_pool1d max_pool2d
  max_pool2d_with_indices maximum mean min minimum mish mm mul multiply mv nan_to_num native_batch_norm native_dropout
  native_group_norm native_layer_norm ne neg negative new_full new_ones new_zeros norm ones ones_like outer pad
  pixel_shuffle pixel_unshuffle pow prelu prod reciprocal reflection_pad1d reflection_pad2d relu relu6 remainder
  repeat repeat_interleave replication_pad2d rms_norm roll round rsqrt rsub scalar_tensor scaled_dot_product_attention
  scatter scatter_add select_scatter selu sgn sigmoid sign silu sin sinh slice_scatter softmax softplus softshrink
  sort sqrt square stack std std_mean sub subtract sum tan tanh threshold tile topk tril triu true_divide trunc
  upsample_bicubic2d upsample_bilinear2d upsample_nearest2d var var_mean where xlogy zeros zeros_like
  _adaptive_avg_pool2d _scaled_dot_product_flash_attention_for_cpu _log_softmax _native_batch_norm_legit
  _native_batch_norm_legit_no_training _safe_softmax _softmax _unsafe_index _upsample_bicubic2d_aa
  _upsample_bilinear2d_aa _upsample_nearest_exact2d _weight_norm
`;

/** Which only exist so that they write into their first argument. */
const IN_PLACE = 'fill zero';

const words = (text: string) => text.trim().split(/\s+/);
const KINDS: ReadonlyMap<string, OperatorKind> = new Map([
  ...words(NEW).map((name) => [name, 'new'] as const),
  ...words(VIEWS).map((name) => [name, 'view'] as const),
]);
const ONLY_IN_PLACE = new Set(words(IN_PLACE));

/** Undefined for one that a program may not have. */
export function kindOf(operator: string): OperatorKind | undefined {
  const known = KINDS.get(operator);
  if (known !== undefined || !operator.endsWith('_') || operator.endsWith('__')) return known;
  const name = operator.slice(0, -1);
  return KINDS.has(name) || ONLY_IN_PLACE.has(name) ? 'view' : undefined;
}
