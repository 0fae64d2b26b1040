// Convolutions with square kernels, strides and paddings in bfloat16, summed in float32, on a processor's tiles.
#pragma once

#include <ATen/ATen.h>

#include "direct.h"

namespace saddlepoint {

// A float32 weight [outputs, inputs, k, k] on the CPU, of each output times its scale, if any, rounded, channels-last.
at::Tensor bfloat16_weight(const at::Tensor& weight, const at::Tensor& scale = {});

// A weight [outputs, inputs, k, k], bfloat16 on the CPU, in the order that bfloat16_convolution() wants it, or with
// `dgrad` bfloat16_dgrad(). One dimension.
at::Tensor bfloat16_filter(const at::Tensor& weight, int64_t stride, int64_t padding, bool dgrad);

// How many values such a filter has.
int64_t bfloat16_filter_size(const Geometry& geometry, bool dgrad);

// relu(input * filter + bias + residual), channels-last; the bias in float32. Undefined tensors are left out. Shapes
// and dtypes are the caller's to check.
at::Tensor bfloat16_convolution(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias,
                                const at::Tensor& residual, const Geometry& geometry, bool relu);

// A gradient, or none; it counts as zero where the mask, if any, of its shape, is at most zero.
struct MaskedGradient {
  at::Tensor values, mask;
};

// The gradient [N, inputs, height, width] of the input, plus another one that it has.
at::Tensor bfloat16_dgrad(const MaskedGradient& grad_output, const at::Tensor& filter, const Geometry& geometry,
                          int64_t height, int64_t width, const MaskedGradient& more = {});

// The gradient [outputs, inputs, k, k] of the weight, in float32. No sum depends on the number of threads.
at::Tensor bfloat16_wgrad(const at::Tensor& input, const at::Tensor& grad_output, const Geometry& geometry);

}  // namespace saddlepoint
