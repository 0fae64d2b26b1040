// Differentiable convolutions on winograd.h and direct.h, as operators of LibTorch's dispatcher: two whose weights
// stand still, for an attack's inner loop, and one for training.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <utility>

#include "convolution_jobs.h"
#include "direct.h"
#include "winograd.h"

namespace saddlepoint {

namespace {

using OptionalTensor = c10::optional<at::Tensor>;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The gradient of what ReLU got, and the mask it must still pass, if any: that of ReLU's output, undefined without
// ReLU. It has passed already only where somebody else wants it so: the residual, or a second derivative.
std::pair<at::Tensor, at::Tensor> masked(const at::Tensor& gradient, const at::Tensor& output, bool residual) {
  if (!output.defined() || !(residual || at::GradMode::is_enabled())) return {gradient, output};
  return {at::threshold_backward(gradient, output, 0), at::Tensor()};
}

// Differentiable in the input and the residual; its gradient is a convolution of the same kind.
struct FrozenConvolution : public torch::autograd::Function<FrozenConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& filter,
                            const at::Tensor& backward_filter, const OptionalTensor& bias,
                            const OptionalTensor& residual, bool relu) {
    const at::Tensor output =
        winograd(input, {}, filter, bias.value_or(at::Tensor()), residual.value_or(at::Tensor()), relu);
    context->save_for_backward({filter, backward_filter, relu ? output : at::Tensor()});
    context->saved_data["residual"] = residual.has_value() && residual->requires_grad();
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &filter = saved[0], &backward_filter = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    const auto [gradient, mask] = masked(gradients[0], output, residual);
    const at::Tensor inner = at::GradMode::is_enabled()
                                 ? apply(gradient, backward_filter, filter, OptionalTensor(), OptionalTensor(), false)
                                 : winograd(gradient, mask, backward_filter, {}, {}, false);
    return {inner, {}, {}, {}, residual ? gradient : at::Tensor(), {}};
  }
};

// The same for kernels, strides and paddings that Winograd's does not do.
struct FrozenDirectConvolution : public torch::autograd::Function<FrozenDirectConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const at::Tensor& filter, const at::Tensor& backward_filter, const OptionalTensor& bias,
                            const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
    const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, padding};
    const at::Tensor output =
        direct(input, filter, bias.value_or(at::Tensor()), residual.value_or(at::Tensor()), geometry, relu);
    context->save_for_backward({weight, backward_filter, relu ? output : at::Tensor()});
    context->saved_data["residual"] = residual.has_value() && residual->requires_grad();
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding, input.size(2), input.size(3)};
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &weight = saved[0], &filter = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), sizes[0], sizes[1]};
    const auto [gradient, mask] = masked(gradients[0], output, residual);
    const at::Tensor inner = at::GradMode::is_enabled()
                                 ? differentiable_backward(gradient, weight, geometry, sizes[2], sizes[3])
                                 : direct_dgrad(gradient, mask, filter, geometry, sizes[2], sizes[3]);
    return {inner, {}, {}, {}, {}, residual ? gradient : at::Tensor(), {}, {}, {}};
  }

  // For a second derivative: what a transposed convolution computes, with its own derivative.
  static at::Tensor differentiable_backward(const at::Tensor& gradient, const at::Tensor& weight,
                                            const Geometry& geometry, int64_t height, int64_t width) {
    const auto missing = [&](int64_t size) {
      return size - ((geometry.output_size(size) - 1) * geometry.stride - 2 * geometry.padding + geometry.kernel);
    };
    const std::vector<int64_t> strides(2, geometry.stride), paddings(2, geometry.padding);
    return at::conv_transpose2d(gradient, weight, {}, strides, paddings, {missing(height), missing(width)});
  }
};

