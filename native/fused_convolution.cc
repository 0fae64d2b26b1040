// A convolution whose weights stand still, with bias, residual and ReLU in the pass that writes its output: on a GPU
// cuDNN's fused kernel, elsewhere LibTorch's operators one after the other.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <utility>
#include <vector>

namespace saddlepoint {

namespace {

using OptionalTensor = c10::optional<at::Tensor>;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight, const OptionalTensor& bias,
                    const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
  const std::vector<int64_t> strides(2, stride), paddings(2, padding), dilations(2, 1);
  if (input.is_cuda() && relu) {
    return residual.has_value() ? at::cudnn_convolution_add_relu(input, weight, *residual, at::Scalar(1), bias, strides,
                                                                 paddings, dilations, 1)
                                : at::cudnn_convolution_relu(input, weight, bias, strides, paddings, dilations, 1);
  }
  at::Tensor output = at::conv2d(input, weight, bias, strides, paddings, dilations, 1);
  if (residual.has_value()) output.add_(*residual);
  if (relu) output.relu_();
  return output;
}

// Differentiable in the input and the residual.
struct FusedConvolution : public torch::autograd::Function<FusedConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const OptionalTensor& bias, const OptionalTensor& residual, int64_t stride, int64_t padding,
                            bool relu) {
    const at::Tensor output = convolve(input, weight, bias, residual, stride, padding, relu);
    context->save_for_backward({input, weight, relu ? output : at::Tensor()});
    context->saved_data["residual"] = residual.has_value() && residual->requires_grad();
    context->saved_data["sizes"] = std::vector<int64_t>{stride, padding};
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const std::vector<int64_t> strides(2, sizes[0]), paddings(2, sizes[1]), ones(2, 1), none(2, 0);
    const at::Tensor grad_output = output.defined() ? at::threshold_backward(gradients[0], output, 0) : gradients[0];
    const auto [grad_input, grad_weight, grad_bias] = at::convolution_backward(
        grad_output, input, weight, c10::nullopt, strides, paddings, ones, false, none, 1, {true, false, false});
    return {grad_input, {}, {}, residual ? grad_output : at::Tensor(), {}, {}, {}};
  }
};

at::Tensor fused_convolution(const at::Tensor& input, const at::Tensor& weight, const OptionalTensor& bias,
                             const OptionalTensor& residual, int64_t stride, int64_t padding, bool relu) {
  TORCH_CHECK(input.dim() == 4 && weight.dim() == 4 && weight.size(1) == input.size(1),
              "expected an input [N, C, H, W] and a weight [outputs, C, k, k], received ", input.sizes(), " and ",
              weight.sizes());
  TORCH_CHECK(!weight.requires_grad() && !(bias.has_value() && bias->requires_grad()),
              "expected a weight and a bias without gradients");
  TORCH_CHECK(stride >= 1 && padding >= 0, "expected a stride of at least 1 and a padding of at least 0, received ",
              stride, " and ", padding);
  return FusedConvolution::apply(input, weight, bias, residual, stride, padding, relu);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(saddlepoint, library) {
  library.def(
      "fused_convolution(Tensor input, Tensor weight, Tensor? bias=None, Tensor? residual=None, int stride=1, "
      "int padding=0, bool relu=False) -> Tensor",
      &fused_convolution);
}

}  // namespace saddlepoint
