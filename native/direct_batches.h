// How direct convolutions go through a batch: an image, or a few small ones, is copied into a padded input and
// multiplied while it is near.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "padded_input.h"

namespace saddlepoint {

constexpr int64_t kPixels = 96;  // that meet the same weights while those are near

inline int64_t images_of_a_thread(int64_t images) {
  return std::max<int64_t>(1, (images + at::get_num_threads() - 1) / at::get_num_threads());
}

// Images that meet the weights together: more than one where an image alone would hardly pay for fetching them.
inline int64_t images_at_once(int64_t images, int64_t pixels) {
  return std::min(images, std::max<int64_t>(1, kPixels / std::max<int64_t>(1, pixels)));
}

// Where the windows of one image's pixels begin in its padded input, row by row, for kernels that move by `stride`.
inline std::vector<int64_t> window_starts(int64_t height, int64_t width, int64_t padded_width, int64_t channels,
                                          int64_t stride) {
  std::vector<int64_t> starts;
  for (int64_t y = 0; y < height; y += 1) {
    for (int64_t x = 0; x < width; x += 1) starts.push_back((y * padded_width + x) * stride * channels);
  }
  return starts;
}

// Places in one image, repeated for `count` images whose size is `step`.
inline void repeat(std::vector<int64_t>& places, int64_t count, int64_t step) {
  const int64_t size = places.size();
  for (int64_t i = size; i < count * size; i += 1) places.push_back(places[i - size] + step);
}

// Calls work(padded, image, count) for `together` images at a time, fewer at the end of a thread's share. Threads share
// the images, each with a padded input of its own.
template <typename Work>
void for_padded_batches(const Images& images, const float* mask, const PaddedSize& size, int64_t together,
                        const Work& work) {
  at::parallel_for(0, images.count, images_of_a_thread(images.count), [&](int64_t begin, int64_t end) {
    const PaddedInput padded(together, size, images.channels);
    for (int64_t image = begin; image < end; image += together) {
      const int64_t count = std::min(together, end - image);
      padded.fill(0, images, mask, image, count);
      work(padded.data(), image, count);
    }
  });
}

}  // namespace saddlepoint
