/**
 * Operators that stay free functions: factories, joining, the layers' mathematics, losses, sampling.
 * See `schema.ts` for the notation.
 *
 * @module
 */

const factories = {
  zeros: 'zeros(int[] size, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=) -> Tensor',
  ones: 'ones(int[] size, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=) -> Tensor',
  empty:
    'empty.memory_format(int[] size, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=, MemoryFormat? memory_format=) -> Tensor',
  full: 'full(int[] size, Scalar fill_value, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=) -> Tensor',
  arange: 'arange(Scalar end, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=) -> Tensor',
  linspace:
    'linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=) -> Tensor',
  zerosLike:
    'zeros_like(Tensor self, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=, MemoryFormat? memory_format=) -> Tensor',
  emptyLike:
    'empty_like(Tensor self, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=, MemoryFormat? memory_format=) -> Tensor',
} as const;

const joining = {
  cat: 'cat(Tensor[] tensors, int dim=) -> Tensor',
  stack: 'stack(Tensor[] tensors, int dim=) -> Tensor',
  where: 'where.self(Tensor condition, Tensor self, Tensor other) -> Tensor',
} as const;

const layers = {
  linear: 'linear(Tensor input, Tensor weight, Tensor? bias=) -> Tensor',
  conv2d:
    'conv2d(Tensor input, Tensor weight, Tensor? bias=, int[] stride=, int[] padding=, int[] dilation=, int groups=) -> Tensor',
  batchNorm:
    'batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor',
  groupNorm:
    'group_norm(Tensor input, int num_groups, Tensor? weight=, Tensor? bias=, float eps=, bool cudnn_enabled=) -> Tensor',
  maxPool2d:
    'max_pool2d(Tensor self, int[] kernel_size, int[] stride=, int[] padding=, int[] dilation=, bool ceil_mode=) -> Tensor',
  avgPool2d:
    'avg_pool2d(Tensor self, int[] kernel_size, int[] stride=, int[] padding=, bool ceil_mode=, bool count_include_pad=, int? divisor_override=) -> Tensor',
  adaptiveAvgPool2d: 'adaptive_avg_pool2d(Tensor self, int[] output_size) -> Tensor',
  constantPad: 'constant_pad_nd(Tensor self, int[] pad, Scalar value=) -> Tensor',
  affineGrid: 'affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor',
  gridSample:
    'grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor',
} as const;

const losses = {
  crossEntropyLoss:
    'cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=, int reduction=, int ignore_index=, float label_smoothing=) -> Tensor',
  binaryCrossEntropyWithLogits:
    'binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=, Tensor? pos_weight=, int reduction=) -> Tensor',
  nuclearNorm: 'nuclear_norm(Tensor self, bool keepdim=) -> Tensor',
  klDivergence: 'kl_div(Tensor self, Tensor target, int reduction=, *, bool log_target=) -> Tensor',
} as const;

/**
 * Of our own addon; see `native/convolution.cc`, `native/bfloat16_operator.cc`, `native/bfloat16_block.cc`,
 * `native/bfloat16_affine.cc` and `native/fused_convolution.cc`.
 */
const convolutions = {
  winogradFilter: 'saddlepoint::winograd_filter(Tensor weight, bool dgrad=) -> Tensor',
  directFilter: 'saddlepoint::direct_filter(Tensor weight, int stride, bool dgrad=) -> Tensor',
  frozenDirectConvolution:
    'saddlepoint::frozen_direct_convolution(Tensor input, Tensor weight, Tensor filter, Tensor dgrad_filter, Tensor? bias=, Tensor? residual=, int stride=, int padding=, bool relu=) -> Tensor',
  frozenConvolution:
    'saddlepoint::frozen_convolution(Tensor input, Tensor filter, Tensor dgrad_filter, Tensor? bias=, Tensor? residual=, bool relu=) -> Tensor',
  bfloat16Filters:
    'saddlepoint::bfloat16_filters(Tensor weight, int stride, int padding, Tensor? scale=) -> (Tensor, Tensor, Tensor)',
  frozenBfloat16Convolution:
    'saddlepoint::frozen_bfloat16_convolution(Tensor input, Tensor weight, Tensor filter, Tensor dgrad_filter, Tensor? bias=, Tensor? residual=, int stride=, int padding=, bool relu=) -> Tensor',
  frozenBfloat16Block:
    'saddlepoint::frozen_bfloat16_block(Tensor input, Tensor[] weights, Tensor[] filters, Tensor[] dgrad_filters, Tensor[] biases, int[] strides, int[] paddings, bool shortcut) -> Tensor',
  frozenBfloat16AffineRelu:
    'saddlepoint::frozen_bfloat16_affine_relu(Tensor input, Tensor scale, Tensor shift) -> Tensor',
  trainedBfloat16Norm:
    'saddlepoint::trained_bfloat16_norm(Tensor input, Tensor weight, Tensor bias, Tensor? residual, Tensor running_mean, Tensor running_var, float momentum, float epsilon, bool relu) -> Tensor',
  trainedBfloat16Convolution:
    'saddlepoint::trained_bfloat16_convolution(Tensor input, Tensor weight, Tensor? bias=, int stride=, int padding=) -> Tensor',
  fusedConvolution:
    'saddlepoint::fused_convolution(Tensor input, Tensor weight, Tensor? bias=, Tensor? residual=, int stride=, int padding=, bool relu=) -> Tensor',
  trainedConvolution:
    'saddlepoint::trained_convolution(Tensor input, Tensor weight, Tensor? bias=, int stride=, int padding=) -> Tensor',
} as const;

export const functionDeclarations = { ...factories, ...joining, ...layers, ...losses, ...convolutions } as const;
