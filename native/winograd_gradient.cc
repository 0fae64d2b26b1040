// The gradient of a weight with a quarter of the multiplications, for training: see winograd_gradient_block.h.
//
// Unlike a convolution its result, in 36 positions, is large where there are many channels, and every tile adds to all
// of it. So the threads share the positions rather than the tiles: a block of tiles is transformed by all, then each
// position is multiplied by one. No sum depends on the number of threads.
#include <ATen/Parallel.h>

#include <algorithm>

#include "convolution_kernels.h"

namespace saddlepoint {

namespace {

constexpr int64_t kSpace = 1 << 20;    // floats of the transformed tiles of a block
constexpr int64_t kFewestTiles = 128;  // of a block, whatever their size: each reads and writes all sums
constexpr int64_t kChunk = 64;         // outputs whose sums are finished together, if one block is all

}  // namespace

at::Tensor winograd_gradient(const at::Tensor& input, const at::Tensor& gradient) {
  const at::Tensor rows = input.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor slopes = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  const int64_t inputs = input.size(1), outputs = gradient.size(1);
  const at::Tensor result = at::empty({outputs, inputs, 3, 3}, input.options());
  const Images images{rows.data_ptr<float>(), input.size(0), input.size(2), input.size(3), inputs};
  const Images of_outputs{slopes.data_ptr<float>(), input.size(0), input.size(2), input.size(3), outputs};
  const int64_t tiles = images.tiles();
  if (tiles == 0) return result.zero_();

  const int64_t room = std::min(tiles, std::max(kFewestTiles, kSpace / kPositions / (inputs + outputs)));
  const int64_t chunk = room == tiles ? std::min(outputs, kChunk) : outputs;
  const Workspace windows(room, inputs), gradients(room, outputs), sums(chunk, inputs);
  for (int64_t first = 0; first < tiles; first += room) {
    const int64_t block = std::min(room, tiles - first);
    at::parallel_for(0, block, 1, [&](int64_t begin, int64_t end) {
      const auto from = [begin](Tiles tiles) {
        tiles.data += begin * tiles.tile_step;
        return tiles;
      };
      kernels().transform_windows(images, nullptr, first + begin, end - begin, from(windows.by_panel()));
      kernels().transform_gradients(of_outputs, first + begin, end - begin, from(gradients.by_panel()));
    });
    for (int64_t output = 0; output < outputs; output += chunk) {
      const int64_t count = std::min(chunk, outputs - output);
      const Products job{windows.by_panel(), gradients.by_panel(), block, inputs, sums.by_tile()};
      at::parallel_for(0, kPositions, 1, [&](int64_t begin, int64_t end) {
        for (int64_t position = begin; position < end; position += 1)
          kernels().add_products(job, position, output, count, first > 0);
      });
      if (first + block < tiles) continue;
      at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; row += 1)
          kernels().write_gradient(job, row, result.data_ptr<float>() + (output + row) * inputs * 9);
      });
    }
  }
  return result;
}

}  // namespace saddlepoint
