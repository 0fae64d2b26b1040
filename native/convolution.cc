// Differentiable convolutions on winograd.h and direct.h, as operators of LibTorch's dispatcher: two whose weights
// stand still, for an attack's inner loop, and one for training.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "convolution_checks.h"
#include "convolution_gradients.h"
#include "direct.h"
#include "frozen_convolution.h"
#include "winograd.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Differentiable in the input and the residual; its gradient is a convolution of the same kind.
struct FrozenConvolution : public torch::autograd::Function<FrozenConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& filter,
                            const at::Tensor& dgrad_filter, const OptionalTensor& bias, const OptionalTensor& residual,
                            bool relu) {
    const at::Tensor output = winograd(input, {}, filter, or_none(bias), or_none(residual), relu);
    context->save_for_backward({filter, dgrad_filter, relu ? output : at::Tensor()});
    context->saved_data["residual"] = wants_gradient(residual);
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &filter = saved[0], &dgrad_filter = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    const auto [grad_output, mask] = masked(gradients[0], output, residual);
    const at::Tensor grad_input =
        at::GradMode::is_enabled() ? apply(grad_output, dgrad_filter, filter, OptionalTensor(), OptionalTensor(), false)
                                   : winograd(grad_output, mask, dgrad_filter, {}, {}, false);
    return {grad_input, {}, {}, {}, residual ? grad_output : at::Tensor(), {}};
  }
};

// The same for kernels, strides and paddings that Winograd's does not do.
struct DirectKernels {
  static at::Tensor convolve(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias,
                             const at::Tensor& residual, const Geometry& geometry, bool relu) {
    return direct(input, filter, bias, residual, geometry, relu);
  }
  static at::Tensor dgrad(const at::Tensor& grad_output, const at::Tensor& mask, const at::Tensor& dgrad_filter,
                          const Geometry& geometry, int64_t height, int64_t width) {
    return direct_dgrad(grad_output, mask, dgrad_filter, geometry, height, width);
  }
};

using FrozenDirectConvolution = FrozenByKernels<DirectKernels>;

// As aten::conv2d, differentiable in all three: Winograd's convolution where it can be, else a direct one.
struct TrainedConvolution : public torch::autograd::Function<TrainedConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const OptionalTensor& bias, int64_t stride, int64_t padding) {
    const Geometry geometry = geometry_of(weight, stride, padding);
    context->save_for_backward({input, weight});
    context->saved_data["wanted"] = std::vector<int64_t>{input.requires_grad(), wants_gradient(bias)};
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding};
    if (geometry.suits_winograd()) return winograd(input, {}, winograd_filter(weight, false), or_none(bias), {}, false);
    return direct(input, direct_filter(weight, stride, false), or_none(bias), {}, geometry, false);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &grad_output = gradients[0];
    const auto wanted = context->saved_data["wanted"].toIntVector(), sizes = context->saved_data["sizes"].toIntVector();
    const bool of_input = wanted[0] != 0, of_bias = wanted[1] != 0;
    const Geometry geometry = geometry_of(weight, sizes[0], sizes[1]);
    if (at::GradMode::is_enabled()) return differentiable(grad_output, input, weight, geometry, of_input, of_bias);
    return {of_input ? dgrad(grad_output, input, weight, geometry) : at::Tensor(),
            geometry.suits_winograd() ? winograd_wgrad(input, grad_output) : direct_wgrad(input, grad_output, geometry),
            of_bias ? grad_output.sum(at::IntArrayRef({0, 2, 3})) : at::Tensor(),
            {},
            {}};
  }

  static at::Tensor dgrad(const at::Tensor& grad_output, const at::Tensor& input, const at::Tensor& weight,
                          const Geometry& geometry) {
    if (geometry.suits_winograd()) return winograd(grad_output, {}, winograd_filter(weight, true), {}, {}, false);
    const at::Tensor filter = direct_filter(weight, geometry.stride, true);
    return direct_dgrad(grad_output, {}, filter, geometry, input.size(2), input.size(3));
  }

  // For a second derivative: LibTorch's operator, which has one.
  static variable_list differentiable(const at::Tensor& grad_output, const at::Tensor& input, const at::Tensor& weight,
                                      const Geometry& geometry, bool of_input, bool of_bias) {
    const std::vector<int64_t> ones(2, 1), zeros(2, 0), outputs{geometry.outputs};
    const std::vector<int64_t> strides(2, geometry.stride), paddings(2, geometry.padding);
    const auto [grad_input, grad_weight, grad_bias] = at::convolution_backward(
        grad_output, input, weight, outputs, strides, paddings, ones, false, zeros, 1, {of_input, true, of_bias});
    return {of_input ? grad_input : at::Tensor(), grad_weight, of_bias ? grad_bias : at::Tensor(), {}, {}};
  }
};

