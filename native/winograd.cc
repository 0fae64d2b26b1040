// Convolutions of 3 x 3 with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (CVPR 2016). LibTorch has no such kernel for processors without AVX-512.
//
// Every 4 x 4 tile of the output comes of one product in each of 36 elements of the transform domain. A block of tiles
// is transformed, multiplied and transformed back while it is near, and bias, residual and ReLU are applied on the way
// out. Each output depends on its own image alone: the same bits whatever the batch and threads.
#include "winograd.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "convolution_kernels.h"
#include "convolution_tensors.h"
#include "winograd_workspace.h"

namespace saddlepoint {

namespace {

constexpr int64_t kBlock = 36;       // tiles transformed at a time: measured fastest from 16 to 512 channels
constexpr int64_t kSpace = 1 << 22;  // floats of transformed tiles that all threads share
// Floats of a filter from which on it is written past the caches: when all of a network's have been transformed, the
// first ones are gone from there.
constexpr int64_t kStreamedFilter = 1 << 20;
// Floats of a filter that no cache keeps until the next thread wants it: with 320 channels sharing tiles is faster,
// with 512 sharing elements.
constexpr int64_t kLargeFilter = 6 << 20;

int64_t tile_count(const Images& images) { return images.count * tiles_down(images) * tiles_across(images); }

// Each thread takes blocks of its tiles all the way: nothing leaves its cache but the outputs.
void share_tiles(const Kernels& kernels, const Convolution& job) {
  at::parallel_for(0, tile_count(job.input), kRows, [&](int64_t begin, int64_t end) {
    const int64_t blocks = (end - begin + kBlock - 1) / kBlock, room = (end - begin + blocks - 1) / blocks;
    const Workspace V(room, job.input.channels, kernels.lanes), M(room, job.outputs, kernels.lanes);
    for (int64_t first = begin; first < end; first += room) {
      const int64_t count = std::min(room, end - first);
      kernels.input_transform(job.input, job.mask, first, count, V.by_tile());
      kernels.multiply_elements(job, count, 0, kElements, V.by_tile(), M.by_tile());
      kernels.output_transform(job, first, count, M.by_tile());
    }
  });
}

// All threads transform, then each multiplies some of the 36 elements: the filter is read once, not by every thread.
void share_elements(const Kernels& kernels, const Convolution& job) {
  const int64_t tiles = tile_count(job.input);
  const int64_t room = std::min(tiles, std::max(kBlock, kSpace / kElements / (job.input.channels + job.outputs)));
  const Workspace V(room, job.input.channels, kernels.lanes), M(room, job.outputs, kernels.lanes);
  for (int64_t first = 0; first < tiles; first += room) {
    const int64_t count = std::min(room, tiles - first);
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      kernels.input_transform(job.input, job.mask, first + begin, end - begin, from_tile(V.by_tile(), begin));
    });
    at::parallel_for(0, kElements, 1, [&](int64_t begin, int64_t end) {
      kernels.multiply_elements(job, count, begin, end, V.by_tile(), M.by_tile());
    });
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      kernels.output_transform(job, first + begin, end - begin, from_tile(M.by_tile(), begin));
    });
  }
}

}  // namespace

at::Tensor winograd_filter(const at::Tensor& weight, bool dgrad) {
  at::NoGradGuard no_grad;
  const at::Tensor taps = weight.contiguous();
  const int64_t rows = weight.size(0), columns = weight.size(1);
  const Kernels& kernels = kernels_for({rows, columns});
  const int64_t lanes = kernels.lanes;
  const int64_t outputs = dgrad ? columns : rows, inputs = dgrad ? rows : columns;
  const int64_t output_step = dgrad ? 9 : 9 * columns, input_step = dgrad ? 9 * columns : 9;
  const at::Tensor U = at::empty({kElements, outputs / lanes, inputs, lanes}, weight.options());
  const Filter filter{taps.data_ptr<float>(),     dgrad, outputs, inputs, output_step, input_step, U.data_ptr<float>(),
                      U.numel() > kStreamedFilter};
  at::parallel_for(0, outputs / lanes, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; panel += 1) kernels.filter_transform(filter, panel * lanes);
  });
  return U;
}

at::Tensor winograd(const at::Tensor& input, const at::Tensor& mask, const at::Tensor& U, const at::Tensor& bias,
                    const at::Tensor& residual, bool relu) {
  const at::Tensor input_nhwc = channels_last(input), mask_nhwc = channels_last(mask);
  const at::Tensor residual_nhwc = channels_last(residual), dense_U = dense(U), dense_bias = dense(bias);
  const int64_t outputs = U.size(1) * U.size(3);
  const at::Tensor output = empty_images({input.size(0), outputs, input.size(2), input.size(3)}, input);
  if (output.numel() == 0) return output;
  const Convolution job{images_of(input_nhwc),       data_or_null(mask_nhwc),
                        dense_U.data_ptr<float>(),   data_or_null(dense_bias),
                        data_or_null(residual_nhwc), relu,
                        output.data_ptr<float>(),    outputs};
  const Kernels& kernels = kernels_for({job.input.channels, outputs});
  if (U.numel() > kLargeFilter) {
    share_elements(kernels, job);
  } else {
    share_tiles(kernels, job);
  }
  return output;
}

}  // namespace saddlepoint
