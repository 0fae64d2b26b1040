// Images channels-last with zeros around them, so that every window of a direct convolution lies inside.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>

#include "convolution_jobs.h"

namespace saddlepoint {

struct PaddedSize {
  int64_t height, width;
  int64_t before;  // rows of zeros above an image, and columns left of it

  int64_t floats(int64_t channels) const { return height * width * channels; }
};

// Room for some images: their insides are written anew, the zeros stay.
class PaddedInput {
 public:
  PaddedInput(int64_t count, const PaddedSize& size, int64_t channels)
      : size_(size), channels_(channels), values_(at::zeros({count * size.floats(channels)})) {}

  // The image in place `index`, from its first zero on.
  const float* data(int64_t index = 0) const { return values_.data_ptr<float>() + index * size_.floats(channels_); }

  // `count` images from `image` on into the places from `index` on; zero where the mask, if any, is at most zero.
  void fill(int64_t index, const Images& images, const float* mask, int64_t image, int64_t count) const {
    const int64_t length = images.width * channels_;
    for (int64_t i = 0; i < count; i += 1) {
      float* inside = values_.data_ptr<float>() + (index + i) * size_.floats(channels_);
      inside += (size_.before * size_.width + size_.before) * channels_;
      for (int64_t y = 0; y < images.height; y += 1) {
        float* to = inside + y * size_.width * channels_;
        const int64_t offset = ((image + i) * images.height + y) * length;
        if (mask == nullptr) {
          std::copy_n(images.data + offset, length, to);
        } else {
          copy_masked(images.data + offset, mask + offset, length, to);
        }
      }
    }
  }

 private:
  static void copy_masked(const float* from, const float* mask, int64_t length, float* to) {
    for (int64_t i = 0; i < length; i += 1) {
      const float value = from[i];  // read in any case: a branch would be mistaken every other time
      to[i] = mask[i] <= 0.f ? 0.f : value;
    }
  }

  const PaddedSize size_;
  const int64_t channels_;
  const at::Tensor values_;
};

}  // namespace saddlepoint
