// The kernels of our bfloat16 convolutions, one table per instruction set.
#pragma once

#include <cstdint>

#include "bfloat16_jobs.h"

namespace saddlepoint {

struct TileKernels {
  // All tiles with all outputs.
  void (*multiply)(const TileProduct& job);
  // One output's weights [inputs, taps], times the scale, as [taps, inputs].
  void (*round_weights)(const float* weights, float scale, int64_t inputs, int64_t taps, Bfloat16* to);
  // 16 rows of `count` values, a multiple of 32, `step` apart, as pairs: [count / 2, 16, 2].
  void (*pair_rows)(const Bfloat16* rows, int64_t step, int64_t count, Bfloat16* to);
  void (*sum_channels)(const ChannelSums& job);
  void (*map_channels)(const ChannelMap& job);
  void (*fill_windows)(const WindowFill& job);
  void (*gather_windows)(const WindowGather& job);

  // Pairs, and steps of 32 pixels, from `first` to before `end`.
  void (*fill_pairs)(const PixelList& job, int64_t first, int64_t end);
  void (*fill_rows)(const PixelList& job, int64_t first, int64_t end);
  // `scratch` has room for the sums of these blocks.
  void (*multiply_wgrad)(const TileWgrad& job, const WgradBlocks& blocks, float* scratch);
};

extern const TileKernels kGenericTileKernels;

// For a processor with AMX and AVX-512; where SADDLEPOINT_AMX is defined.
extern const TileKernels kAmxTileKernels;

// Whether this processor multiplies tiles, and the operating system and the user let us.
bool has_tiles();

const TileKernels& tile_kernels();

}  // namespace saddlepoint
