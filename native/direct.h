// Convolutions with square kernels, strides and paddings, as they are: what winograd.h does not do.
#pragma once

#include <ATen/ATen.h>

#include "convolution_limits.h"

namespace saddlepoint {

struct Geometry {
  int64_t inputs, outputs, kernel, stride, padding;

  // Whether winograd() computes it.
  bool suits_winograd() const {
    return kernel == 3 && stride == 1 && padding == 1 && inputs % kChannelMultiple == 0 &&
           outputs % kChannelMultiple == 0;
  }

  int64_t output_size(int64_t size) const { return (size + 2 * padding - kernel) / stride + 1; }

  // Taps along one side that see an input pixel whose place, in the padded input, is `phase` modulo the stride.
  int64_t taps(int64_t phase) const { return phase < kernel ? (kernel - phase + stride - 1) / stride : 0; }
};

// A weight [outputs, inputs, k, k], float32 on the CPU with outputs in eights, in the order that direct() wants it, or
// with `dgrad` direct_dgrad(). One dimension.
at::Tensor direct_filter(const at::Tensor& weight, int64_t stride, bool dgrad);

// relu(input * filter + bias + residual), channels-last. Undefined tensors are left out. Shapes and dtypes are the
// caller's to check.
at::Tensor direct(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias, const at::Tensor& residual,
                  const Geometry& geometry, bool relu);

// The gradient [N, inputs, height, width] of the input. That of the output counts as zero where the mask, of its shape,
// is at most zero.
at::Tensor direct_dgrad(const at::Tensor& grad_output, const at::Tensor& mask, const at::Tensor& filter,
                        const Geometry& geometry, int64_t height, int64_t width);

// The gradient [outputs, inputs, k, k] of the weight. No sum depends on the number of threads.
at::Tensor direct_wgrad(const at::Tensor& input, const at::Tensor& grad_output, const Geometry& geometry);

}  // namespace saddlepoint
