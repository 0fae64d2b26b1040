// Images channels-last with zeros around them, so that every window of a direct convolution lies inside.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace saddlepoint {

constexpr int64_t kPixels = 96;  // that meet the same weights while those are near

// Frames of zeros: their insides are written anew, their borders stay.
class Frames {
 public:
  Frames(int64_t count, int64_t height, int64_t width, int64_t channels, int64_t top)
      : height_(height), width_(width), channels_(channels), top_(top), values_(at::zeros({count * size()})) {}

  // Floats of one frame.
  int64_t size() const { return height_ * width_ * channels_; }
  const float* data() const { return values_.data_ptr<float>(); }

  // Images [count, rows, columns, channels] into the frames from `first` on, zero where the mask is at most zero.
  void fill(int64_t first, const float* images, const float* mask, int64_t count, int64_t rows, int64_t columns) const {
    const int64_t length = columns * channels_;
    for (int64_t image = 0; image < count; image += 1) {
      float* frame = values_.data_ptr<float>() + (first + image) * size() + (top_ * width_ + top_) * channels_;
      for (int64_t y = 0; y < rows; y += 1) {
        float* to = frame + y * width_ * channels_;
        const float* from = images + (image * rows + y) * length;
        if (mask == nullptr) {
          std::copy(from, from + length, to);
          continue;
        }
        const float* gate = mask + (image * rows + y) * length;
        for (int64_t i = 0; i < length; i += 1) {
          const float value = from[i];  // read in any case: a branch would be mistaken every other time
          to[i] = gate[i] <= 0.f ? 0.f : value;
        }
      }
    }
  }

 private:
  const int64_t height_, width_, channels_, top_;
  const at::Tensor values_;
};

// Where the windows of one image's pixels begin in its frame, row by row, for kernels that move by `stride`.
inline std::vector<int64_t> window_starts(int64_t down, int64_t across, int64_t framed_width, int64_t channels,
                                          int64_t stride) {
  std::vector<int64_t> starts;
  for (int64_t y = 0; y < down; y += 1) {
    for (int64_t x = 0; x < across; x += 1) starts.push_back((y * framed_width + x) * stride * channels);
  }
  return starts;
}

// Places in one image, repeated for `count` images whose size is `step`.
inline void repeat(std::vector<int64_t>& places, int64_t count, int64_t step) {
  const int64_t size = places.size();
  for (int64_t i = size; i < count * size; i += 1) places.push_back(places[i - size] + step);
}

// Images that meet the weights together: more than one where an image alone would hardly pay for fetching them.
inline int64_t images_at_once(int64_t images, int64_t pixels) {
  return std::min(images, std::max<int64_t>(1, kPixels / std::max<int64_t>(1, pixels)));
}

}  // namespace saddlepoint
