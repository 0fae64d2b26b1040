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

// For a second derivative: LibTorch's operator, which has one. It asks for an input, of which it reads the shape alone.
// (A transposed convolution would do, but in bfloat16 LibTorch 1.13 has no derivative of it.)
inline at::Tensor differentiable_dgrad(const at::Tensor& grad_output, const at::Tensor& weight,
                                       const Geometry& geometry, int64_t height, int64_t width) {
  const at::Tensor shape =
      at::zeros({1}, grad_output.options()).expand({grad_output.size(0), geometry.inputs, height, width});
  const std::vector<int64_t> ones(2, 1), zeros(2, 0), bias{geometry.outputs};
  const std::vector<int64_t> strides(2, geometry.stride), paddings(2, geometry.padding);
  return std::get<0>(at::convolution_backward(grad_output, shape, weight, bias, strides, paddings, ones, false, zeros,
                                              1, {true, false, false}));
}

}  // namespace saddlepoint
