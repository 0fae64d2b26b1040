// The kernels for AMX and AVX-512. Compiled with their options, without precompiled headers: see simd.h.
#include <immintrin.h>

#include "bfloat16_kernels.h"

namespace saddlepoint {

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

constexpr int64_t kTileSums = kTilePixels * kTileOutputs;

// Tiles [kTiles, kBlocks] of sums, of pixels from `tiles` on with blocks of 16 outputs from `filter` on.
template <int kTiles, int kBlocks>
inline void sum_tiles(const TileProduct& job, const PixelTile* tiles, const Bfloat16* filter, float* sums) {
  const int64_t step = job.pixel_step * sizeof(Bfloat16);
  const Bfloat16 *first = job.windows + tiles[0].from, *second = job.windows + tiles[kTiles - 1].from;
  const Bfloat16* next_block = filter + job.depth_count * kFilterTile;
  _tile_zero(0);
  if constexpr (kBlocks == 2) _tile_zero(1);
  if constexpr (kTiles == 2) _tile_zero(2);
  if constexpr (kTiles == 2 && kBlocks == 2) _tile_zero(3);
  for (int64_t i = 0; i < job.depth_count; i += 1) {
    _tile_loadd(4, first + job.depths[i], step);
    _tile_loadd(6, filter + i * kFilterTile, 64);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kBlocks == 2) {
      _tile_loadd(7, next_block + i * kFilterTile, 64);
      _tile_dpbf16ps(1, 4, 7);
    }
    if constexpr (kTiles == 2) {
      _tile_loadd(5, second + job.depths[i], step);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (kBlocks == 2) _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, sums, 64);
  if constexpr (kBlocks == 2) _tile_stored(1, sums + kTileSums, 64);
  if constexpr (kTiles == 2) _tile_stored(2, sums + kBlocks * kTileSums, 64);
  if constexpr (kTiles == 2 && kBlocks == 2) _tile_stored(3, sums + 3 * kTileSums, 64);
}

inline __m512 widen(__m256i values) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16)); }

// Bias, residual and ReLU of 16 outputs of a tile's pixels.
inline void finish_tile(const TileProduct& job, const PixelTile& tile, int64_t output, const float* sums) {
  const int64_t left = job.outputs - output;
  const __mmask16 valid = left >= kTileOutputs ? 0xffff : (1u << left) - 1;
  const __m512 bias = job.bias ? _mm512_maskz_loadu_ps(valid, job.bias + output) : _mm512_setzero_ps();
  for (int64_t pixel = 0; pixel < tile.count; pixel += 1) {
    const int64_t place = job.to[tile.first + pixel] + output;
    __m512 sum = _mm512_add_ps(_mm512_load_ps(sums + pixel * kTileOutputs), bias);
    if (job.residual) sum = _mm512_add_ps(sum, widen(_mm256_maskz_loadu_epi16(valid, job.residual + place)));
    if (job.relu) sum = _mm512_max_ps(_mm512_setzero_ps(), sum);  // the second if either is NaN
    _mm256_mask_storeu_epi16(job.output + place, valid, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(sum)));
  }
}

template <int kTiles, int kBlocks>
inline void multiply_tiles(const TileProduct& job, const PixelTile* tiles, int64_t block) {
  alignas(64) float sums[kTiles * kBlocks * kTileSums];
  sum_tiles<kTiles, kBlocks>(job, tiles, job.filter + block * job.depth_count * kFilterTile, sums);
  for (int i = 0; i < kTiles; i += 1) {
    for (int j = 0; j < kBlocks; j += 1) {
      finish_tile(job, tiles[i], (block + j) * kTileOutputs, sums + (i * kBlocks + j) * kTileSums);
    }
  }
}

template <int kBlocks>
inline void multiply_blocks(const TileProduct& job, int64_t block) {
  int64_t tile = 0;
  for (; tile + 2 <= job.tile_count; tile += 2) multiply_tiles<2, kBlocks>(job, job.tiles + tile, block);
  if (tile < job.tile_count) multiply_tiles<1, kBlocks>(job, job.tiles + tile, block);
}

void multiply(const TileProduct& job) {
  const TileRegisters registers;
  const int64_t blocks = (job.outputs + kTileOutputs - 1) / kTileOutputs;
  int64_t block = 0;
  for (; block + 2 <= blocks; block += 2) multiply_blocks<2>(job, block);
  if (block < blocks) multiply_blocks<1>(job, block);
}

void copy_masked(const Bfloat16* from, const Bfloat16* mask, int64_t length, Bfloat16* to) {
  const auto copy = [&](int64_t i, __mmask32 valid) {
    const __m512i bits = _mm512_maskz_loadu_epi16(valid, mask + i);
    // As numbers with sign and magnitude, what is at most zero are the negative ones (but NaN) and the zeros.
    const __mmask32 positive = _mm512_cmpgt_epi16_mask(bits, _mm512_setzero_si512());
    const __mmask32 nan = _mm512_cmpgt_epu16_mask(bits, _mm512_set1_epi16(static_cast<int16_t>(0xff80)));
    _mm512_mask_storeu_epi16(to + i, valid, _mm512_maskz_loadu_epi16(valid & (positive | nan), from + i));
  };
  int64_t i = 0;
  for (; i + 32 <= length; i += 32) copy(i, ~0u);
  if (i < length) copy(i, (1u << (length - i)) - 1);
}

}  // namespace

constexpr TileKernels kAmxTileKernels = {"AMX", multiply, copy_masked};

}  // namespace saddlepoint
