// relu(scale * input + shift) per channel in bfloat16: batch norm that no convolution comes before, in one pass over
// memory each way.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "bfloat16_channels.h"
#include "convolution_checks.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Differentiable in the input.
struct FrozenAffineRelu : public torch::autograd::Function<FrozenAffineRelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& scale,
                            const at::Tensor& shift) {
    const at::Tensor from = channels_last(input), output = empty_images(input.sizes(), input);
    ChannelMap map{};
    map.values = bits_or_null(from);
    map.scale = scale.data_ptr<float>();
    map.shift = shift.data_ptr<float>();
    map.relu = true;
    map.to = static_cast<Bfloat16*>(output.data_ptr());
    map_channels(Pixels(input), map);
    context->save_for_backward({output, scale});
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &output = saved[0], &scale = saved[1];
    if (at::GradMode::is_enabled()) {
      const at::Tensor factor = scale.to(at::kBFloat16).reshape({1, -1, 1, 1});
      return {at::threshold_backward(gradients[0], output, 0) * factor, {}, {}};
    }
    const at::Tensor from = channels_last(gradients[0]), grad_input = empty_images(output.sizes(), output);
    ChannelMap map{};
    map.added = bits_or_null(from);
    map.mask = bits_or_null(output);
    map.factor = scale.data_ptr<float>();
    map.to = static_cast<Bfloat16*>(grad_input.data_ptr());
    map_channels(Pixels(output), map);
    return {grad_input, {}, {}};
  }
};

at::Tensor frozen_bfloat16_affine_relu(const at::Tensor& input, const at::Tensor& scale, const at::Tensor& shift) {
  check_bfloat16_on_cpu({input});
  check_float_on_cpu({scale, shift});
  TORCH_CHECK(input.dim() == 4, "expected an input [N, C, H, W], received ", input.sizes());
  for (const at::Tensor& values : {scale, shift}) {
    TORCH_CHECK(values.sizes() == at::IntArrayRef({input.size(1)}), "expected a scale and a shift [C], [",
                input.size(1), "], received ", values.sizes());
    check_frozen(values, "scale and shift");
  }
  return FrozenAffineRelu::apply(input, scale.contiguous(), shift.contiguous());
}

}  // namespace

// Declared a second time in src/engine/ops/functions.ts.
TORCH_LIBRARY_FRAGMENT(saddlepoint, library) {
  library.def("frozen_bfloat16_affine_relu(Tensor input, Tensor scale, Tensor shift) -> Tensor",
              &frozen_bfloat16_affine_relu);
}

}  // namespace saddlepoint
