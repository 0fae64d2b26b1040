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

}  // namespace

}  // namespace saddlepoint
