// A residual block of bfloat16 convolutions whose weights stand still, as one operator: on the way back its shortcut's
// gradient, ReLU's mask and the sum are part of the first convolution's pass.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <vector>

#include "bfloat16.h"
#include "convolution_checks.h"
#include "convolution_gradients.h"

namespace saddlepoint {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Convolutions with ReLU between them; the last one may be the shortcut's.
struct Block {
  at::TensorList weights, filters, dgrad_filters, biases;
  at::IntArrayRef strides, paddings;
  bool shortcut;

  size_t branch() const { return weights.size() - (shortcut ? 1 : 0); }
  Geometry geometry(size_t i) const { return geometry_of(weights[i], strides[i], paddings[i]); }

  at::Tensor convolve(size_t i, const at::Tensor& input, const at::Tensor& residual, bool relu) const {
    return bfloat16_convolution(input, filters[i], biases[i], residual, geometry(i), relu);
  }

  // What each convolution of the branch gets, and what the block returns.
  std::vector<at::Tensor> forward(const at::Tensor& input) const {
    std::vector<at::Tensor> maps{input};
    const at::Tensor residual = shortcut ? convolve(branch(), input, {}, false) : input;
    for (size_t i = 0; i < branch(); i += 1) {
      maps.push_back(convolve(i, maps.back(), i + 1 == branch() ? residual : at::Tensor(), true));
    }
    return maps;
  }

  at::Tensor dgrad(size_t i, const MaskedGradient& gradient, const at::Tensor& input,
                   const MaskedGradient& more) const {
    return bfloat16_dgrad(gradient, dgrad_filters[i], geometry(i), input.size(2), input.size(3), more);
  }

  at::Tensor backward(const variable_list& maps, const at::Tensor& grad_output) const {
    const at::Tensor &input = maps.front(), &output = maps.back();
    MaskedGradient gradient{grad_output, output}, residual = gradient;
    if (shortcut) residual = {dgrad(branch(), gradient, input, {}), {}};
    for (size_t i = branch(); i-- > 1;) gradient = {dgrad(i, gradient, maps[i], {}), maps[i]};
    return dgrad(0, gradient, input, residual);
  }

  // The same by operators that have a derivative.
  at::Tensor differentiable_backward(const variable_list& maps, const at::Tensor& grad_output) const {
    const at::Tensor& input = maps.front();
    const auto dgrad = [&](size_t i, const at::Tensor& gradient, const at::Tensor& map) {
      return differentiable_dgrad(gradient, weights[i], geometry(i), map.size(2), map.size(3));
    };
    at::Tensor gradient = at::threshold_backward(grad_output, maps.back(), 0);
    const at::Tensor residual = shortcut ? dgrad(branch(), gradient, input) : gradient;
    for (size_t i = branch(); i-- > 1;) gradient = at::threshold_backward(dgrad(i, gradient, maps[i]), maps[i], 0);
    return dgrad(0, gradient, input) + residual;
  }
};

// Differentiable in the input.
struct FrozenBlock : public torch::autograd::Function<FrozenBlock> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const Block& block) {
    const std::vector<at::Tensor> maps = block.forward(input);
    variable_list saved(maps.begin(), maps.end());
    saved.insert(saved.end(), block.weights.begin(), block.weights.end());
    saved.insert(saved.end(), block.dgrad_filters.begin(), block.dgrad_filters.end());
    context->save_for_backward(saved);
    context->saved_data["strides"] = block.strides.vec();
    context->saved_data["paddings"] = block.paddings.vec();
    context->saved_data["shortcut"] = block.shortcut;
    return maps.back();
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto strides = context->saved_data["strides"].toIntVector();
    const auto paddings = context->saved_data["paddings"].toIntVector();
    const size_t count = strides.size(), maps = saved.size() - 2 * count;
    const at::TensorList all(saved), weights = all.slice(maps, count), dgrad_filters = all.slice(maps + count, count);
    const Block block{weights, {}, dgrad_filters, {}, strides, paddings, context->saved_data["shortcut"].toBool()};
    const variable_list seen(saved.begin(), saved.begin() + maps);
    const at::Tensor grad_input = at::GradMode::is_enabled() ? block.differentiable_backward(seen, gradients[0])
                                                             : block.backward(seen, gradients[0]);
    return {grad_input, {}};
  }
};

at::Tensor frozen_bfloat16_block(const at::Tensor& input, at::TensorList weights, at::TensorList filters,
                                 at::TensorList dgrad_filters, at::TensorList biases, at::IntArrayRef strides,
                                 at::IntArrayRef paddings, bool shortcut) {
  const Block block{weights, filters, dgrad_filters, biases, strides, paddings, shortcut};
  const size_t count = weights.size();
  TORCH_CHECK(
      count > (shortcut ? 1 : 0) && filters.size() == count && dgrad_filters.size() == count &&
          biases.size() == count && strides.size() == count && paddings.size() == count,
      "expected as many filters, biases, strides and paddings as weights, of which the branch has at least one");
  check_bfloat16_on_cpu({input});
  const auto check = [&](size_t i, const at::Tensor& map) {
    check_frozen_bfloat16(map, weights[i], filters[i], dgrad_filters[i], biases[i], block.geometry(i));
    const Geometry geometry = block.geometry(i);
    return std::vector<int64_t>{map.size(0), geometry.outputs, geometry.output_size(map.size(2)),
                                geometry.output_size(map.size(3))};
  };
  at::Tensor map = input;  // of the shapes to come; nothing is computed
  for (size_t i = 0; i < block.branch(); i += 1) map = input.new_empty({1}).expand(check(i, map));
  const std::vector<int64_t> residual = shortcut ? check(block.branch(), input) : input.sizes().vec();
  TORCH_CHECK(map.sizes() == at::IntArrayRef(residual), "expected a shortcut of the branch's shape ", map.sizes(),
              ", received ", residual);
  return FrozenBlock::apply(input, block);
}

}  // namespace

// Declared a second time in src/engine/ops/functions.ts.
TORCH_LIBRARY_FRAGMENT(saddlepoint, library) {
  library.def(
      "frozen_bfloat16_block(Tensor input, Tensor[] weights, Tensor[] filters, Tensor[] dgrad_filters, "
      "Tensor[] biases, int[] strides, int[] paddings, bool shortcut) -> Tensor",
      &frozen_bfloat16_block);
}

}  // namespace saddlepoint
