// What the arithmetic of our convolutions (the files *_block.h) works on, and which build of it this processor runs.
#pragma once

#include <cstdint>
#include <memory>

#include "winograd.h"

namespace saddlepoint {

constexpr int64_t kTile = 4;    // outputs of a tile, per side
constexpr int64_t kWindow = 6;  // inputs it sees, per side
constexpr int64_t kPositions = kWinogradPositions;
static_assert(kPositions == kWindow * kWindow);
constexpr int64_t kLanes = kWinogradLanes;
constexpr int64_t kCacheLine = 16;  // in floats
constexpr int64_t kRows = 6;        // tiles whose sums one product holds in registers
constexpr int64_t kCollected = 16;  // inputs of a filter transformed at a time
constexpr int64_t kQuad = 4;        // outputs whose products with a weight's gradient are held in registers

using Lanes = float __attribute__((vector_size(32)));
using LanesInMemory = float __attribute__((vector_size(32), aligned(4), may_alias));

// Images [count, height, width, channels] in tiles of 4 x 4, image by image, row by row.
struct Images {
  const float* data;
  int64_t count, height, width, channels;

  int64_t across() const { return (width + kTile - 1) / kTile; }
  int64_t down() const { return (height + kTile - 1) / kTile; }
  int64_t tiles() const { return count * down() * across(); }
};

// Where transformed tiles lie: 8 channels of a tile, in each of 36 positions, by the steps. A position begins one cache
// line later than it needs to, or all 36 would share a few of the cache's sets where the channels are a power of two.
struct Tiles {
  float* data;
  int64_t position_step, tile_step, panel_step;
};

// Memory for 36 positions of `tiles` tiles.
class Workspace {
 public:
  Workspace(int64_t tiles, int64_t channels)
      : tiles_(tiles),
        channels_(channels),
        step_(tiles * channels + kCacheLine),
        memory_(new float[kPositions * step_]) {}
  Tiles by_tile() const { return {memory_.get(), step_, channels_, kLanes}; }         // [36, tiles, channels]
  Tiles by_panel() const { return {memory_.get(), step_, kLanes, tiles_ * kLanes}; }  // [36, channels / 8, tiles, 8]

 private:
  const int64_t tiles_, channels_, step_;
  const std::unique_ptr<float[]> memory_;
};

struct Convolution {
  Images input;
  const float* mask;      // of the input's shape, or null: the input is zero where this is at most zero
  const float* filter;    // [36, outputs / 8, inputs, 8]
  const float* bias;      // [outputs] or null
  const float* residual;  // of the output's shape, or null: added before ReLU
  bool relu;
  float* output;  // [images, height, width, outputs]
  int64_t outputs;
};

struct Filter {
  const float* weight;  // [outputs, inputs, 9] by the steps below, or for the gradient [inputs, outputs, 9] rotated
  bool backward;
  int64_t outputs, inputs, output_step, input_step;
  float* output;       // [36, outputs / 8, inputs, 8], aligned for vectors
  bool passes_caches;  // written past the caches, which could not keep it
};

// Sums over tiles of an input's channels times those of the outputs' gradient.
struct Products {
  Tiles inputs, gradients;  // [36, channels / 8, tiles, 8]
  int64_t tiles, channels;  // of a panel's tiles those that count; channels of the input
  Tiles sums;               // [36, outputs of the job, channels]
};

// Of a direct convolution: pixels of one image or a few, by where their windows begin and where their outputs go.
struct DirectPixels {
  const float* input;
  const int64_t* from;
  const float* addend;  // as the output, or null
  float* output;
  const int64_t* to;
  int64_t count;
};

// What a pixel sees: `rows` pieces of memory of `length` floats, `step` apart.
struct Window {
  int64_t rows, length, step;

  int64_t size() const { return rows * length; }
};

struct DirectWeights {
  const float* values;  // [channels / 8, window, 8], or for sums [channels, window]
  const float* bias;    // [channels] or null
  int64_t channels;
  bool relu;
};

// Products of a direct convolution's windows with the gradients of its outputs.
struct DirectProducts {
  const float* input;
  const int64_t* from;     // where each pixel's window begins
  const int64_t* values;   // where each of a window's values lies in it
  const float* gradients;  // [pixels, outputs]
  int64_t pixels, outputs;
  float* sums;  // [values, outputs]
  bool on_top;  // of the sums there, or the first
};

struct Kernels {
  // A convolution's three parts. Positions from `first` to before `end`: `block` windows times the filter.
  void (*multiply_positions)(const Convolution& job, int64_t block, int64_t first, int64_t end, const Tiles& windows,
                             const Tiles& sums);
  // `block` tiles from `first` on.
  void (*write_outputs)(const Convolution& job, int64_t first, int64_t block, const Tiles& sums);
  // The panel of 8 outputs from `first` on.
  void (*transform_panel)(const Filter& filter, int64_t first);
  // `block` tiles from `first` on: of the input what a convolution sees of it, of the outputs' gradient the
  // counterpart.
  void (*transform_windows)(const Images& input, const float* mask, int64_t first, int64_t block, const Tiles& to);
  void (*transform_gradients)(const Images& gradient, int64_t first, int64_t block, const Tiles& to);
  // One position of `rows` outputs from `first` on, a multiple of four, on top of the sums there or as the first.
  void (*add_products)(const Products& job, int64_t position, int64_t first, int64_t rows, bool on_top);
  // All pixels and channels of a direct convolution: channels in eights, or as scalar products of windows in eights.
  void (*multiply_windows)(const DirectPixels& pixels, const Window& window, const DirectWeights& weights);
  void (*sum_windows)(const DirectPixels& pixels, const Window& window, const DirectWeights& weights);
  // Of a window's values those from `first` to before `end`.
  void (*add_window_products)(const DirectProducts& job, int64_t first, int64_t end);
  // The sums' row `row` as the gradient [channels, 9] of one output's weight.
  void (*write_gradient)(const Products& job, int64_t row, float* to);
};

// Whatever the addon was compiled for, the fastest that this processor can do.
const Kernels& kernels();

}  // namespace saddlepoint
