// Convolutions of 3 x 3 with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (CVPR 2016). LibTorch has no such kernel for processors without AVX-512.
//
// Every 4 x 4 tile of the output is one product in 36 transformed positions of a 6 x 6 tile of the input. A block of
// tiles is transformed, multiplied and transformed back while it lies in the cache, and bias, residual and ReLU are
// applied on the way out. Each output depends on its own image alone: the same bits whatever the batch and threads.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <memory>

namespace saddlepoint {

namespace {

constexpr int64_t kTile = 4;        // outputs of a tile, per side
constexpr int64_t kWindow = 6;      // inputs it sees, per side
constexpr int64_t kPositions = 36;  // products of a tile and channel
constexpr int64_t kLanes = 8;       // channels computed at once
constexpr int64_t kRows = 6;        // tiles whose sums one product holds in registers
constexpr int64_t kBlock = 36;      // tiles transformed at a time: measured fastest from 16 to 512 channels

using Lanes = float __attribute__((vector_size(32)));
using LanesInMemory = float __attribute__((vector_size(32), aligned(4), may_alias));

using OptionalTensor = c10::optional<at::Tensor>;

struct Convolution {
  const float* input;     // [images, height, width, inputs]
  const float* mask;      // of the input's shape, or null: the input counts where this is positive
  const float* filter;    // [36, inputs, outputs]
  const float* bias;      // [outputs] or null
  const float* residual;  // of the output's shape, or null: added before ReLU
  bool relu;
  float* output;  // [images, height, width, outputs]
  int64_t images, height, width, inputs, outputs;

  int64_t across() const { return (width + kTile - 1) / kTile; }
  int64_t tiles() const { return images * ((height + kTile - 1) / kTile) * across(); }
};

struct Corner {
  int64_t image, y, x;
};

#define SADDLEPOINT_INLINE __attribute__((always_inline)) static inline

namespace any_processor {
#define SADDLEPOINT_TARGET
#include "winograd_block.h"
#undef SADDLEPOINT_TARGET
}  // namespace any_processor

#ifdef __x86_64__
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace with_avx2 {
#define SADDLEPOINT_TARGET __attribute__((target("avx2,fma")))
#include "winograd_block.h"
#undef SADDLEPOINT_TARGET
}  // namespace with_avx2
#pragma GCC pop_options
#endif

using Kernel = decltype(&any_processor::convolve);

// Whatever the addon was compiled for, the fastest that this processor can do.
Kernel kernel() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return with_avx2::convolve;
#endif
  return any_processor::convolve;
}

at::Tensor as_rows(const at::Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

const float* data_or_null(const at::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

at::Tensor run(const at::Tensor& input, const at::Tensor& mask, const at::Tensor& filter, const at::Tensor& bias,
               const at::Tensor& residual, bool relu) {
  const at::Tensor rows = as_rows(input);
  const at::Tensor gate = mask.defined() ? as_rows(mask) : mask;
  const at::Tensor addend = residual.defined() ? as_rows(residual) : residual;
  const at::Tensor weights = filter.contiguous(), offsets = bias.defined() ? bias.contiguous() : bias;
  const at::Tensor output = at::empty({input.size(0), filter.size(2), input.size(2), input.size(3)},
                                      input.options().memory_format(at::MemoryFormat::ChannelsLast));
  const Convolution job{rows.data_ptr<float>(), data_or_null(gate),   weights.data_ptr<float>(), data_or_null(offsets),
                        data_or_null(addend),   relu,                 output.data_ptr<float>(),  input.size(0),
                        input.size(2),          input.size(3),        filter.size(1),            filter.size(2)};
  if (output.numel() == 0) return output;
  // Small batches are cut finer, so that every thread has work.
  const int64_t tiles = job.tiles(), threads = at::get_num_threads();
  const int64_t share = (tiles + threads * kRows - 1) / (threads * kRows) * kRows;
  const int64_t room = std::min(kBlock, share), blocks = (tiles + room - 1) / room;
  const Kernel convolve = kernel();
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    const std::unique_ptr<float[]> windows(new float[kPositions * room * job.inputs]);
    const std::unique_ptr<float[]> sums(new float[kPositions * room * job.outputs]);
    for (int64_t block = begin; block < end; block += 1) {
      const int64_t first = block * room;
      convolve(job, first, std::min(room, tiles - first), room, windows.get(), sums.get());
    }
  });
  return output;
}

// Differentiable in the input and the residual; its gradient is a convolution of the same kind.
struct FrozenConvolution : public torch::autograd::Function<FrozenConvolution> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& filter, const at::Tensor& backward_filter, const OptionalTensor& bias,
                            const OptionalTensor& residual, bool relu) {
    const at::Tensor output = run(input, {}, filter, bias.value_or(at::Tensor()), residual.value_or(at::Tensor()), relu);
    context->save_for_backward({filter, backward_filter, relu ? output : at::Tensor()});
    context->saved_data["residual"] = residual.has_value() && residual->requires_grad();
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &filter = saved[0], &backward_filter = saved[1], &output = saved[2];
    const bool residual = context->saved_data["residual"].toBool();
    at::Tensor gradient = gradients[0];
    at::Tensor mask = output;
    // The masked gradient is written out only where somebody else wants it: the residual, or a second derivative.
    if (mask.defined() && (residual || at::GradMode::is_enabled())) {
      gradient = at::threshold_backward(gradient, mask, 0);
      mask = at::Tensor();
    }
    const at::Tensor inner = at::GradMode::is_enabled()
                                 ? apply(gradient, backward_filter, filter, OptionalTensor(), OptionalTensor(), false)
                                 : run(gradient, mask, backward_filter, {}, {}, false);
    return {inner, {}, {}, {}, residual ? gradient : at::Tensor(), {}};
  }
};

