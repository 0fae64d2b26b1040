// The weights of bfloat16 convolutions in tiles.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "bfloat16.h"
#include "bfloat16_phases.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

int64_t window_values(int64_t rows, int64_t columns, int64_t channels) {
  const int64_t whole = rows * columns * channels;
  return whole <= kTileDepth ? rounded_up(whole, kTileDepth) : rows * rounded_up(columns * channels, kTileDepth);
}

int64_t packed_size(int64_t rows, int64_t columns, int64_t channels, int64_t outputs) {
  return window_values(rows, columns, channels) * rounded_up(outputs, kTileOutputs);
}

// Where a window of rows x columns sees `channels` values at a tap, in the order of WindowLayout.
int64_t place_of(int64_t y, int64_t x, int64_t rows, int64_t columns, int64_t channels) {
  const int64_t length = columns * channels;
  return y * (rows * length <= kTileDepth ? length : rounded_up(length, kTileDepth)) + x * channels;
}

// Weights [outputs, k, k, inputs] as [outputs / 16, window / 32, 16, 16, 2] of windows of inputs.
void pack(const Bfloat16* weights, const Geometry& geometry, Bfloat16* to) {
  const int64_t kernel = geometry.kernel, inputs = geometry.inputs, outputs = geometry.outputs;
  const int64_t window = window_values(kernel, kernel, inputs);
  at::parallel_for(0, rounded_up(outputs, kTileOutputs) / kTileOutputs, 1, [&](int64_t begin, int64_t end) {
    std::vector<Bfloat16> windows(kTileOutputs * window);  // what each output's window is multiplied with
    for (int64_t block = begin; block < end; block += 1) {
      const int64_t count = std::min(kTileOutputs, outputs - block * kTileOutputs);
      if (count < kTileOutputs) std::fill(windows.begin(), windows.end(), 0);
      for (int64_t i = 0; i < count; i += 1) {
        const Bfloat16* weight = weights + (block * kTileOutputs + i) * kernel * kernel * inputs;
        for (int64_t y = 0; y < kernel; y += 1) {
          std::memcpy(windows.data() + i * window + place_of(y, 0, kernel, kernel, inputs),
                      weight + y * kernel * inputs, kernel * inputs * sizeof(Bfloat16));
        }
      }
      tile_kernels().pair_rows(windows.data(), window, window, to + block * kTileOutputs * window);
    }
  });
}

// The taps that windows of a phase see, in their order.
struct Taps {
  std::vector<int64_t> rows, columns;
};

// The same weights as [inputs / 16, window / 32, 16, 16, 2] of windows of the outputs' gradient.
void pack_dgrad(const Bfloat16* weights, const Taps& taps, const Geometry& geometry, Bfloat16* to) {
  const int64_t inputs = geometry.inputs, outputs = geometry.outputs, kernel = geometry.kernel;
  const int64_t rows = taps.rows.size(), columns = taps.columns.size();
  // Of each value of a window, the weights with which it goes to the inputs.
  const std::vector<Bfloat16> none(rounded_up(inputs, kTileOutputs), 0);
  std::vector<const Bfloat16*> sources(window_values(rows, columns, outputs), none.data());
  for (int64_t y = 0; y < rows; y += 1) {
    for (int64_t x = 0; x < columns; x += 1) {
      const int64_t place = place_of(y, x, rows, columns, outputs);
      for (int64_t output = 0; output < outputs; output += 1) {
        const int64_t tap = (output * kernel + taps.rows[y]) * kernel + taps.columns[x];
        sources[place + output] = weights + tap * inputs;
      }
    }
  }
  const int64_t window = sources.size();
  at::parallel_for(0, rounded_up(inputs, kTileOutputs) / kTileOutputs, 1, [&](int64_t begin, int64_t end) {
    for (int64_t value = 0; value < window; value += 2) {
      const Bfloat16 *even = sources[value], *odd = sources[value + 1];
      for (int64_t block = begin; block < end; block += 1) {
        const int64_t first = block * kTileOutputs, count = std::min(kTileOutputs, inputs - first);
        uint32_t pairs[kTileOutputs] = {};
        for (int64_t i = 0; i < count; i += 1) {
          pairs[i] = even[first + i] | static_cast<uint32_t>(odd[first + i]) << 16;
        }
        std::memcpy(to + block * kTileOutputs * window + value * kTileOutputs, pairs, sizeof pairs);
      }
    }
  });
}

std::vector<int64_t> taps_of(const PhaseSide& side, int64_t stride) {
  std::vector<int64_t> taps;
  for (int64_t i = 0; i < side.taps; i += 1) taps.push_back(side.tap(i, stride));
  return taps;
}

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

at::Tensor bfloat16_weight(const at::Tensor& weight, const at::Tensor& scale) {
  const at::Tensor dense_weight = dense(weight), dense_scale = dense(scale);
  const int64_t outputs = weight.size(0), inputs = weight.size(1), taps = weight.size(2) * weight.size(3);
  const at::Tensor rounded =
      at::empty(weight.sizes(), weight.options().dtype(at::kBFloat16), at::MemoryFormat::ChannelsLast);
  const float *from = dense_weight.data_ptr<float>(), *factors = data_or_null(dense_scale);
  auto* to = static_cast<Bfloat16*>(rounded.data_ptr());
  const TileKernels& kernels = tile_kernels();
  at::parallel_for(0, outputs, 16, [&](int64_t begin, int64_t end) {
    const int64_t size = inputs * taps;
    for (int64_t i = begin; i < end; i += 1) {
      kernels.round_weights(from + i * size, factors == nullptr ? 1.f : factors[i], inputs, taps, to + i * size);
    }
  });
  return rounded;
}

at::Tensor bfloat16_filter(const at::Tensor& weight, int64_t stride, bool dgrad) {
  const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, 0};
  const at::Tensor filter = at::empty({bfloat16_filter_size(geometry, dgrad)}, weight.options());
  Bfloat16* to = static_cast<Bfloat16*>(filter.data_ptr());
  const at::Tensor weights = channels_last(weight);
  if (!dgrad) {
    pack(bits_or_null(weights), geometry, to);
    return filter;
  }
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) {
      const PhaseSide rows = phase_side(geometry, row), columns = phase_side(geometry, column);
      pack_dgrad(bits_or_null(weights), {taps_of(rows, stride), taps_of(columns, stride)}, geometry, to);
      to += packed_size(rows.taps, columns.taps, geometry.outputs, geometry.inputs);
    }
  }
  return filter;
}

}  // namespace saddlepoint
