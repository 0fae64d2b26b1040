// Convolutions of 3 x 3, stride 1 and one zero on each side, with a quarter of the multiplications.
#pragma once

#include <ATen/ATen.h>

namespace saddlepoint {

// Channels that are computed at once: inputs and outputs come in multiples of it.
constexpr int64_t kWinogradLanes = 8;

// Products of a tile and channel: the first dimension of a filter.
constexpr int64_t kWinogradPositions = 36;

// A weight [outputs, inputs, 3, 3], float32 on the CPU, as the filter [36, outputs / 8, inputs, 8] of winograd(); or,
// with `backward`, as the filter [36, inputs / 8, outputs, 8] that takes gradients of the outputs to those of the
// inputs.
at::Tensor winograd_filter(const at::Tensor& weight, bool backward);

// relu(input * filter + bias + residual), channels-last. Undefined tensors are left out. The input counts as zero where
// the mask, of its shape, is at most zero: what ReLU does to a gradient. Shapes and dtypes are the caller's to check.
at::Tensor winograd(const at::Tensor& input, const at::Tensor& mask, const at::Tensor& filter, const at::Tensor& bias,
                    const at::Tensor& residual, bool relu);

// The gradient [outputs, inputs, 3, 3] of the weight, of an input and the gradient of the outputs.
at::Tensor winograd_gradient(const at::Tensor& input, const at::Tensor& gradient);

}  // namespace saddlepoint
