// What the kernels of our bfloat16 convolutions work on: plain data, as in convolution_jobs.h. Products are of tiles:
// 16 pixels, of which 32 values of a window meet those of 16 outputs at a time, summed in float32.
#pragma once

#include <cstdint>

namespace saddlepoint {

using Bfloat16 = uint16_t;  // its bits: the upper half of a float's

constexpr int64_t kTilePixels = 16;
constexpr int64_t kTileDepth = 32;
constexpr int64_t kTileOutputs = 16;
constexpr int64_t kFilterTile = kTileDepth * kTileOutputs;

// Up to 16 pixels of one image.
struct PixelTile {
  int64_t from;   // where the first one's window begins; the others' are a step apart
  int64_t first;  // its place in the list of where an image's outputs go
  int64_t count;
  int64_t image;  // where the outputs of its image begin
};

struct TileProduct {
  const Bfloat16* windows;  // readable for 16 pixels from each tile's first one on
  int64_t pixel_step;
  const int64_t* depths;  // where each 32 values lie, from a window's beginning
  int64_t depth_count;
  const PixelTile* tiles;
  int64_t tile_count;
  const Bfloat16* filter;  // [outputs / 16, depths, 16, 16, 2]: values in pairs, rounded up with zeros
  int64_t outputs;
  const float* bias;              // [outputs] or null
  const Bfloat16* residual;       // as the output, or null: added before ReLU
  const Bfloat16* residual_mask;  // as that, or null: it is zero where this is at most zero
  bool relu;
  Bfloat16* output;
  const int64_t* to;  // where each pixel's outputs begin in those of its image
};

// Per channel, over pixels: without a gradient the sums of value - centre and of its square, else those of the gradient
// and of gradient * (value - centre), a gradient being zero where the mask, if any, is at most zero.
struct ChannelSums {
  const Bfloat16* values;  // [pixels, channels]; gradient and mask as these, or null
  const Bfloat16* gradient;
  const Bfloat16* mask;
  const float* centre;
  int64_t pixels, channels;
  float *sums, *products;  // added to
};

// Per channel: scale * value + shift + factor * added, through ReLU if asked. What is added counts as zero where the
// mask, if any, is at most zero, and goes to `passed` so.
struct ChannelMap {
  const Bfloat16* values;      // [pixels, channels] or null, as added, mask and passed
  const float *scale, *shift;  // of the values
  const Bfloat16* added;
  const Bfloat16* mask;
  const float* factor;  // null: one
  Bfloat16* passed;
  bool relu;
  int64_t pixels, channels;
  Bfloat16* to;
};

// Pixels of an image in a row, with zeros on both sides.
struct WindowCopy {
  int64_t from;  // the first pixel in the image
  int64_t to;    // the first zero, or pixel, in the windows
  int64_t before, count, after;
};

// An image into the windows that see it.
struct WindowFill {
  const Bfloat16* image;
  const Bfloat16* mask;  // of the image's shape, or null: the image is zero where this is at most zero
  Bfloat16* windows;
  const WindowCopy* copies;
  int64_t copy_count;
  int64_t image_step;  // from pixel to pixel, in values
  // In the windows a pixel's values lie in planes, `width` in each; the pixels of a plane are neighbours. The last
  // plane has `last` of them, and zeros.
  int64_t planes, width, last, plane_step;
};

// Windows, or rows of them, that are one piece of a padded image each: of `rows` rows of `across` pixels `parts`
// pieces.
struct WindowGather {
  const Bfloat16* padded;
  Bfloat16* windows;
  const int64_t* to_rows;  // where the windows of a row begin
  int64_t rows, across, parts;
  int64_t from_row, from_pixel, from_part;  // steps in the image
  int64_t to_pixel, to_part;
  int64_t length;  // of a piece; it is filled up with zeros to a multiple of 32, over which the next part may be laid
};

// Pixels by where their values are, as the products of a wgrad read them. In pairs: [channels / 16, pairs, 16, 2]; in
// rows: [channels / 16, steps, 16, 32]; the channels rounded up with zeros.
struct PixelList {
  const Bfloat16* const* pixels;
  int64_t channels;
  Bfloat16* to;
  int64_t block_step;  // from 16 channels to the next
};

// The gradient of a weight: over pixels, 32 a step, the products of the outputs' gradients and what the taps see.
struct TileWgrad {
  const Bfloat16* rows;   // of the outputs' gradient
  const Bfloat16* pairs;  // of the inputs
  int64_t row_step, pair_step;
  int64_t steps;
  const int64_t* taps;  // where each tap's pairs begin
  int64_t tap_count;
  int64_t outputs, inputs;
  bool first, last;    // whether nothing was summed before, and nothing will be later
  float* sums;         // [tiles, 16, 16] what was summed, of all tiles in the order they are computed
  float* grad_weight;  // [outputs, inputs, taps]
};

// Two blocks of outputs with two of inputs, from these on; fewer at the ends.
struct WgradBlocks {
  int64_t output, input;
};

namespace {

constexpr int64_t kTileSums = kTilePixels * kTileOutputs;

constexpr int64_t rounded_up(int64_t count, int64_t step) { return (count + step - 1) / step * step; }

// The values of a pixel in windows: whole planes of 32 where few of them are zeros, else as they are.
constexpr int64_t window_channels(int64_t channels) {
  const int64_t planes = rounded_up(channels, kTileDepth);
  return 10 * planes <= 11 * channels ? planes : channels;
}

}  // namespace

}  // namespace saddlepoint
