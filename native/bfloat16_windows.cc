#include "bfloat16_windows.h"

#include <algorithm>

namespace saddlepoint {

WindowLayout::WindowLayout(const Slide& slide, bool whole)
    : padded_size(0),
      slide_(slide),
      single_(slide.rows * slide.columns == 1),
      together_(whole && !single_ && slide.rows * slide.columns * slide.channels <= kTileDepth),
      ragged_(together_ || (!single_ && window_channels(slide.channels) % kTileDepth != 0)),
      width_(ragged_ ? slide.channels : kTileDepth),
      planes_(ragged_ ? 1 : rounded_up(slide.channels, kTileDepth) / kTileDepth),
      plane_size_(0),
      slack_(0),
      column_size_(width_),
      image_step_(slide.channels) {
  if (slide.rows * slide.columns == 0) {  // of a phase that no tap sees
    pixel_step = image_size = 0;
    list_tiles(slide.height * slide.width, 1, 0);
  } else if (together_) {
    share_nothing();
  } else if (slide.width % kTilePixels == 0 && slide.column_step <= slide.columns) {
    slack_ = ragged_ ? kTileDepth : 0;
    share_all();
  } else {
    slack_ = ragged_ && !whole ? kTileDepth : 0;
    share_columns();
  }
}

// Windows that overlap share their memory: the padded image as it is. A tile's pixels are of one row.
void WindowLayout::share_all() {
  const int64_t pitch = slide_.padded_width() * width_;
  plane_size_ = slide_.padded_height() * pitch;
  image_size = planes_ * plane_size_ + slack_;
  pixel_step = slide_.column_step * width_;
  for (int64_t y = 0; y < slide_.padded_height(); y += 1) copy_row(y, 0, slide_.padded_width(), y * pitch);
  for (int64_t y = 0; y < slide_.rows; y += 1) places_.push_back(y * pitch);
  list_tiles(slide_.width, slide_.height, slide_.row_step * pitch);
}

// Each pixel has the rows of its window for itself, which all windows of its column share: for maps that are no 16
// pixels wide. Rows that the same windows' row sees are neighbours.
void WindowLayout::share_columns() {
  const int64_t step = slide_.row_step, rows_of_phase = (slide_.padded_height() + step - 1) / step;
  const int64_t length = slide_.columns * slide_.channels,
                pitch = ragged_ ? rounded_up(length, kTileDepth) : kTileDepth;
  const int64_t row_size = slide_.width * pitch;
  const auto place = [&](int64_t y) { return (y % step * rows_of_phase + y / step) * row_size; };
  plane_size_ = step * rows_of_phase * row_size;
  image_size = plane_size_ * (ragged_ ? 1 : slide_.columns * planes_) + slack_;
  pixel_step = pitch;
  if (ragged_) {
    pad();
    for (int64_t y = 0; y < slide_.padded_height(); y += 1) to_rows_.push_back(place(y));
    gather_.parts = 1;
    gather_.from_row = slide_.padded_width() * slide_.channels;
    gather_.to_pixel = pitch;
    gather_.length = length;
  } else {
    column_size_ = planes_ * plane_size_;
    image_step_ = slide_.column_step * slide_.channels;
    for (int64_t y = 0; y < slide_.padded_height(); y += 1) {
      if (y % step >= slide_.rows) continue;  // between two windows
      for (int64_t column = 0; column < slide_.columns; column += 1) {
        copy_row(y, column, slide_.width, place(y) + column * column_size_, slide_.column_step);
      }
    }
  }
  for (int64_t y = 0; y < slide_.rows; y += 1) places_.push_back(place(y));
  list_tiles(slide_.height * slide_.width, 1, 0);
}

// Each pixel has its whole window for itself: for windows of a few values.
void WindowLayout::share_nothing() {
  const int64_t length = slide_.columns * slide_.channels;
  pixel_step = kTileDepth;
  image_size = slide_.height * slide_.width * kTileDepth;
  list_tiles(slide_.height * slide_.width, 1, 0);
  places_.push_back(0);
  pad();
  const int64_t row = slide_.padded_width() * slide_.channels;
  for (int64_t y = 0; y < slide_.height; y += 1) to_rows_.push_back(y * slide_.width * kTileDepth);
  gather_.parts = slide_.rows;
  gather_.from_row = slide_.row_step * row;
  gather_.from_part = row;
  gather_.to_pixel = kTileDepth;
  gather_.to_part = length;
  gather_.length = length;
}

// The image with zeros around it, from which the windows are gathered.
void WindowLayout::pad() {
  const int64_t pitch = slide_.padded_width() * slide_.channels;
  padded_size = slide_.padded_height() * pitch;
  for (int64_t y = 0; y < slide_.padded_height(); y += 1) copy_row(y, 0, slide_.padded_width(), y * pitch);
  gather_.across = slide_.width;
  gather_.from_pixel = slide_.column_step * slide_.channels;
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

std::vector<int64_t> WindowLayout::depths(const Pane& pane) const {
  if (together_) return places_;
  const int64_t pixel = ragged_ ? slide_.channels : planes_ * width_;
  std::vector<int64_t> list;
  for (int64_t y = pane.row; y < pane.row + pane.rows; y += 1) {
    for (int64_t i = 0; i < pane.columns * pixel; i += kTileDepth) {
      // A ragged pixel's values may reach into the next column, which lies behind it.
      const int64_t column = pane.column + (ragged_ ? 0 : i / pixel);
      list.push_back(places_[y] + column * column_size_ + (ragged_ ? i : i % pixel / width_ * plane_size_));
    }
  }
  return list;
}

// Tiles of `down` rows of `across` pixels each.
void WindowLayout::list_tiles(int64_t across, int64_t down, int64_t row_step) {
  for (int64_t y = 0; y < down; y += 1) {
    for (int64_t x = 0; x < across; x += kTilePixels) {
      tiles.push_back({y * row_step + x * pixel_step, y * across + x, std::min(kTilePixels, across - x), 0});
    }
  }
}

void WindowLayout::fill(const Bfloat16* image, const Bfloat16* mask, Bfloat16* to, Bfloat16* padded,
                        const TileKernels& kernels) const {
  const bool gathers = gather_.parts > 0;
  kernels.fill_windows({image, mask, gathers ? padded : to, copies_.data(), static_cast<int64_t>(copies_.size()),
                        image_step_, planes_, width_, slide_.channels - (planes_ - 1) * width_, plane_size_});
  if (gathers) {
    WindowGather gather = gather_;
    gather.padded = padded;
    gather.windows = to;
    gather.to_rows = to_rows_.data();
    gather.rows = to_rows_.size();
    kernels.gather_windows(gather);
  }
  std::fill_n(to + image_size - slack_, slack_, 0);
}

}  // namespace saddlepoint