// As aten::conv2d, differentiable in all three: Winograd's convolution where it can be, else a direct one.
struct TrainedConvolution : public torch::autograd::Function<TrainedConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const OptionalTensor& bias, int64_t stride, int64_t padding) {
    const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, padding};
    context->save_for_backward({input, weight});
    context->saved_data["wanted"] =
        std::vector<int64_t>{input.requires_grad(), bias.has_value() && bias->requires_grad()};
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding};
    const at::Tensor offsets = bias.value_or(at::Tensor());
    if (geometry.suits_winograd()) return winograd(input, {}, winograd_filter(weight, false), offsets, {}, false);
    return direct(input, direct_filter(weight, stride, false), offsets, {}, geometry, false);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &gradient = gradients[0];
    const auto wanted = context->saved_data["wanted"].toIntVector(), sizes = context->saved_data["sizes"].toIntVector();
    const bool of_input = wanted[0] != 0, of_bias = wanted[1] != 0;
    const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), sizes[0], sizes[1]};
    if (at::GradMode::is_enabled()) {  // a second derivative needs an operator that has one
      const std::vector<int64_t> ones{1, 1}, outputs{weight.size(0)}, strides(2, sizes[0]), paddings(2, sizes[1]);
      const auto all = at::convolution_backward(gradient, input, weight, outputs, strides, paddings, ones, false,
                                                std::vector<int64_t>{0, 0}, 1, {of_input, true, of_bias});
      return {of_input ? std::get<0>(all) : at::Tensor(),
              std::get<1>(all),
              of_bias ? std::get<2>(all) : at::Tensor(),
              {},
              {}};
    }
    const bool by_winograd = geometry.suits_winograd();
    at::Tensor inner;
    if (of_input && by_winograd) {
      inner = winograd(gradient, {}, winograd_filter(weight, true), {}, {}, false);
    } else if (of_input) {
      inner = direct_dgrad(gradient, {}, direct_filter(weight, geometry.stride, true), geometry, input.size(2),
                           input.size(3));
    }
    return {inner,
            by_winograd ? winograd_wgrad(input, gradient) : direct_wgrad(input, gradient, geometry),
            of_bias ? gradient.sum(at::IntArrayRef({0, 2, 3})) : at::Tensor(),
            {},
            {}};
  }
};

void check(bool holds, const char* message) { TORCH_CHECK(holds, message); }

bool is_float_on_cpu(const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat; }

void check_channels(int64_t inputs, int64_t outputs) {
  const auto in_lanes = [](int64_t channels) { return channels > 0 && channels % kChannelMultiple == 0; };
  check(in_lanes(inputs) && in_lanes(outputs), "expected channels in eights");
}

at::Tensor frozen_convolution(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& backward_filter,
                              const OptionalTensor& bias, const OptionalTensor& residual, bool relu) {
  const at::Tensor offsets = bias.value_or(at::Tensor()), addend = residual.value_or(at::Tensor());
  for (const at::Tensor& tensor : {input, filter, backward_filter, offsets, addend}) {
    check(!tensor.defined() || is_float_on_cpu(tensor), "expected float32 tensors on the CPU");
  }
  check(input.dim() == 4, "expected an input [N, C, H, W]");
  check(filter.dim() == 4 && filter.size(0) == kElements && filter.size(3) == kChannelMultiple,
        "expected a filter [36, outputs / 8, inputs, 8]");
  const int64_t inputs = filter.size(2), outputs = filter.size(1) * kChannelMultiple;
  check_channels(inputs, outputs);
  check(input.size(1) == inputs, "the input has other channels than the filter");
  check(backward_filter.sizes() == at::IntArrayRef({kElements, inputs / kChannelMultiple, outputs, kChannelMultiple}),
        "expected a backward filter [36, inputs / 8, outputs, 8]");
  check(!filter.requires_grad() && !backward_filter.requires_grad(), "the filters have no gradients");
  check(!offsets.defined() || (offsets.sizes() == at::IntArrayRef({outputs}) && !offsets.requires_grad()),
        "expected a bias [outputs] without gradient");
  check(!addend.defined() || addend.sizes() == at::IntArrayRef({input.size(0), outputs, input.size(2), input.size(3)}),
        "expected a residual of the output's shape");
  return FrozenConvolution::apply(input, filter, backward_filter, bias, residual, relu);
}

void check_own_weight(const at::Tensor& weight) {
  check(is_float_on_cpu(weight) && weight.dim() == 4 && weight.size(2) == weight.size(3) && weight.size(2) > 0,
        "expected a float32 weight [outputs, inputs, k, k] on the CPU");
  check(weight.size(0) > 0 && weight.size(0) % kChannelMultiple == 0 && weight.size(1) > 0,
        "expected outputs in eights");
}

void check_direct_weight(const at::Tensor& weight) {
  check_own_weight(weight);
  check(!weight.requires_grad(), "the weight has no gradient");
}

