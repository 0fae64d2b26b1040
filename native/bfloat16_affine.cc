// relu(scale * input + shift) per channel in bfloat16: batch norm that no convolution comes before, in one pass over
// memory each way.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "bfloat16_kernels.h"
#include "convolution_checks.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kValues = 32768;  // that a thread takes at least

// Calls work(pixels from, count) on shares of the pixels of [N, C, H, W].
template <typename Work>
void for_pixels(const at::Tensor& images, const Work& work) {
  const int64_t channels = images.size(1), pixels = channels == 0 ? 0 : images.numel() / channels;
  const int64_t least = std::max<int64_t>(1, kValues / std::max<int64_t>(1, channels));
  at::parallel_for(0, pixels, least, [&](int64_t begin, int64_t end) { work(begin * channels, end - begin); });
}

// Differentiable in the input.
struct FrozenAffineRelu : public torch::autograd::Function<FrozenAffineRelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& scale,
                            const at::Tensor& shift) {
    const at::Tensor from = channels_last(input), output = empty_images(input.sizes(), input);
    auto* to = static_cast<Bfloat16*>(output.data_ptr());
    for_pixels(input, [&](int64_t first, int64_t pixels) {
      tile_kernels().affine_relu({bits_or_null(from) + first, nullptr, scale.data_ptr<float>(), shift.data_ptr<float>(),
                                  pixels, input.size(1), to + first});
    });
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
    auto* to = static_cast<Bfloat16*>(grad_input.data_ptr());
    for_pixels(output, [&](int64_t first, int64_t pixels) {
      tile_kernels().affine_relu({bits_or_null(from) + first, bits_or_null(output) + first, scale.data_ptr<float>(),
                                  nullptr, pixels, output.size(1), to + first});
    });
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
