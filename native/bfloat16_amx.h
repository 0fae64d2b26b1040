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

// Those of bfloat16_channels_amx.cc.
void sum_channels_amx(const ChannelSums& job);
void map_channels_amx(const ChannelMap& job);

namespace {

// Eight registers of 16 rows of 64 bytes: sums of two tiles of pixels times two of outputs, and what is multiplied.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

inline __m512 widen(__m256i values) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
}

// Zero where the mask is at most zero. As numbers with sign and magnitude those are the negative ones (but NaN) and
// the zeros.
SADDLEPOINT_INLINE __m512i pass(__m512i values, __m512i mask) {
  const __mmask32 positive = _mm512_cmpgt_epi16_mask(mask, _mm512_setzero_si512());
  const __mmask32 nan = _mm512_cmpgt_epu16_mask(mask, _mm512_set1_epi16(static_cast<int16_t>(0xff80)));
  return _mm512_maskz_mov_epi16(positive | nan, values);
}

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