void check_geometry(const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
  const int64_t side = weight.size(2);
  check(stride >= 1 && stride <= 64 && padding >= 0 && padding < side,
        "expected a stride of 1 to 64 and a padding below the kernel");
  check(input.dim() == 4 && input.size(1) == weight.size(1), "the input has other channels than the weight");
  check(input.size(2) + 2 * padding >= side && input.size(3) + 2 * padding >= side,
        "the input is smaller than the kernel");
}

at::Tensor checked_direct_filter(const at::Tensor& weight, int64_t stride, bool backward) {
  check_direct_weight(weight);
  check(stride >= 1 && stride <= 64, "expected a stride of 1 to 64");
  return direct_filter(weight, stride, backward);
}

at::Tensor frozen_direct_convolution(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& filter,
                                     const at::Tensor& backward_filter, const OptionalTensor& bias,
                                     const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
  check_direct_weight(weight);
  const at::Tensor offsets = bias.value_or(at::Tensor()), addend = residual.value_or(at::Tensor());
  for (const at::Tensor& tensor : {input, filter, backward_filter, offsets, addend}) {
    check(!tensor.defined() || is_float_on_cpu(tensor), "expected float32 tensors on the CPU");
  }
  const int64_t inputs = weight.size(1), outputs = weight.size(0), side = weight.size(2);
  check_geometry(input, weight, stride, padding);
  for (const at::Tensor& packed : {filter, backward_filter}) {
    check(packed.sizes() == at::IntArrayRef({weight.numel()}) && !packed.requires_grad(),
          "expected filters of the weight");
  }
  check(!offsets.defined() || (offsets.sizes() == at::IntArrayRef({outputs}) && !offsets.requires_grad()),
        "expected a bias [outputs] without gradient");
  const Geometry geometry{inputs, outputs, side, stride, padding};
  check(!addend.defined() ||
            addend.sizes() == at::IntArrayRef({input.size(0), outputs, geometry.output_size(input.size(2)),
                                               geometry.output_size(input.size(3))}),
        "expected a residual of the output's shape");
  return FrozenDirectConvolution::apply(input, weight, filter, backward_filter, bias, residual, stride, padding, relu);
}

void check_weight(const at::Tensor& weight) {
  check(is_float_on_cpu(weight) && weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3,
        "expected a float32 weight [outputs, inputs, 3, 3] on the CPU");
  check_channels(weight.size(1), weight.size(0));
}

at::Tensor checked_filter(const at::Tensor& weight, bool backward) {
  check_weight(weight);
  return winograd_filter(weight, backward);
}

at::Tensor trained_convolution(const at::Tensor& input, const at::Tensor& weight, const OptionalTensor& bias,
                               int64_t stride, int64_t padding) {
  check_own_weight(weight);
  check(is_float_on_cpu(input) && input.dim() == 4, "expected a float32 input [N, C, H, W] on the CPU");
  check_geometry(input, weight, stride, padding);
  const at::Tensor offsets = bias.value_or(at::Tensor());
  check(!offsets.defined() || (is_float_on_cpu(offsets) && offsets.sizes() == at::IntArrayRef({weight.size(0)})),
        "expected a float32 bias [outputs] on the CPU");
  return TrainedConvolution::apply(input, weight, bias, stride, padding);
}

}  // namespace

TORCH_LIBRARY(saddlepoint, library) {
  library.def("winograd_filter(Tensor weight, bool backward=False) -> Tensor", &checked_filter);
  library.def(
      "frozen_convolution(Tensor input, Tensor filter, Tensor backward_filter, Tensor? bias=None, "
      "Tensor? residual=None, bool relu=False) -> Tensor",
      &frozen_convolution);
  library.def("direct_filter(Tensor weight, int stride, bool backward=False) -> Tensor", &checked_direct_filter);
  library.def(
      "frozen_direct_convolution(Tensor input, Tensor weight, Tensor filter, Tensor backward_filter, Tensor? "
      "bias=None, "
      "Tensor? residual=None, int stride=1, int padding=0, bool relu=False) -> Tensor",
      &frozen_direct_convolution);
  library.def(
      "trained_convolution(Tensor input, Tensor weight, Tensor? bias=None, int stride=1, int padding=0) -> Tensor",
      &trained_convolution);
}

}  // namespace saddlepoint
