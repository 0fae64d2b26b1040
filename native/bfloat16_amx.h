// What the units for AMX share. See simd.h for what such a header may hold.
#pragma once

#include <immintrin.h>

#include "bfloat16_kernels.h"
#include "simd.h"

namespace saddlepoint {

// Those of bfloat16_wgrad_amx.cc.
void fill_pairs_amx(const PixelList& job, int64_t first, int64_t end);
void fill_rows_amx(const PixelList& job, int64_t first, int64_t end);
void multiply_wgrad_amx(const TileWgrad& job, const WgradBlocks& blocks, float* scratch);

namespace {

// Eight registers of 16 rows of 64 bytes: sums of two tiles of pixels times two of outputs, and what is multiplied.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

class TileRegisters {
 public:
  TileRegisters() {
    const TileConfiguration configuration;
    // GCC 12 takes the instruction to read eight bytes, and leaves the others unwritten until later.
    asm volatile("" : : "r"(&configuration) : "memory");
    _tile_loadconfig(&configuration);
  }
  ~TileRegisters() { _tile_release(); }
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
};

// The registers 0 to kSums - 1 hold sums, one, two or four tiles of them.
template <int kSums>
SADDLEPOINT_INLINE void zero_sums() {
  static_assert(kSums == 1 || kSums == 2 || kSums == 4);
  _tile_zero(0);
  if constexpr (kSums > 1) _tile_zero(1);
  if constexpr (kSums > 2) _tile_zero(2);
  if constexpr (kSums > 2) _tile_zero(3);
}

template <int kSums>
SADDLEPOINT_INLINE void load_sums(const float* const (&from)[4]) {
  _tile_loadd(0, from[0], 64);
  if constexpr (kSums > 1) _tile_loadd(1, from[1], 64);
  if constexpr (kSums > 2) _tile_loadd(2, from[2], 64);
  if constexpr (kSums > 2) _tile_loadd(3, from[3], 64);
}

template <int kSums>
SADDLEPOINT_INLINE void store_sums(float* const (&to)[4]) {
  _tile_stored(0, to[0], 64);
  if constexpr (kSums > 1) _tile_stored(1, to[1], 64);
  if constexpr (kSums > 2) _tile_stored(2, to[2], 64);
  if constexpr (kSums > 2) _tile_stored(3, to[3], 64);
}

}  // namespace

}  // namespace saddlepoint
