// What the pixels of a convolution see, copied into memory so that the windows of 16 pixels are a fixed step apart.
#pragma once

#include <cstdint>
#include <vector>

#include "bfloat16_kernels.h"

namespace saddlepoint {

// A window that moves over an image [in_height, in_width, channels] with zeros around it.
struct Slide {
  int64_t rows, columns;          // of a window
  int64_t row_step, column_step;  // from one to the next
  int64_t top, left;              // how far outside the image the first one begins; negative: inside
  int64_t height, width;          // how many there are
  int64_t in_height, in_width, channels;

  int64_t padded_height() const { return (height - 1) * row_step + rows; }
  int64_t padded_width() const { return (width - 1) * column_step + columns; }
};

// A part of a window.
struct Pane {
  int64_t row, column, rows, columns;
};

// How the windows of an image lie: in planes of 32 channels each, so that what 16 pixels give a tile is one piece of
// memory; where too many channels would be zeros, in one plane, each row of a window in one piece. Then the image is
// padded first, so that all pieces are alike, however many there are.
class WindowLayout {
 public:
  // `whole`: nobody wants a part of a window, so that few values may lie together.
  WindowLayout(const Slide& slide, bool whole);

  int64_t pixel_step, image_size;
  int64_t padded_size;           // values of the padded image, where there is one
  std::vector<PixelTile> tiles;  // of one image

  // See TileProduct. What a row has over a multiple of 32 values is read with what lies behind it in the image.
  std::vector<int64_t> depths(const Pane& pane) const;

  // `padded` has room for padded_size values.
  void fill(const Bfloat16* image, const Bfloat16* mask, Bfloat16* to, Bfloat16* padded,
            const TileKernels& kernels) const;

 private:
  void share_all();
  void share_columns();
  void share_nothing();
  void pad();
  void copy_row(int64_t y, int64_t begin, int64_t count, int64_t to, int64_t step = 1);
  void list_tiles(int64_t across, int64_t down, int64_t row_step);

  const Slide slide_;
  const bool single_;    // whether a window is one pixel
  const bool together_;  // whether one of several pixels is one step
  const bool ragged_;
  const int64_t width_, planes_;  // channels of a plane, and of a pixel how many
  int64_t plane_size_;
  int64_t slack_;        // zeros behind the windows, which a row of no whole number of steps reads
  int64_t column_size_;  // from a window's column to the next one
  int64_t image_step_;
  std::vector<WindowCopy> copies_;
  WindowGather gather_{};         // of no pieces: the copies lead into the windows
  std::vector<int64_t> to_rows_;  // of it
  std::vector<int64_t> places_;   // where a window's rows begin
};

}  // namespace saddlepoint
