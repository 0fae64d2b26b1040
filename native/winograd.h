// Convolutions of 3 x 3, stride 1 and one zero on each side, with a quarter of the multiplications.
#pragma once

#include <ATen/ATen.h>

namespace saddlepoint {

// The transformed filter U [36, outputs / lanes, inputs, lanes] of a weight [outputs, inputs, 3, 3], float32 on the
// CPU; with `dgrad` that of the convolution which takes gradients of the outputs to those of the inputs, [36, inputs /
// lanes, outputs, lanes].
at::Tensor winograd_filter(const at::Tensor& weight, bool dgrad);

// relu(input * U + bias + residual), channels-last. Undefined tensors are left out. The input counts as zero where the
// mask, of its shape, is at most zero: what ReLU does to a gradient. Shapes and dtypes are the caller's to check.
at::Tensor winograd(const at::Tensor& input, const at::Tensor& mask, const at::Tensor& U, const at::Tensor& bias,
                    const at::Tensor& residual, bool relu);

// The gradient [outputs, inputs, 3, 3] of the weight.
at::Tensor winograd_wgrad(const at::Tensor& input, const at::Tensor& grad_output);

}  // namespace saddlepoint
