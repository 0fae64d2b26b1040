// Batch norm in training, with what follows it: relu(norm(input) + residual) in bfloat16, the statistics in float32.
// Two passes over memory each way, where LibTorch's operators take five and more.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>

#include "bfloat16_channels.h"
#include "convolution_checks.h"
#include "convolution_gradients.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor floats(int64_t channels, const at::Tensor& like) { return at::empty({channels}, like.options()); }

// Differentiable in the input, the weight, the bias and the residual.
struct TrainedNorm : public torch::autograd::Function<TrainedNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const at::Tensor& bias, const OptionalTensor& residual, at::Tensor running_mean,
                            at::Tensor running_var, double momentum, double epsilon, bool relu) {
    const at::Tensor from = channels_last(input), added = channels_last(or_none(residual));
    const at::Tensor output = empty_images(input.sizes(), input);
    const Pixels pixels(input);
    const int64_t channels = pixels.channels;
    const at::Tensor mean = floats(channels, weight), inverse = floats(channels, weight);
    const at::Tensor scale = floats(channels, weight), shift = floats(channels, weight);

    // Around the first pixel's values, which are as large as the others': squares of small numbers.
    const at::Tensor centre = from.select(0, 0).select(1, 0).select(1, 0).to(at::kFloat).contiguous();
    ChannelSums sums{};
    sums.values = bits_or_null(from);
    sums.centre = centre.data_ptr<float>();
    const Sums seen = sum_channels(pixels, sums);
    const double count = static_cast<double>(pixels.count);
    for (int64_t i = 0; i < channels; i += 1) {
      const double offset = seen.sums[i] / count, squares = seen.products[i] - seen.sums[i] * offset;
      const double spread = squares < 0. ? 0. : squares;  // what is no number stays so
      const double average = centre.data_ptr<float>()[i] + offset;
      mean.data_ptr<float>()[i] = static_cast<float>(average);
      inverse.data_ptr<float>()[i] = static_cast<float>(1. / std::sqrt(spread / count + epsilon));
      float &running = running_mean.data_ptr<float>()[i], &variance = running_var.data_ptr<float>()[i];
      running = static_cast<float>((1. - momentum) * running + momentum * average);
      variance = static_cast<float>((1. - momentum) * variance + momentum * spread / (count - 1.));
      scale.data_ptr<float>()[i] = weight.data_ptr<float>()[i] * inverse.data_ptr<float>()[i];
      shift.data_ptr<float>()[i] = bias.data_ptr<float>()[i] - mean.data_ptr<float>()[i] * scale.data_ptr<float>()[i];
    }

    ChannelMap map{};
    map.values = bits_or_null(from);
    map.scale = scale.data_ptr<float>();
    map.shift = shift.data_ptr<float>();
    map.added = bits_or_null(added);
    map.relu = relu;
    map.to = static_cast<Bfloat16*>(output.data_ptr());
    map_channels(pixels, map);
    context->save_for_backward({from, relu ? output : at::Tensor(), mean, inverse, scale});
    context->saved_data["residual"] = wants_gradient(residual);
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "batch norm trained in bfloat16 has no second derivative");
    const auto saved = context->get_saved_variables();
    const at::Tensor &from = saved[0], &output = saved[1], &mean = saved[2], &inverse = saved[3], &scale = saved[4];
    const bool wants_residual = context->saved_data["residual"].toBool();
    const at::Tensor gradient = channels_last(gradients[0]), grad_input = empty_images(from.sizes(), from);
    const Pixels pixels(from);
    const int64_t channels = pixels.channels;
    ChannelSums sums{};
    sums.values = bits_or_null(from);
    sums.gradient = bits_or_null(gradient);
    sums.mask = bits_or_null(output);
    sums.centre = mean.data_ptr<float>();
    const Sums seen = sum_channels(pixels, sums);
    const at::Tensor grad_weight = floats(channels, mean), grad_bias = floats(channels, mean);
    const at::Tensor slope = floats(channels, mean), shift = floats(channels, mean);
    for (int64_t i = 0; i < channels; i += 1) {
      const double each = inverse.data_ptr<float>()[i], factor = scale.data_ptr<float>()[i];
      const double along = seen.products[i] * each, count = static_cast<double>(pixels.count);
      const double lean = -factor * each * along / count;
      grad_weight.data_ptr<float>()[i] = static_cast<float>(along);
      grad_bias.data_ptr<float>()[i] = static_cast<float>(seen.sums[i]);
      slope.data_ptr<float>()[i] = static_cast<float>(lean);
      shift.data_ptr<float>()[i] =
          static_cast<float>(-factor * seen.sums[i] / count - lean * mean.data_ptr<float>()[i]);
    }

    // Without ReLU the residual's gradient is the output's.
    const bool passes = wants_residual && output.defined();
    const at::Tensor passed = passes ? empty_images(from.sizes(), from) : at::Tensor();
    ChannelMap map{};
    map.values = bits_or_null(from);
    map.scale = slope.data_ptr<float>();
    map.shift = shift.data_ptr<float>();
    map.added = bits_or_null(gradient);
    map.mask = bits_or_null(output);
    map.factor = scale.data_ptr<float>();
    map.passed = passes ? static_cast<Bfloat16*>(passed.data_ptr()) : nullptr;
    map.to = static_cast<Bfloat16*>(grad_input.data_ptr());
    map_channels(pixels, map);
    const at::Tensor grad_residual = passes ? passed : wants_residual ? gradient : at::Tensor();
    return {grad_input, grad_weight, grad_bias, grad_residual, {}, {}, {}, {}, {}};
  }
};

at::Tensor trained_bfloat16_norm(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                 const OptionalTensor& residual, at::Tensor running_mean, at::Tensor running_var,
                                 double momentum, double epsilon, bool relu) {
  check_bfloat16_on_cpu({input, or_none(residual)});
  check_float_on_cpu({weight, bias, running_mean, running_var});
  TORCH_CHECK(input.dim() == 4, "expected an input [N, C, H, W], received ", input.sizes());
  check_residual(or_none(residual), input.sizes());
  for (const at::Tensor& values : {weight, bias, running_mean, running_var}) {
    TORCH_CHECK(values.sizes() == at::IntArrayRef({input.size(1)}) && values.is_contiguous(),
                "expected weight, bias and running statistics [C], [", input.size(1), "], dense, received ",
                values.sizes());
  }
  check_frozen(running_mean, "running mean");
  check_frozen(running_var, "running variance");
  TORCH_CHECK(input.size(1) > 0 && input.numel() > input.size(1),
              "expected more than one value a channel for batch normalisation in training, received ", input.sizes());
  return TrainedNorm::apply(input, weight, bias, residual, running_mean, running_var, momentum, epsilon, relu);
}

}  // namespace

// Declared a second time in src/engine/ops/functions.ts.
TORCH_LIBRARY_FRAGMENT(saddlepoint, library) {
  library.def(
      "trained_bfloat16_norm(Tensor input, Tensor weight, Tensor bias, Tensor? residual, Tensor(a!) running_mean, "
      "Tensor(b!) running_var, float momentum, float epsilon, bool relu) -> Tensor",
      &trained_bfloat16_norm);
}

}  // namespace saddlepoint
