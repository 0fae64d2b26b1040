// Convolutions of 3 x 3 with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (CVPR 2016). LibTorch has no such kernel for processors without AVX-512.
//
// Every 4 x 4 tile of the output is one product in 36 transformed positions of a 6 x 6 tile of the input. A block of
// tiles is transformed, multiplied and transformed back while it is near, and bias, residual and ReLU are applied on
// the way out. Each output depends on its own image alone: the same bits whatever the batch and threads.
#include <ATen/Parallel.h>

#include <algorithm>

#include "convolution_kernels.h"

namespace saddlepoint {

namespace {

constexpr int64_t kBlock = 36;       // tiles transformed at a time: measured fastest from 16 to 512 channels
constexpr int64_t kSpace = 1 << 22;  // floats of transformed tiles that all threads share
// Floats of a filter from which on it is written past the caches: when all of a network's have been transformed, the
// first ones are gone from there.
constexpr int64_t kStreamedFilter = 1 << 20;
// Floats of a filter that no cache keeps until the next thread wants it: with 320 channels sharing tiles is faster,
// with 512 sharing positions.
constexpr int64_t kLargeFilter = 6 << 20;

at::Tensor as_rows(const at::Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

const float* data_or_null(const at::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

// Each thread takes blocks of its tiles all the way: nothing leaves its cache but the outputs.
void share_tiles(const Convolution& job) {
  at::parallel_for(0, job.input.tiles(), kRows, [&](int64_t begin, int64_t end) {
    const int64_t blocks = (end - begin + kBlock - 1) / kBlock, room = (end - begin + blocks - 1) / blocks;
    const Workspace windows(room, job.input.channels), sums(room, job.outputs);
    for (int64_t first = begin; first < end; first += room) {
      const int64_t count = std::min(room, end - first);
      kernels().transform_windows(job.input, job.mask, first, count, windows.by_tile());
      kernels().multiply_positions(job, count, 0, kPositions, windows.by_tile(), sums.by_tile());
      kernels().write_outputs(job, first, count, sums.by_tile());
    }
  });
}

Tiles from_tile(Tiles tiles, int64_t first) {
  tiles.data += first * tiles.tile_step;
  return tiles;
}

// All threads transform, then each multiplies some of the 36 positions: the filter is read once, not by every thread.
void share_positions(const Convolution& job) {
  const int64_t tiles = job.input.tiles();
  const int64_t room = std::min(tiles, std::max(kBlock, kSpace / kPositions / (job.input.channels + job.outputs)));
  const Workspace windows(room, job.input.channels), sums(room, job.outputs);
  for (int64_t first = 0; first < tiles; first += room) {
    const int64_t count = std::min(room, tiles - first);
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      kernels().transform_windows(job.input, job.mask, first + begin, end - begin, from_tile(windows.by_tile(), begin));
    });
    at::parallel_for(0, kPositions, 1, [&](int64_t begin, int64_t end) {
      kernels().multiply_positions(job, count, begin, end, windows.by_tile(), sums.by_tile());
    });
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      kernels().write_outputs(job, first + begin, end - begin, from_tile(sums.by_tile(), begin));
    });
  }
}

}  // namespace

at::Tensor winograd_filter(const at::Tensor& weight, bool backward) {
  at::NoGradGuard no_grad;
  const at::Tensor dense = weight.contiguous();
  const int64_t rows = weight.size(0), columns = weight.size(1);
  const int64_t outputs = backward ? columns : rows, inputs = backward ? rows : columns;
  const at::Tensor output = at::empty({kPositions, outputs / kLanes, inputs, kLanes}, weight.options());
  const Filter filter{dense.data_ptr<float>(),
                      backward,
                      outputs,
                      inputs,
                      backward ? 9 : 9 * columns,
                      backward ? 9 * columns : 9,
                      output.data_ptr<float>(),
                      output.numel() > kStreamedFilter};
  at::parallel_for(0, outputs / kLanes, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; panel += 1) kernels().transform_panel(filter, panel * kLanes);
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
  const Images images{rows.data_ptr<float>(), input.size(0), input.size(2), input.size(3), inputs};
  const Convolution job{images,
                        data_or_null(gate),
                        weights.data_ptr<float>(),
                        data_or_null(offsets),
                        data_or_null(addend),
                        relu,
                        output.data_ptr<float>(),
                        outputs};
  if (output.numel() == 0) return output;
  if (filter.numel() > kLargeFilter) {
    share_positions(job);
  } else {
    share_tiles(job);
  }
  return output;
}

}  // namespace saddlepoint