void check(bool holds, const std::string& message) { TORCH_CHECK(holds, "frozen_convolution: ", message); }

bool is_float_on_cpu(const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat; }

at::Tensor frozen_convolution(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& backward_filter,
                              const OptionalTensor& bias, const OptionalTensor& residual, bool relu) {
  const at::Tensor offsets = bias.value_or(at::Tensor()), addend = residual.value_or(at::Tensor());
  for (const at::Tensor& tensor : {input, filter, backward_filter, offsets, addend}) {
    check(!tensor.defined() || is_float_on_cpu(tensor), "expected float32 tensors on the CPU");
  }
  check(input.dim() == 4, "expected an input [N, C, H, W]");
  check(filter.dim() == 3 && filter.size(0) == kPositions, "expected a filter [36, inputs, outputs]");
  const int64_t inputs = filter.size(1), outputs = filter.size(2);
  check(inputs > 0 && inputs % kLanes == 0 && outputs > 0 && outputs % kLanes == 0, "expected channels in eights");
  check(input.size(1) == inputs, "the input has other channels than the filter");
  check(backward_filter.sizes() == at::IntArrayRef({kPositions, outputs, inputs}),
        "expected a backward filter [36, outputs, inputs]");
  check(!filter.requires_grad() && !backward_filter.requires_grad(), "the filters have no gradients");
  check(!offsets.defined() || (offsets.sizes() == at::IntArrayRef({outputs}) && !offsets.requires_grad()),
        "expected a bias [outputs] without gradient");
  check(!addend.defined() ||
            addend.sizes() == at::IntArrayRef({input.size(0), outputs, input.size(2), input.size(3)}),
        "expected a residual of the output's shape");
  return FrozenConvolution::apply(input, filter, backward_filter, bias, residual, relu);
}

// G of the paper, applied on both sides of a 3 x 3 filter: [36, 9].
at::Tensor filter_transform() {
  constexpr double g[kWindow][3] = {{1. / 4, 0, 0},           {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
                                    {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};
  const at::Tensor transform = at::empty({kPositions, 9}, at::kFloat);
  float* to = transform.data_ptr<float>();
  for (int64_t i = 0; i < kPositions; i += 1) {
    for (int64_t j = 0; j < 9; j += 1)
      to[i * 9 + j] = static_cast<float>(g[i / kWindow][j / 3] * g[i % kWindow][j % 3]);
  }
  return transform;
}

// A convolution's weight [outputs, inputs, 3, 3] as the filter [36, inputs, outputs] of frozen_convolution, or as
// that of its gradient, [36, outputs, inputs].
at::Tensor winograd_filter(const at::Tensor& weight, bool backward) {
  TORCH_CHECK(is_float_on_cpu(weight) && weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3,
              "winograd_filter: expected a float32 weight [outputs, inputs, 3, 3] on the CPU");
  at::NoGradGuard no_grad;
  const at::Tensor taps = backward ? weight.flip({2, 3}).permute({2, 3, 0, 1}) : weight.permute({2, 3, 1, 0});
  return filter_transform().matmul(taps.reshape({9, -1})).reshape({kPositions, taps.size(2), taps.size(3)});
}

}  // namespace

TORCH_LIBRARY(saddlepoint, library) {
  library.def("winograd_filter(Tensor weight, bool backward=False) -> Tensor", &winograd_filter);
  library.def(
      "frozen_convolution(Tensor input, Tensor filter, Tensor backward_filter, Tensor? bias=None, "
      "Tensor? residual=None, bool relu=False) -> Tensor",
      &frozen_convolution);
}

}  // namespace saddlepoint
