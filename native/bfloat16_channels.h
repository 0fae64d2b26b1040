// Work on maps per channel, shared by the threads in chunks of pixels.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "bfloat16_kernels.h"

namespace saddlepoint {

// Maps [N, C, H, W], channels last, as [pixels, channels].
struct Pixels {
  int64_t count, channels;

  explicit Pixels(const at::Tensor& maps)
      : count(maps.numel() / std::max<int64_t>(1, maps.size(1))), channels(maps.size(1)) {}

  // Of these many values whatever the number of threads, as the sums of a chunk are rounded.
  int64_t chunk() const { return std::max<int64_t>(1, 32768 / std::max<int64_t>(1, channels)); }
  int64_t chunks() const { return (count + chunk() - 1) / chunk(); }

  // Calls work(chunk, first value, pixels).
  template <typename Work>
  void for_chunks(const Work& work) const {
    at::parallel_for(0, chunks(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i += 1) {
        work(i, i * chunk() * channels, std::min(chunk(), count - i * chunk()));
      }
    });
  }
};

// Both of TileKernels::sum_channels, over all pixels.
struct Sums {
  std::vector<double> sums, products;
};

inline Sums sum_channels(const Pixels& pixels, ChannelSums job) {
  const int64_t channels = job.channels = pixels.channels;
  std::vector<float> parts(2 * pixels.chunks() * channels, 0.f);
  pixels.for_chunks([&](int64_t chunk, int64_t first, int64_t count) {
    ChannelSums here = job;
    here.values += first;
    if (here.gradient) here.gradient += first;
    if (here.mask) here.mask += first;
    here.pixels = count;
    here.sums = parts.data() + 2 * chunk * channels;
    here.products = here.sums + channels;
    tile_kernels().sum_channels(here);
  });
  Sums all{std::vector<double>(channels, 0.), std::vector<double>(channels, 0.)};
  for (int64_t chunk = 0; chunk < pixels.chunks(); chunk += 1) {
    for (int64_t i = 0; i < channels; i += 1) {
      all.sums[i] += parts[2 * chunk * channels + i];
      all.products[i] += parts[(2 * chunk + 1) * channels + i];
    }
  }
  return all;
}

inline void map_channels(const Pixels& pixels, ChannelMap job) {
  job.channels = pixels.channels;
  pixels.for_chunks([&](int64_t, int64_t first, int64_t count) {
    ChannelMap here = job;
    if (here.values) here.values += first;
    if (here.added) here.added += first;
    if (here.mask) here.mask += first;
    if (here.passed) here.passed += first;
    here.to += first;
    here.pixels = count;
    tile_kernels().map_channels(here);
  });
}

}  // namespace saddlepoint
