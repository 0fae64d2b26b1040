#include "bfloat16_windows.h"

#include <algorithm>
#include <cstring>

namespace saddlepoint {

WindowLayout::WindowLayout(const Slide& slide) : slide_(slide) {
  const int64_t row = slide.columns * slide.channels, pixels = slide.height * slide.width;
  sharing_ = slide.rows * row <= kTileDepth   ? Sharing::none
             : slide.width % kTilePixels == 0 ? Sharing::all
                                              : Sharing::columns;
  pieces = sharing_ == Sharing::none ? 1 : slide.rows;
  length = sharing_ == Sharing::none ? slide.rows * row : row;
  const int64_t rounded = rounded_up(length, kTileDepth);
  const int64_t rows_of_phase = (slide.padded_height() + slide.stride - 1) / slide.stride;
  pitch_ = sharing_ == Sharing::all ? slide.padded_width() * slide.channels : rounded;
  pixel_step = sharing_ == Sharing::all ? slide.stride * slide.channels : rounded;
  image_size = sharing_ == Sharing::all       ? slide.padded_height() * pitch_
               : sharing_ == Sharing::columns ? slide.stride * rows_of_phase * slide.width * rounded
                                              : pixels * rounded;
  for (int64_t y = 0; y < pieces; y += 1) {
    const int64_t columns_row = (y % slide.stride * rows_of_phase + y / slide.stride) * slide.width * rounded;
    const int64_t begin = sharing_ == Sharing::all ? y * pitch_ : sharing_ == Sharing::columns ? columns_row : 0;
    for (int64_t depth = 0; depth < rounded; depth += kTileDepth) depths.push_back(begin + depth);
  }
  if (sharing_ == Sharing::all) {
    list(slide.width, slide.height, slide.stride * pitch_);
  } else {
    list(pixels, 1, 0);
  }
}

// Tiles of `down` rows of `across` pixels each.
void WindowLayout::list(int64_t across, int64_t down, int64_t row_step) {
  for (int64_t y = 0; y < down; y += 1) {
    for (int64_t x = 0; x < across; x += kTilePixels) {
      tiles.push_back({y * row_step + x * pixel_step, y * across + x, std::min(kTilePixels, across - x)});
    }
  }
}

void WindowLayout::fill(const Bfloat16* image, const Bfloat16* mask, Bfloat16* to, const TileKernels& kernels) const {
  const Slide& slide = slide_;
  // The columns from `begin` to before `end` of the padded row `y`, as far as they lie in the image.
  const auto copy = [&](int64_t y, int64_t begin, int64_t end, Bfloat16* place) {
    const int64_t row = y - slide.top, first = std::max<int64_t>(begin - slide.left, 0);
    const int64_t count = (std::min(end - slide.left, slide.in_width) - first) * slide.channels;
    if (row < 0 || row >= slide.in_height || count <= 0) return;
    const int64_t from = (row * slide.in_width + first) * slide.channels;
    place += (first + slide.left - begin) * slide.channels;
    if (mask == nullptr) {
      std::memcpy(place, image + from, count * sizeof(Bfloat16));
    } else {
      kernels.copy_masked(image + from, mask + from, count, place);
    }
  };
  if (sharing_ == Sharing::none) {
    for (int64_t y = 0; y < slide.height; y += 1) {
      for (int64_t x = 0; x < slide.width; x += 1, to += pitch_) {
        for (int64_t row = 0; row < slide.rows; row += 1) {
          const int64_t begin = x * slide.stride;
          copy(y * slide.stride + row, begin, begin + slide.columns, to + row * slide.columns * slide.channels);
        }
      }
    }
    return;
  }
  const int64_t rows_of_phase = (slide.padded_height() + slide.stride - 1) / slide.stride;
  for (int64_t y = 0; y < slide.padded_height(); y += 1) {
    if (sharing_ == Sharing::all) {
      copy(y, 0, slide.padded_width(), to + y * pitch_);
      continue;
    }
    Bfloat16* row = to + (y % slide.stride * rows_of_phase + y / slide.stride) * slide.width * pitch_;
    for (int64_t x = 0; x < slide.width; x += 1) {
      copy(y, x * slide.stride, x * slide.stride + slide.columns, row + x * pitch_);
    }
  }
}

}  // namespace saddlepoint
