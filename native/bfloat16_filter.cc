// The weights of bfloat16 convolutions in tiles.
#include <ATen/Parallel.h>

#include <cstring>
#include <vector>

#include "bfloat16.h"
#include "bfloat16_phases.h"

namespace saddlepoint {

namespace {

// The taps that windows of rows x columns see, in their order.
struct Taps {
  std::vector<int64_t> rows, columns;
};

int64_t window_values(int64_t rows, int64_t columns, int64_t channels) {
  const int64_t whole = rows * columns * channels;
  return whole <= kTileDepth ? rounded_up(whole, kTileDepth) : rows * rounded_up(columns * channels, kTileDepth);
}

int64_t packed_size(int64_t rows, int64_t columns, int64_t channels, int64_t outputs) {
  return window_values(rows, columns, channels) * rounded_up(outputs, kTileOutputs);
}

// What one output's window is multiplied with, of weights [k, k, channels], in the order of WindowLayout.
void gather(const Bfloat16* weight, const Taps& taps, int64_t kernel, int64_t channels, Bfloat16* to) {
  const int64_t rows = taps.rows.size(), columns = taps.columns.size(), length = columns * channels;
  const int64_t row_step = rows * length <= kTileDepth ? length : rounded_up(length, kTileDepth);
  for (int64_t y = 0; y < rows; y += 1) {
    for (int64_t x = 0; x < columns; x += 1) {
      const Bfloat16* from = weight + (taps.rows[y] * kernel + taps.columns[x]) * channels;
      std::memcpy(to + y * row_step + x * channels, from, channels * sizeof(Bfloat16));
    }
  }
}

// Weights [outputs, k, k, channels] as [outputs / 16, window / 32, 16, 16, 2].
void pack(const Bfloat16* weights, const Taps& taps, int64_t kernel, int64_t channels, int64_t outputs, Bfloat16* to) {
  const int64_t window = window_values(taps.rows.size(), taps.columns.size(), channels), pairs = window / 2;
  const int64_t blocks = rounded_up(outputs, kTileOutputs) / kTileOutputs;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    std::vector<Bfloat16> windows(kTileOutputs * window);
    for (int64_t block = begin; block < end; block += 1) {
      const int64_t count = std::min(kTileOutputs, outputs - block * kTileOutputs);
      if (count < kTileOutputs) std::fill(windows.begin(), windows.end(), 0);
      for (int64_t i = 0; i < count; i += 1) {
        const Bfloat16* weight = weights + (block * kTileOutputs + i) * kernel * kernel * channels;
        gather(weight, taps, kernel, channels, windows.data() + i * window);
      }
      Bfloat16* place = to + block * kTileOutputs * window;
      for (int64_t pair = 0; pair < pairs; pair += 1) {
        for (int64_t i = 0; i < kTileOutputs; i += 1, place += 2) {
          std::memcpy(place, windows.data() + i * window + pair * 2, 2 * sizeof(Bfloat16));
        }
      }
    }
  });
}

std::vector<int64_t> all_taps(int64_t kernel) {
  std::vector<int64_t> taps;
  for (int64_t i = 0; i < kernel; i += 1) taps.push_back(i);
  return taps;
}

std::vector<int64_t> taps_of(const PhaseSide& side, int64_t stride) {
  std::vector<int64_t> taps;
  for (int64_t i = 0; i < side.taps; i += 1) taps.push_back(side.tap(i, stride));
  return taps;
}

const Bfloat16* bits(const at::Tensor& tensor) { return static_cast<const Bfloat16*>(tensor.data_ptr()); }

}  // namespace

int64_t bfloat16_filter_size(const Geometry& geometry, bool dgrad) {
  if (!dgrad) return packed_size(geometry.kernel, geometry.kernel, geometry.inputs, geometry.outputs);
  int64_t size = 0;
  for (int64_t row = 0; row < geometry.stride; row += 1) {
    for (int64_t column = 0; column < geometry.stride; column += 1) {
      size += packed_size(geometry.taps(row), geometry.taps(column), geometry.outputs, geometry.inputs);
    }
  }
  return size;
}

at::Tensor bfloat16_filter(const at::Tensor& weight, int64_t stride, bool dgrad) {
  const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, 0};
  const int64_t kernel = geometry.kernel;
  const at::Tensor filter = at::empty({bfloat16_filter_size(geometry, dgrad)}, weight.options());
  Bfloat16* to = static_cast<Bfloat16*>(filter.data_ptr());
  if (!dgrad) {
    const at::Tensor weights = weight.permute({0, 2, 3, 1}).contiguous();
    pack(bits(weights), {all_taps(kernel), all_taps(kernel)}, kernel, geometry.inputs, geometry.outputs, to);
    return filter;
  }
  const at::Tensor weights = weight.permute({1, 2, 3, 0}).contiguous();
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) {
      const PhaseSide rows = phase_side(geometry, row), columns = phase_side(geometry, column);
      const Taps taps{taps_of(rows, stride), taps_of(columns, stride)};
      pack(bits(weights), taps, kernel, geometry.outputs, geometry.inputs, to);
      to += packed_size(rows.taps, columns.taps, geometry.outputs, geometry.inputs);
    }
  }
  return filter;
}

}  // namespace saddlepoint
