// What the kernels of our convolutions work on: plain data, since these structs meet in units that are compiled for
// different instruction sets (see simd.h).
#pragma once

#include <cstdint>

namespace saddlepoint {

// F(4 x 4, 3 x 3). In the names of Lavin and Gray an output tile is Y = A^T M A, where M = U * V summed over the input
// channels, U = G g G^T is the transformed filter and V = B^T d B the transformed input tile. All three are products
// or factors per transform-domain element, of which there are 36.
constexpr int64_t kOutputTile = 4;  // per side
constexpr int64_t kInputTile = 6;   // per side: what an output tile sees
constexpr int64_t kElements = kInputTile * kInputTile;

constexpr int64_t kCacheLine = 16;  // in floats

constexpr int64_t kRows = 6;  // tiles or filter values that threads take at least

// Images [count, height, width, channels] in tiles of 4 x 4 outputs, image by image, row by row.
struct Images {
  const float* data;
  int64_t count, height, width, channels;
};

// V, M or their like: the channels of a tile, a vector's at a time, in each of 36 elements, by the steps.
struct Transformed {
  float* data;
  int64_t element_step, tile_step, panel_step;
};

struct Convolution {
  Images input;
  const float* mask;      // of the input's shape, or null: the input is zero where this is at most zero
  const float* U;         // [36, outputs / lanes, inputs, lanes]
  const float* bias;      // [outputs] or null
  const float* residual;  // of the output's shape, or null: added before ReLU
  bool relu;
  float* output;  // [images, height, width, outputs]
  int64_t outputs;
};

struct Filter {
  const float* weight;  // [outputs, inputs, 9] by the steps below, or for dgrad [inputs, outputs, 9] rotated
  bool dgrad;
  int64_t outputs, inputs, output_step, input_step;
  float* U;           // [36, outputs / lanes, inputs, lanes], aligned for vectors
  bool non_temporal;  // written past the caches, which could not keep it
};

// The gradient of U: per element, over all tiles, the sum of the gradient of M times V.
struct WinogradWgrad {
  Transformed V, grad_M;    // [36, channels / lanes, tiles, lanes]
  int64_t tiles, channels;  // of a panel's tiles those that count; channels of the input
  Transformed grad_U;       // [36, outputs of the job, channels]
};

// Of a direct convolution: pixels of one image or a few, by where their windows begin and where their outputs go.
struct DirectPixels {
  const float* input;
  const int64_t* from;
  const float* residual;  // as the output, or null
  float* output;
  const int64_t* to;
  int64_t count;
};

// What a pixel sees: `rows` pieces of memory of `length` floats, `step` apart.
struct Window {
  int64_t rows, length, step;
};

struct DirectWeights {
  const float* values;  // [channels / lanes, window, lanes], or for dot products [channels, window]
  const float* bias;    // [channels] or null
  int64_t channels;
  bool relu;
};

// The gradient of a direct convolution's weight: over all pixels, the sum of a window's values times the gradients of
// the pixel's outputs.
struct DirectWgrad {
  const float* input;
  const int64_t* from;       // where each pixel's window begins
  const int64_t* values;     // where each of a window's values lies in it
  const float* grad_output;  // [pixels, outputs]
  int64_t pixels, outputs;
  float* grad_weight;  // [values, outputs]
  bool accumulate;     // onto what is there
};

namespace {

constexpr int64_t tiles_across(const Images& images) { return (images.width + kOutputTile - 1) / kOutputTile; }
constexpr int64_t tiles_down(const Images& images) { return (images.height + kOutputTile - 1) / kOutputTile; }
constexpr int64_t window_size(const Window& window) { return window.rows * window.length; }

// Of `left` rows those to compute next, at most `most`. A few more than that are halved: one or two alone keep the
// processor waiting for their sums.
constexpr int64_t rows_of_a_pass(int64_t left, int64_t most) {
  return left <= most ? left : left <= most + most / 3 ? (left + 1) / 2 : most;
}

}  // namespace

}  // namespace saddlepoint
