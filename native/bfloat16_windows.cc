#include "bfloat16_windows.h"

#include <algorithm>

namespace saddlepoint {

WindowLayout::WindowLayout(const Slide& slide)
    : ragged(slide.channels % kTileDepth != 0),
      slide_(slide),
      width_(ragged ? slide.channels : kTileDepth),
      planes_(slide.channels / width_),
      image_step_(slide.channels) {
  if (slide.rows * slide.columns * slide.channels <= kTileDepth) {
    share_nothing();
  } else if (slide.width % kTilePixels == 0) {
    share_all();
  } else {
    share_columns();
  }
}

// Windows that overlap share their memory: the padded image as it is. A tile's pixels are of one row.
void WindowLayout::share_all() {
  const int64_t pitch = slide_.padded_width() * width_;
  plane_size_ = slide_.padded_height() * pitch;
  // Where a window's row is no whole number of depths, the last one reads on, to be multiplied with zeros: in the
  // image, so that what is infinite there spoils no other one.
  image_size = planes_ * plane_size_ + (ragged ? kTileDepth : 0);
  pixel_step = slide_.stride * width_;
  for (int64_t y = 0; y < slide_.padded_height(); y += 1) copy_row(y, 0, slide_.padded_width(), y * pitch);
  for (int64_t y = 0; y < slide_.rows; y += 1) {
    const int64_t values = slide_.columns * slide_.channels;
    for (int64_t i = 0; i < values; i += kTileDepth) {
      const int64_t column = ragged ? 0 : i / slide_.channels, value = ragged ? i : i % slide_.channels;
      depths.push_back(y * pitch + column * width_ + (ragged ? value : value / width_ * plane_size_));
    }
  }
  list_tiles(slide_.width, slide_.height, slide_.stride * pitch);
}

// Each pixel has the rows of its window for itself, which all windows of its column share: for maps that are no 16
// pixels wide. Rows that the same windows' row sees are neighbours.
void WindowLayout::share_columns() {
  const int64_t stride = slide_.stride, rows_of_phase = (slide_.padded_height() + stride - 1) / stride;
  const int64_t length = slide_.columns * slide_.channels, pitch = ragged ? rounded_up(length, kTileDepth) : kTileDepth;
  const int64_t row_size = slide_.width * pitch;
  const auto place = [&](int64_t y) { return (y % stride * rows_of_phase + y / stride) * row_size; };
  plane_size_ = stride * rows_of_phase * row_size;
  image_size = plane_size_ * (ragged ? 1 : slide_.columns * planes_);
  pixel_step = pitch;
  if (!ragged) image_step_ = stride * slide_.channels;
  for (int64_t y = 0; y < slide_.padded_height(); y += 1) {
    if (ragged) {
      for (int64_t x = 0; x < slide_.width; x += 1) copy_row(y, x * stride, slide_.columns, place(y) + x * pitch);
    } else {
      for (int64_t column = 0; column < slide_.columns; column += 1) {
        copy_row(y, column, slide_.width, place(y) + column * planes_ * plane_size_, stride);
      }
    }
  }
  for (int64_t y = 0; y < slide_.rows; y += 1) {
    for (int64_t i = 0; i < length; i += kTileDepth) {
      depths.push_back(place(y) + (ragged ? i : i / kTileDepth * plane_size_));
    }
  }
  list_tiles(slide_.height * slide_.width, 1, 0);
}

// Each pixel has its whole window for itself: for windows of a few values.
void WindowLayout::share_nothing() {
  const int64_t length = slide_.columns * slide_.channels, pitch = slide_.rows * length == 0 ? 0 : kTileDepth;
  plane_size_ = image_size = slide_.height * slide_.width * pitch;
  pixel_step = pitch;
  ragged = true;
  for (int64_t pixel = 0; pixel < slide_.height * slide_.width; pixel += 1) {
    const int64_t y = pixel / slide_.width * slide_.stride, x = pixel % slide_.width * slide_.stride;
    for (int64_t row = 0; row < slide_.rows; row += 1) {
      copy_row(y + row, x, slide_.columns, pixel * pitch + row * length);
    }
  }
  if (pitch > 0) depths.push_back(0);
  list_tiles(slide_.height * slide_.width, 1, 0);
}

// `count` pixels of the padded image's row `y`, from column `begin` on, every `step`th.
void WindowLayout::copy_row(int64_t y, int64_t begin, int64_t count, int64_t to, int64_t step) {
  const int64_t row = y - slide_.top, first = begin - slide_.left;
  const auto pixels_below = [&](int64_t column) { return column <= first ? 0 : (column - first + step - 1) / step; };
  if (row < 0 || row >= slide_.in_height) {
    copies_.push_back({0, to, count, 0, 0});
    return;
  }
  const int64_t before = std::min(count, pixels_below(0)), end = std::min(count, pixels_below(slide_.in_width));
  const int64_t from = (row * slide_.in_width + first + before * step) * slide_.channels;
  copies_.push_back({from, to, before, std::max<int64_t>(0, end - before), count - std::max(before, end)});
}

// Tiles of `down` rows of `across` pixels each.
void WindowLayout::list_tiles(int64_t across, int64_t down, int64_t row_step) {
  for (int64_t y = 0; y < down; y += 1) {
    for (int64_t x = 0; x < across; x += kTilePixels) {
      tiles.push_back({y * row_step + x * pixel_step, y * across + x, std::min(kTilePixels, across - x)});
    }
  }
}

void WindowLayout::fill(const Bfloat16* image, const Bfloat16* mask, Bfloat16* to, const TileKernels& kernels) const {
  kernels.fill_windows({image, mask, to, copies_.data(), static_cast<int64_t>(copies_.size()), image_step_, planes_,
                        width_, plane_size_});
}

}  // namespace saddlepoint
