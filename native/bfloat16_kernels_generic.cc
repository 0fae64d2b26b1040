// The kernels for any processor. For tests: where there are no tiles, LibTorch's bfloat16 is faster.
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
    if (job.residual) sum += widen(job.residual[to + output]);
    job.output[to + output] = narrow(job.relu && sum < 0.f ? 0.f : sum);
  }
}

void multiply(const TileProduct& job) {
  for (int64_t i = 0; i < job.tile_count; i += 1) {
    const PixelTile& tile = job.tiles[i];
    for (int64_t pixel = 0; pixel < tile.count; pixel += 1) {
      multiply_pixel(job, job.windows + tile.from + pixel * job.pixel_step, job.to[tile.first + pixel]);
    }
  }
}

void copy_masked(const Bfloat16* from, const Bfloat16* mask, int64_t length, Bfloat16* to) {
  for (int64_t i = 0; i < length; i += 1) to[i] = widen(mask[i]) <= 0.f ? 0 : from[i];
}

}  // namespace

constexpr TileKernels kGenericTileKernels = {"any", multiply, copy_masked};

}  // namespace saddlepoint