at::Tensor checked_winograd_filter(const at::Tensor& weight, bool dgrad) {
  check_winograd_weight(weight);
  return winograd_filter(weight, dgrad);
}

at::Tensor checked_direct_filter(const at::Tensor& weight, int64_t stride, bool dgrad) {
  check_direct_weight(weight);
  check_frozen(weight, "weight");
  check_stride(stride);
  return direct_filter(weight, stride, dgrad);
}

at::Tensor frozen_convolution(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& dgrad_filter,
                              const OptionalTensor& bias, const OptionalTensor& residual, bool relu) {
  check_float_on_cpu({input, filter, dgrad_filter, or_none(bias), or_none(residual)});
  check_winograd_filters(input, filter, dgrad_filter);
  const int64_t outputs = filter.size(1) * filter.size(3);
  check_bias(or_none(bias), outputs);
  check_frozen(or_none(bias), "bias");
  check_residual(or_none(residual), {input.size(0), outputs, input.size(2), input.size(3)});
  return FrozenConvolution::apply(input, filter, dgrad_filter, bias, residual, relu);
}

at::Tensor frozen_direct_convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& filter,
                                     const at::Tensor& dgrad_filter, const OptionalTensor& bias,
                                     const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
  check_direct_weight(weight);
  check_frozen(weight, "weight");
  check_float_on_cpu({input, filter, dgrad_filter, or_none(bias), or_none(residual)});
  const Geometry geometry = geometry_of(weight, stride, padding);
  check_geometry(input, geometry);
  check_direct_filters(weight, filter, dgrad_filter);
  check_bias(or_none(bias), geometry.outputs);
  check_frozen(or_none(bias), "bias");
  const int64_t height = geometry.output_size(input.size(2)), width = geometry.output_size(input.size(3));
  check_residual(or_none(residual), {input.size(0), geometry.outputs, height, width});
  return FrozenDirectConvolution::apply(input, weight, filter, dgrad_filter, bias, residual, stride, padding, relu);
}

at::Tensor trained_convolution(const at::Tensor& input, const at::Tensor& weight, const OptionalTensor& bias,
                               int64_t stride, int64_t padding) {
  check_direct_weight(weight);
  check_float_on_cpu({input, or_none(bias)});
  check_geometry(input, geometry_of(weight, stride, padding));
  check_bias(or_none(bias), weight.size(0));
  return TrainedConvolution::apply(input, weight, bias, stride, padding);
}

}  // namespace

// Declared a second time in src/engine/ops/functions.ts.
TORCH_LIBRARY(saddlepoint, library) {
  library.def("winograd_filter(Tensor weight, bool dgrad=False) -> Tensor", &checked_winograd_filter);
  library.def("direct_filter(Tensor weight, int stride, bool dgrad=False) -> Tensor", &checked_direct_filter);
  library.def(
      "frozen_convolution(Tensor input, Tensor filter, Tensor dgrad_filter, Tensor? bias=None, "
      "Tensor? residual=None, bool relu=False) -> Tensor",
      &frozen_convolution);
  library.def(
      "frozen_direct_convolution(Tensor input, Tensor weight, Tensor filter, Tensor dgrad_filter, "
      "Tensor? bias=None, Tensor? residual=None, int stride=1, int padding=0, bool relu=False) -> Tensor",
      &frozen_direct_convolution);
  library.def(
      "trained_convolution(Tensor input, Tensor weight, Tensor? bias=None, int stride=1, int padding=0) -> Tensor",
      &trained_convolution);
}

}  // namespace saddlepoint
