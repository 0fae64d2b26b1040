// Convolutions of 3 x 3 with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (CVPR 2016). LibTorch has no such kernel for processors without AVX-512.
//
// Every 4 x 4 tile of the output is one product in 36 transformed positions of a 6 x 6 tile of the input. A block of
// tiles is transformed, multiplied and transformed back while it lies in the cache, and bias, residual and ReLU are
// applied on the way out. Each output depends on its own image alone: the same bits whatever the batch and threads.
#include "winograd.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <memory>

namespace saddlepoint {

namespace {

constexpr int64_t kTile = 4;    // outputs of a tile, per side
constexpr int64_t kWindow = 6;  // inputs it sees, per side
constexpr int64_t kPositions = kWinogradPositions;
static_assert(kPositions == kWindow * kWindow);
constexpr int64_t kLanes = kWinogradLanes;
constexpr int64_t kCacheLine = 16;  // in floats
constexpr int64_t kRows = 6;        // tiles whose sums one product holds in registers
constexpr int64_t kCollected = 16;  // inputs of a filter transformed at a time
constexpr int64_t kBlock = 36;      // tiles transformed at a time: measured fastest from 16 to 512 channels

using Lanes = float __attribute__((vector_size(32)));
using LanesInMemory = float __attribute__((vector_size(32), aligned(4), may_alias));

struct Convolution {
  const float* input;     // [images, height, width, inputs]
  const float* mask;      // of the input's shape, or null: the input is zero where this is at most zero
  const float* filter;    // [36, outputs / 8, inputs, 8]
  const float* bias;      // [outputs] or null
  const float* residual;  // of the output's shape, or null: added before ReLU
  bool relu;
  float* output;  // [images, height, width, outputs]
  int64_t images, height, width, inputs, outputs;

  int64_t across() const { return (width + kTile - 1) / kTile; }
  int64_t tiles() const { return images * ((height + kTile - 1) / kTile) * across(); }
};

struct Filter {
  const float* weight;  // [outputs, inputs, 9] by the steps below, or for the gradient [inputs, outputs, 9] rotated
  bool backward;
  int64_t outputs, inputs, output_step, input_step;
  float* output;  // [36, outputs / 8, inputs, 8]
};

// Where a block of tiles lies between its transforms: [36, tiles, channels] before and after the products. A position
// begins `step` after the one before it: one cache line more than it needs, or all 36 would share a few of the cache's
// sets wherever the channels are a power of two.
struct Workspace {
  explicit Workspace(const Convolution& job, int64_t tiles)
      : window_step(tiles * job.inputs + kCacheLine),
        sum_step(tiles * job.outputs + kCacheLine),
        memory(new float[kPositions * (window_step + sum_step)]),
        windows(memory.get()),
        sums(windows + kPositions * window_step) {}

  const int64_t window_step, sum_step;
  const std::unique_ptr<float[]> memory;
  float* const windows;
  float* const sums;
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

struct Kernels {
  decltype(&any_processor::convolve) convolve;
  decltype(&any_processor::transform_panel) transform_panel;
};

// Whatever the addon was compiled for, the fastest that this processor can do.
Kernels kernels() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {with_avx2::convolve, with_avx2::transform_panel};
#endif
  return {any_processor::convolve, any_processor::transform_panel};
}

at::Tensor as_rows(const at::Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

const float* data_or_null(const at::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

}  // namespace

at::Tensor winograd_filter(const at::Tensor& weight, bool backward) {
  at::NoGradGuard no_grad;
  const at::Tensor dense = weight.contiguous();
  const int64_t rows = weight.size(0), columns = weight.size(1);
  const int64_t outputs = backward ? columns : rows, inputs = backward ? rows : columns;
  const at::Tensor output = at::empty({kPositions, outputs / kLanes, inputs, kLanes}, weight.options());
  const Filter filter{
      dense.data_ptr<float>(), backward, outputs, inputs, backward ? 9 : 9 * columns, backward ? 9 * columns : 9,
      output.data_ptr<float>()};
  const auto transform = kernels().transform_panel;
  at::parallel_for(0, outputs / kLanes, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; panel += 1) transform(filter, panel * kLanes);
  });
  return output;
}

at::Tensor winograd(const at::Tensor& input, const at::Tensor& mask, const at::Tensor& filter, const at::Tensor& bias,
                    const at::Tensor& residual, bool relu) {
  const at::Tensor rows = as_rows(input);
  const at::Tensor gate = mask.defined() ? as_rows(mask) : mask;
  const at::Tensor addend = residual.defined() ? as_rows(residual) : residual;
  const at::Tensor weights = filter.contiguous(), offsets = bias.defined() ? bias.contiguous() : bias;
  const int64_t inputs = filter.size(2), outputs = filter.size(1) * kLanes;
  const at::Tensor output = at::empty({input.size(0), outputs, input.size(2), input.size(3)},
                                      input.options().memory_format(at::MemoryFormat::ChannelsLast));
  const Convolution job{rows.data_ptr<float>(),
                        data_or_null(gate),
                        weights.data_ptr<float>(),
                        data_or_null(offsets),
                        data_or_null(addend),
                        relu,
                        output.data_ptr<float>(),
                        input.size(0),
                        input.size(2),
                        input.size(3),
                        inputs,
                        outputs};
  if (output.numel() == 0) return output;
  // Small batches are cut finer, so that every thread has work.
  const int64_t tiles = job.tiles(), threads = at::get_num_threads();
  const int64_t share = (tiles + threads * kRows - 1) / (threads * kRows) * kRows;
  const int64_t room = std::min(kBlock, share), blocks = (tiles + room - 1) / room;
  const auto convolve = kernels().convolve;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    const Workspace space(job, room);
    for (int64_t block = begin; block < end; block += 1) {
      const int64_t first = block * room;
      convolve(job, first, std::min(room, tiles - first), space);
    }
  });
  return output;
}

}  // namespace saddlepoint
