// What the pixels of a convolution see, copied into memory so that the windows of 16 pixels are a fixed step apart.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "bfloat16_kernels.h"

namespace saddlepoint {

// A kernel that moves over an image [in_height, in_width, channels] with zeros around it.
struct Slide {
  int64_t rows, columns;  // of the kernel
  int64_t stride;
  int64_t top, left;      // how far outside the image the first window begins; negative: inside
  int64_t height, width;  // of the output
  int64_t in_height, in_width, channels;

  int64_t padded_height() const { return (height - 1) * stride + rows; }
  int64_t padded_width() const { return (width - 1) * stride + columns; }
};

// How the windows of an image lie; what a window's values are multiplied with lies in the same order.
class WindowLayout {
 public:
  explicit WindowLayout(const Slide& slide);

  // The rows of a window as `pieces` of `length` values, each rounded up to whole depths.
  int64_t pieces, length;
  int64_t pixel_step, image_size;
  std::vector<int64_t> depths;   // see TileProduct
  std::vector<PixelTile> tiles;  // of one image

  // Copies one image; zero where the mask, if any, is at most zero. Only the inside is written: the zeros stay.
  void fill(const Bfloat16* image, const Bfloat16* mask, Bfloat16* to, const TileKernels& kernels) const;

 private:
  // Windows that overlap share their memory; or each pixel has its window's rows for itself, which all windows of its
  // column share; or each its whole window.
  enum class Sharing { all, columns, none };

  void list(int64_t across, int64_t down, int64_t row_step);

  Slide slide_;
  Sharing sharing_;
  int64_t pitch_;  // of a row of an image, or of the windows' rows, in values
};

}  // namespace saddlepoint
