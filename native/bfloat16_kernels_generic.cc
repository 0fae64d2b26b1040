// The kernels for any processor. For tests: where there are no tiles, LibTorch's bfloat16 is faster.
#include <algorithm>
#include <cstring>

#include "bfloat16_kernels.h"

namespace saddlepoint {

namespace {

float widen(Bfloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

// To the nearest, of two as near to the even one.
Bfloat16 narrow(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return 0x7fc0;
  return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

void multiply_pixel(const TileProduct& job, const Bfloat16* window, int64_t to) {
  for (int64_t output = 0; output < job.outputs; output += 1) {
    const Bfloat16* filter = job.filter + output / kTileOutputs * job.depth_count * kFilterTile;
    float sum = 0.f;
    for (int64_t depth = 0; depth < job.depth_count; depth += 1) {
      for (int64_t k = 0; k < kTileDepth; k += 1) {
        const int64_t place = depth * kFilterTile + (k / 2 * kTileOutputs + output % kTileOutputs) * 2 + k % 2;
        sum += widen(window[job.depths[depth] + k]) * widen(filter[place]);
      }
    }
    if (job.bias) sum += job.bias[output];
    const bool passes = job.residual_mask == nullptr || !(widen(job.residual_mask[to + output]) <= 0.f);
    if (job.residual && passes) sum += widen(job.residual[to + output]);
    job.output[to + output] = narrow(job.relu && sum < 0.f ? 0.f : sum);
  }
}

void multiply(const TileProduct& job) {
  for (int64_t i = 0; i < job.tile_count; i += 1) {
    const PixelTile& tile = job.tiles[i];
    for (int64_t pixel = 0; pixel < tile.count; pixel += 1) {
      multiply_pixel(job, job.windows + tile.from + pixel * job.pixel_step, job.to[tile.first + pixel] + tile.image);
    }
  }
}

void round_weights(const float* weights, float scale, int64_t inputs, int64_t taps, Bfloat16* to) {
  for (int64_t tap = 0; tap < taps; tap += 1) {
    for (int64_t input = 0; input < inputs; input += 1) *to++ = narrow(weights[input * taps + tap] * scale);
  }
}

void pair_rows(const Bfloat16* rows, int64_t step, int64_t count, Bfloat16* to) {
  for (int64_t pair = 0; pair < count; pair += 2) {
    for (int64_t i = 0; i < kTileOutputs; i += 1, to += 2)
      std::memcpy(to, rows + i * step + pair, 2 * sizeof(Bfloat16));
  }
}

// A number that is added or summed, or zero where the mask does not let it pass.
float passing(const Bfloat16* values, const Bfloat16* mask, int64_t place) {
  return mask && widen(mask[place]) <= 0.f ? 0.f : widen(values[place]);
}

void sum_channels(const ChannelSums& job) {
  for (int64_t place = 0; place < job.pixels * job.channels; place += 1) {
    const int64_t channel = place % job.channels;
    const float offset = widen(job.values[place]) - job.centre[channel];
    const float weight = job.gradient ? passing(job.gradient, job.mask, place) : offset;
    job.sums[channel] += weight;
    job.products[channel] += weight * offset;
  }
}

void map_channels(const ChannelMap& job) {
  for (int64_t place = 0; place < job.pixels * job.channels; place += 1) {
    const int64_t channel = place % job.channels;
    float value = job.values ? job.scale[channel] * widen(job.values[place]) + job.shift[channel] : 0.f;
    if (job.added) {
      const float added = passing(job.added, job.mask, place);
      value += job.factor ? job.factor[channel] * added : added;
      if (job.passed) job.passed[place] = narrow(added);
    }
    job.to[place] = job.relu && value < 0.f ? 0 : narrow(value);
  }
}

// One plane's share of a copy.
void copy_pixels(const WindowFill& job, const WindowCopy& copy, int64_t plane) {
  Bfloat16* to = job.windows + copy.to + plane * job.plane_step;
  to = std::fill_n(to, copy.before * job.width, 0);
  for (int64_t pixel = 0; pixel < copy.count; pixel += 1) {
    const int64_t from = copy.from + pixel * job.image_step + plane * job.width;
    const int64_t valid = plane + 1 < job.planes ? job.width : job.last;
    for (int64_t i = 0; i < job.width; i += 1) {
      const bool passes = i < valid && !(job.mask && widen(job.mask[from + i]) <= 0.f);
      *to++ = passes ? job.image[from + i] : 0;
    }
  }
  std::fill_n(to, copy.after * job.width, 0);
}

void fill_windows(const WindowFill& job) {
  for (int64_t i = 0; i < job.copy_count; i += 1) {
    for (int64_t plane = 0; plane < job.planes; plane += 1) copy_pixels(job, job.copies[i], plane);
  }
}

void gather_windows(const WindowGather& job) {
  for (int64_t row = 0; row < job.rows; row += 1) {
    for (int64_t pixel = 0; pixel < job.across; pixel += 1) {
      for (int64_t part = 0; part < job.parts; part += 1) {
        const Bfloat16* from = job.padded + row * job.from_row + pixel * job.from_pixel + part * job.from_part;
        Bfloat16* to = job.windows + job.to_rows[row] + pixel * job.to_pixel + part * job.to_part;
        std::fill_n(std::copy_n(from, job.length, to), rounded_up(job.length, kTileDepth) - job.length, 0);
      }
    }
  }
}

Bfloat16 value_or_zero(const PixelList& job, int64_t pixel, int64_t channel) {
  return channel < job.channels ? job.pixels[pixel][channel] : 0;
}

void fill_pairs(const PixelList& job, int64_t first, int64_t end) {
  for (int64_t pair = first; pair < end; pair += 1) {
    for (int64_t channel = 0; channel < rounded_up(job.channels, kTileOutputs); channel += 1) {
      Bfloat16* to = job.to + channel / kTileOutputs * job.block_step + pair * kTileDepth + channel % kTileOutputs * 2;
      to[0] = value_or_zero(job, 2 * pair, channel);
      to[1] = value_or_zero(job, 2 * pair + 1, channel);
    }
  }
}

void fill_rows(const PixelList& job, int64_t first, int64_t end) {
  for (int64_t pixel = first * kTileDepth; pixel < end * kTileDepth; pixel += 1) {
    for (int64_t channel = 0; channel < rounded_up(job.channels, kTileOutputs); channel += 1) {
      const int64_t block = channel / kTileOutputs * job.block_step + pixel / kTileDepth * kFilterTile;
      job.to[block + channel % kTileOutputs * kTileDepth + pixel % kTileDepth] = value_or_zero(job, pixel, channel);
    }
  }
}

float sum_of_pixels(const TileWgrad& job, int64_t output, int64_t input, int64_t tap) {
  const Bfloat16* rows = job.rows + output / kTileOutputs * job.row_step + output % kTileOutputs * kTileDepth;
  const Bfloat16* pairs = job.pairs + input / kTileOutputs * job.pair_step + job.taps[tap] + input % kTileOutputs * 2;
  float sum = 0.f;
  for (int64_t pixel = 0; pixel < job.steps * kTileDepth; pixel += 1) {
    const Bfloat16 gradient = rows[pixel / kTileDepth * kFilterTile + pixel % kTileDepth];
    sum += widen(gradient) * widen(pairs[pixel / 2 * kTileDepth + pixel % 2]);
  }
  return sum;
}

void multiply_wgrad(const TileWgrad& job, const WgradBlocks& blocks, float*) {
  const int64_t last_output = std::min(job.outputs, (blocks.output + 2) * kTileOutputs);
  const int64_t last_input = std::min(job.inputs, (blocks.input + 2) * kTileOutputs);
  for (int64_t output = blocks.output * kTileOutputs; output < last_output; output += 1) {
    for (int64_t input = blocks.input * kTileOutputs; input < last_input; input += 1) {
      for (int64_t tap = 0; tap < job.tap_count; tap += 1) {
        float& gradient = job.grad_weight[(output * job.inputs + input) * job.tap_count + tap];
        gradient = (job.first ? 0.f : gradient) + sum_of_pixels(job, output, input, tap);
      }
    }
  }
}

}  // namespace

constexpr TileKernels kGenericTileKernels = {multiply,     round_weights,  pair_rows,  sum_channels, map_channels,
                                             fill_windows, gather_windows, fill_pairs, fill_rows,    multiply_wgrad};

}  // namespace saddlepoint
