// The gradient of a weight with a quarter of the multiplications, for training: see winograd_wgrad_kernel.h.
//
// Unlike a convolution its result, in 36 elements, is large where there are many channels, and every tile adds to all
// of it. So the threads share the elements rather than the tiles: a block of tiles is transformed by all, then each
// element is multiplied by one. No sum depends on the number of threads.
#include <ATen/Parallel.h>

#include <algorithm>

#include "convolution_kernels.h"
#include "convolution_tensors.h"
#include "winograd.h"
#include "winograd_workspace.h"

namespace saddlepoint {

namespace {

constexpr int64_t kSpace = 1 << 20;  // floats of the transformed tiles of a block
constexpr int64_t kFewestTiles =
    128;                        // of a block, whatever their size: each reads and writes all of the gradient of U
constexpr int64_t kChunk = 64;  // outputs whose gradient of U is finished together, if one block is all

}  // namespace

at::Tensor winograd_wgrad(const at::Tensor& input, const at::Tensor& grad_output) {
  const at::Tensor input_nhwc = channels_last(input), grad_output_nhwc = channels_last(grad_output);
  const Images images = images_of(input_nhwc), gradients = images_of(grad_output_nhwc);
  const int64_t inputs = images.channels, outputs = gradients.channels;
  const at::Tensor grad_weight = at::empty({outputs, inputs, 3, 3}, input.options());
  const int64_t tiles = images.count * tiles_down(images) * tiles_across(images);
  if (tiles == 0) return grad_weight.zero_();

  const int64_t room = std::min(tiles, std::max(kFewestTiles, kSpace / kElements / (inputs + outputs)));
  const int64_t chunk = room == tiles ? std::min(outputs, kChunk) : outputs;
  const Kernels& kernels = kernels_for({inputs, outputs});
  const Workspace V(room, inputs, kernels.lanes), grad_M(room, outputs, kernels.lanes),
      grad_U(chunk, inputs, kernels.lanes);
  for (int64_t first = 0; first < tiles; first += room) {
    const int64_t block = std::min(room, tiles - first);
    at::parallel_for(0, block, 1, [&](int64_t begin, int64_t end) {
      const int64_t tile = first + begin, count = end - begin;
      kernels.input_transform(images, nullptr, tile, count, from_tile(V.by_panel(), begin));
      kernels.grad_output_transform(gradients, tile, count, from_tile(grad_M.by_panel(), begin));
    });
    for (int64_t output = 0; output < outputs; output += chunk) {
      const int64_t count = std::min(chunk, outputs - output);
      const WinogradWgrad job{V.by_panel(), grad_M.by_panel(), block, inputs, grad_U.by_tile()};
      at::parallel_for(0, kElements, 1, [&](int64_t begin, int64_t end) {
        for (int64_t element = begin; element < end; element += 1)
          kernels.multiply_wgrad(job, element, output, count, first > 0);
      });
      if (first + block < tiles) continue;
      at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; row += 1)
          kernels.wgrad_transform(job, row, grad_weight.data_ptr<float>() + (output + row) * inputs * 9);
      });
    }
  }
  return grad_weight;
}

}  // namespace saddlepoint
