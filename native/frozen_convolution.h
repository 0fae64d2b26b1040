// The derivative of a convolution whose weights stand still, whichever kernels compute it.
#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "convolution_gradients.h"

namespace saddlepoint {

// Differentiable in the input and the residual. `Kernels` has convolve(input, filter, bias, residual, geometry, relu)
// and dgrad(grad_output, mask, dgrad_filter, geometry, height, width).
template <typename Kernels>
struct FrozenByKernels : public torch::autograd::Function<FrozenByKernels<Kernels>> {
  using AutogradContext = torch::autograd::AutogradContext;
  using variable_list = torch::autograd::variable_list;

  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const at::Tensor& filter, const at::Tensor& dgrad_filter, const OptionalTensor& bias,
                            const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
    const Geometry geometry = geometry_of(weight, stride, padding);
    const at::Tensor output = Kernels::convolve(input, filter, or_none(bias), or_none(residual), geometry, relu);
    context->save_for_backward({weight, dgrad_filter, relu ? output : at::Tensor()});
    context->saved_data["residual"] = wants_gradient(residual);
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding, input.size(2), input.size(3)};
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &weight = saved[0], &dgrad_filter = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const Geometry geometry = geometry_of(weight, sizes[0], sizes[1]);
    const auto [grad_output, mask] = masked(gradients[0], output, residual);
    const at::Tensor grad_input = at::GradMode::is_enabled()
                                      ? differentiable_dgrad(grad_output, weight, geometry, sizes[2], sizes[3])
                                      : Kernels::dgrad(grad_output, mask, dgrad_filter, geometry, sizes[2], sizes[3]);
    return {grad_input, {}, {}, {}, {}, residual ? grad_output : at::Tensor(), {}, {}, {}};
  }
};

}  // namespace saddlepoint
