// The weights of bfloat16 convolutions in tiles.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "bfloat16.h"
#include "bfloat16_plan.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

// Weights [outputs, k, k, inputs] as a product wants them, [wide outputs / 16, steps, 16, 16, 2], of windows of inputs.
void pack(const Bfloat16* weights, const Product& product, int64_t kernel, Bfloat16* to) {
  const int64_t inputs = product.channels, outputs = product.wide_outputs(), window = product.depths() * kTileDepth;
  const int64_t together = window_channels(inputs) == inputs ? kernel : 1;  // taps that lie beside each other
  const bool sparse = product.columns.window > kernel;                      // a member sees a part of the wide window
  at::parallel_for(0, rounded_up(outputs, kTileOutputs) / kTileOutputs, 1, [&](int64_t begin, int64_t end) {
    std::vector<Bfloat16> windows(kTileOutputs * window);  // what each output's window is multiplied with
    for (int64_t block = begin; block < end; block += 1) {
      const int64_t count = std::min(kTileOutputs, outputs - block * kTileOutputs);
      if (count < kTileOutputs || sparse) std::fill(windows.begin(), windows.end(), 0);
      for (int64_t i = 0; i < count; i += 1) {
        const int64_t output = block * kTileOutputs + i, member = output / product.outputs;
        const Bfloat16* weight = weights + output % product.outputs * kernel * kernel * inputs;
        const int64_t first = -product.columns.tap(member, 0);  // where it sees the first tap
        for (int64_t run = 0; run < kernel * kernel; run += together) {
          std::memcpy(windows.data() + i * window + product.place(run / kernel, first + run % kernel),
                      weight + run * inputs, together * inputs * sizeof(Bfloat16));
        }
      }
      tile_kernels().pair_rows(windows.data(), window, window, to + block * kTileOutputs * window);
    }
  });
}

// With what each value of a window goes to the inputs of each member.
class DgradRows {
 public:
  DgradRows(const Bfloat16* weights, const Product& product, int64_t kernel)
      : inputs_(product.outputs),
        members_(product.columns.wide),
        none_(rounded_up(inputs_, kTileOutputs), 0),
        sources_(product.depths() * kTileDepth * members_, none_.data()) {
    for (int64_t y = 0; y < product.rows.window; y += 1) {
      for (int64_t x = 0; x < product.columns.window; x += 1) {
        for (int64_t member = 0; member < members_; member += 1) {
          const int64_t row = product.rows.tap(0, y), column = product.columns.tap(member, x);
          if (column < 0 || column >= kernel) continue;
          for (int64_t output = 0; output < product.channels; output += 1) {
            const int64_t tap = (output * kernel + row) * kernel + column;
            sources_[(product.place(y, x) + output) * members_ + member] = weights + tap * inputs_;
          }
        }
      }
    }
  }

  // The inputs of all members beside each other; `room` is for them where they do not lie so.
  const Bfloat16* row(int64_t value, Bfloat16* room) const {
    const Bfloat16* const* sources = sources_.data() + value * members_;
    if (members_ == 1) return sources[0];
    for (int64_t member = 0; member < members_; member += 1) {
      std::memcpy(room + member * inputs_, sources[member], inputs_ * sizeof(Bfloat16));
    }
    return room;
  }

 private:
  const int64_t inputs_, members_;
  const std::vector<Bfloat16> none_;
  std::vector<const Bfloat16*> sources_;
};

// The same weights as [wide inputs / 16, steps, 16, 16, 2] of windows of the outputs' gradient.
void pack_dgrad(const Bfloat16* weights, const Product& product, int64_t kernel, Bfloat16* to) {
  const int64_t inputs = product.wide_outputs(), window = product.depths() * kTileDepth;
  const DgradRows rows(weights, product, kernel);
  at::parallel_for(0, rounded_up(inputs, kTileOutputs) / kTileOutputs, 1, [&](int64_t begin, int64_t end) {
    std::vector<Bfloat16> room(2 * inputs);
    for (int64_t value = 0; value < window; value += 2) {
      const Bfloat16 *even = rows.row(value, room.data()), *odd = rows.row(value + 1, room.data() + inputs);
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

}  // namespace

int64_t bfloat16_filter_size(const Geometry& geometry, bool dgrad) {
  int64_t size = 0;
  for (const Plan& plan : plans_of(geometry, dgrad)) size += plan.filter_size();
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

at::Tensor bfloat16_filter(const at::Tensor& weight, int64_t stride, int64_t padding, bool dgrad) {
  const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, padding};
  const at::Tensor filter = at::empty({bfloat16_filter_size(geometry, dgrad)}, weight.options());
  Bfloat16* to = static_cast<Bfloat16*>(filter.data_ptr());
  const at::Tensor weights = channels_last(weight);
  for (const Plan& plan : plans_of(geometry, dgrad)) {
    for (const Product& product : plan.products) {
      (dgrad ? pack_dgrad : pack)(bits_or_null(weights), product, geometry.kernel, to);
      to += product.filter_size();
    }
  }
  return filter;
}

}  // namespace saddlepoint
