// Differentiable convolutions in bfloat16 as operators of LibTorch's dispatcher: one whose weights stand still, for an
// attack's inner loop, and one for training.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <tuple>

#include "bfloat16.h"
#include "convolution_checks.h"
#include "convolution_gradients.h"
#include "frozen_convolution.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Bfloat16Kernels {
  static at::Tensor convolve(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias,
                             const at::Tensor& residual, const Geometry& geometry, bool relu) {
    return bfloat16_convolution(input, filter, bias, residual, geometry, relu);
  }
  static at::Tensor dgrad(const at::Tensor& grad_output, const at::Tensor& mask, const at::Tensor& dgrad_filter,
                          const Geometry& geometry, int64_t height, int64_t width) {
    return bfloat16_dgrad({grad_output, mask}, dgrad_filter, geometry, height, width);
  }
};

using FrozenBfloat16Convolution = FrozenByKernels<Bfloat16Kernels>;

// As aten::conv2d under autocast, differentiable in all three: inputs and weights are rounded to bfloat16, the weight's
// gradient is not.
struct TrainedBfloat16Convolution : public torch::autograd::Function<TrainedBfloat16Convolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const OptionalTensor& bias, int64_t stride, int64_t padding) {
    const at::Tensor rounded_input = input.to(at::kBFloat16), rounded_weight = bfloat16_weight(weight);
    context->save_for_backward({rounded_input, rounded_weight});
    context->saved_data["wanted"] =
        std::vector<int64_t>{input.requires_grad(), weight.requires_grad(), wants_gradient(bias)};
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding};
    context->saved_data["float"] = input.scalar_type() == at::kFloat;
    const at::Tensor filter = bfloat16_filter(rounded_weight, stride, padding, false);
    return bfloat16_convolution(rounded_input, filter, or_none(bias), {}, geometry_of(weight, stride, padding), false);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "a convolution trained in bfloat16 has no second derivative");
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &grad_output = gradients[0];
    const auto wanted = context->saved_data["wanted"].toIntVector(), sizes = context->saved_data["sizes"].toIntVector();
    const Geometry geometry = geometry_of(weight, sizes[0], sizes[1]);
    at::Tensor grad_input, grad_weight, grad_bias;
    if (wanted[0] != 0) {
      const at::Tensor filter = bfloat16_filter(weight, geometry.stride, geometry.padding, true);
      grad_input = bfloat16_dgrad({grad_output, {}}, filter, geometry, input.size(2), input.size(3));
      if (context->saved_data["float"].toBool()) grad_input = grad_input.to(at::kFloat);
    }
    if (wanted[1] != 0) grad_weight = bfloat16_wgrad(input, grad_output, geometry);
    if (wanted[2] != 0) grad_bias = grad_output.sum(at::IntArrayRef({0, 2, 3}), false, at::kFloat);
    return {grad_input, grad_weight, grad_bias, {}, {}};
  }
};

std::tuple<at::Tensor, at::Tensor, at::Tensor> bfloat16_filters(const at::Tensor& weight, int64_t stride,
                                                                int64_t padding, const OptionalTensor& scale) {
  check_float_on_cpu({weight, or_none(scale)});
  check_square(weight);
  check_frozen(weight, "weight");
  check_stride(stride);
  check_padding(padding, weight.size(2));
  check_frozen(or_none(scale), "scale");
  TORCH_CHECK(!or_none(scale).defined() || or_none(scale).sizes() == at::IntArrayRef({weight.size(0)}),
              "expected a scale for each of ", weight.size(0), " outputs, received ", or_none(scale).sizes());
  const at::Tensor rounded = bfloat16_weight(weight, or_none(scale));
  return {rounded, bfloat16_filter(rounded, stride, padding, false), bfloat16_filter(rounded, stride, padding, true)};
}

at::Tensor frozen_bfloat16_convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& filter,
                                       const at::Tensor& dgrad_filter, const OptionalTensor& bias,
                                       const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
  check_bfloat16_on_cpu({input, weight, or_none(residual)});
  check_square(weight);
  const Geometry geometry = geometry_of(weight, stride, padding);
  check_frozen_bfloat16(input, weight, filter, dgrad_filter, or_none(bias), geometry);
  const int64_t height = geometry.output_size(input.size(2)), width = geometry.output_size(input.size(3));
  check_residual(or_none(residual), {input.size(0), geometry.outputs, height, width});
  return FrozenBfloat16Convolution::apply(input, weight, filter, dgrad_filter, bias, residual, stride, padding, relu);
}

at::Tensor trained_bfloat16_convolution(const at::Tensor& input, const at::Tensor& weight, const OptionalTensor& bias,
                                        int64_t stride, int64_t padding) {
  check_float_on_cpu({weight, or_none(bias)});
  check_square(weight);
  TORCH_CHECK(input.is_cpu() && (input.scalar_type() == at::kFloat || input.scalar_type() == at::kBFloat16),
              "expected a float32 or bfloat16 input on the CPU, received ", input.options());
  check_geometry(input, geometry_of(weight, stride, padding));
  check_bias(or_none(bias), weight.size(0));
  return TrainedBfloat16Convolution::apply(input, weight, bias, stride, padding);
}

}  // namespace

// Declared a second time in src/engine/ops/functions.ts.
TORCH_LIBRARY_FRAGMENT(saddlepoint, library) {
  library.def(
      "bfloat16_filters(Tensor weight, int stride, int padding, Tensor? scale=None) -> (Tensor, Tensor, Tensor)",
      &bfloat16_filters);
  library.def(
      "frozen_bfloat16_convolution(Tensor input, Tensor weight, Tensor filter, Tensor dgrad_filter, "
      "Tensor? bias=None, Tensor? residual=None, int stride=1, int padding=0, bool relu=False) -> Tensor",
      &frozen_bfloat16_convolution);
  library.def(
      "trained_bfloat16_convolution(Tensor input, Tensor weight, Tensor? bias=None, int stride=1, int padding=0) -> "
      "Tensor",
      &trained_bfloat16_convolution);
}

}  // namespace saddlepoint
