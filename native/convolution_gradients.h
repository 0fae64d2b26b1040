// What the derivatives of our convolutions share.
#pragma once

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "direct.h"

namespace saddlepoint {

using OptionalTensor = c10::optional<at::Tensor>;

inline Geometry geometry_of(const at::Tensor& weight, int64_t stride, int64_t padding) {
  return {weight.size(1), weight.size(0), weight.size(2), stride, padding};
}

inline at::Tensor or_none(const OptionalTensor& tensor) { return tensor.value_or(at::Tensor()); }

inline bool wants_gradient(const OptionalTensor& tensor) { return tensor.has_value() && tensor->requires_grad(); }

// The gradient of what ReLU got, and the mask it must still pass, if any: that of ReLU's output, undefined without
// ReLU. It has passed already only where somebody else wants it so: the residual, or a second derivative.
inline std::pair<at::Tensor, at::Tensor> masked(const at::Tensor& grad_output, const at::Tensor& output,
                                                bool residual) {
  if (!output.defined() || !(residual || at::GradMode::is_enabled())) return {grad_output, output};
  return {at::threshold_backward(grad_output, output, 0), at::Tensor()};
}

// For a second derivative: what a transposed convolution computes, with its own derivative.
inline at::Tensor differentiable_dgrad(const at::Tensor& grad_output, const at::Tensor& weight,
                                       const Geometry& geometry, int64_t height, int64_t width) {
  const auto missing = [&](int64_t size) {
    return size - ((geometry.output_size(size) - 1) * geometry.stride - 2 * geometry.padding + geometry.kernel);
  };
  const std::vector<int64_t> strides(2, geometry.stride), paddings(2, geometry.padding);
  return at::conv_transpose2d(grad_output, weight, {}, strides, paddings, {missing(height), missing(width)});
}

}  // namespace saddlepoint
