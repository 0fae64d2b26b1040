// The kernels for AMX and AVX-512. Compiled with their options, without precompiled headers: see simd.h.
#include "bfloat16_amx.h"

namespace saddlepoint {

namespace {

// Sums that still want bias, residual and ReLU, of up to two tiles of pixels and two blocks of outputs. While the tiles
// of the next ones are multiplied, which leaves the vector units idle, a few pixels at a time are finished.
struct Unfinished {
  alignas(64) float sums[4 * kTileSums];
  const PixelTile* tiles;
  int64_t output;
  __mmask32 valid;
  __m512 bias[2];
  __m512 least;                   // zero for ReLU; of two numbers max_ps takes the second if either is NaN
  int64_t pixel = 0, pixels = 0;  // of 16 a tile

  void begin(const TileProduct& job, const PixelTile* these, int tile_count, int blocks, int64_t first) {
    tiles = these;
    output = first;
    pixel = 0;
    pixels = tile_count * kTilePixels;
    const int64_t left = job.outputs - first;
    valid = left >= blocks * kTileOutputs ? (blocks == 2 ? ~0u : 0xffff) : (1u << left) - 1;
    least = _mm512_set1_ps(job.relu ? 0.f : -__builtin_inff());
    for (int i = 0; i < 2; i += 1) {
      const __mmask16 here = valid >> (i * 16);
      bias[i] = job.bias ? _mm512_maskz_loadu_ps(here, job.bias + first + i * kTileOutputs) : _mm512_setzero_ps();
    }
  }

  template <int kBlocks>
  SADDLEPOINT_INLINE void finish(const TileProduct& job, int64_t count) {
    const int64_t end = pixel + count < pixels ? pixel + count : pixels;
    for (; pixel < end; pixel += 1) {
      const PixelTile& tile = tiles[pixel / kTilePixels];
      const int64_t row = pixel % kTilePixels;
      if (row >= tile.count) continue;
      const float* from = sums + pixel / kTilePixels * kBlocks * kTileSums + row * kTileOutputs;
      finish_pixel<kBlocks>(job, from, job.to[tile.first + row] + tile.image + output);
    }
  }

 private:
  SADDLEPOINT_INLINE __m512i residual(const TileProduct& job, int64_t place) const {
    const __m512i values = _mm512_maskz_loadu_epi16(valid, job.residual + place);
    return job.residual_mask ? pass(values, _mm512_maskz_loadu_epi16(valid, job.residual_mask + place)) : values;
  }

  template <int kBlocks>
  SADDLEPOINT_INLINE void finish_pixel(const TileProduct& job, const float* from, int64_t place) const {
    const bool whole = valid == (kBlocks == 2 ? 0xffffffff : 0xffff);  // a masked store is slower
    __m512 low = _mm512_add_ps(_mm512_load_ps(from), bias[0]);
    if constexpr (kBlocks == 1) {
      if (job.residual) low = _mm512_add_ps(low, widen(_mm512_castsi512_si256(residual(job, place))));
      const auto bits = reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_max_ps(least, low)));
      if (whole) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(job.output + place), bits);
      } else {
        _mm256_mask_storeu_epi16(job.output + place, valid, bits);
      }
    } else {
      __m512 high = _mm512_add_ps(_mm512_load_ps(from + kTileSums), bias[1]);
      if (job.residual) {
        const __m512i added = residual(job, place);
        low = _mm512_add_ps(low, widen(_mm512_castsi512_si256(added)));
        high = _mm512_add_ps(high, widen(_mm512_extracti64x4_epi64(added, 1)));
      }
      const auto bits =
          reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(_mm512_max_ps(least, high), _mm512_max_ps(least, low)));
      if (whole) {
        _mm512_storeu_si512(job.output + place, bits);
      } else {
        _mm512_mask_storeu_epi16(job.output + place, valid, bits);
      }
    }
  }
};

// What a step of 32 values adds to the sums of kTiles tiles of pixels with kBlocks times 16 outputs.
template <int kTiles, int kBlocks>
SADDLEPOINT_INLINE void add_step(const Bfloat16* const (&pixels)[4], int64_t depth, int64_t step,
                                 const Bfloat16* filter, const Bfloat16* next) {
  _tile_loadd(6, filter, 64);
  _tile_loadd(4, pixels[0] + depth, step);
  if constexpr (kBlocks == 2) _tile_loadd(7, next, 64);
  if constexpr (kBlocks == 2 && kTiles == 2) _tile_loadd(5, pixels[1] + depth, step);
  _tile_dpbf16ps(0, 4, 6);
  if constexpr (kBlocks == 2) {
    _tile_dpbf16ps(1, 4, 7);
    if constexpr (kTiles == 2) {
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  } else if constexpr (kTiles == 4) {
    _tile_loadd(5, pixels[1] + depth, step);
    _tile_dpbf16ps(1, 5, 6);
    _tile_loadd(7, pixels[2] + depth, step);
    _tile_dpbf16ps(2, 7, 6);
    _tile_loadd(4, pixels[3] + depth, step);
    _tile_dpbf16ps(3, 4, 6);
  }
}

template <int kTiles, int kBlocks>
SADDLEPOINT_INLINE void sum_tiles(const TileProduct& job, const PixelTile* tiles, const Bfloat16* filter,
                                  int64_t output, Unfinished& unfinished) {
  const int64_t step = job.pixel_step * sizeof(Bfloat16);
  const Bfloat16* pixels[4] = {};
  for (int i = 0; i < kTiles; i += 1) pixels[i] = job.windows + tiles[i].from;
  const Bfloat16* next = filter + job.depth_count * kFilterTile;
  const int64_t each = job.depth_count == 0 ? 0 : (unfinished.pixels + job.depth_count - 1) / job.depth_count;
  zero_sums<kTiles * kBlocks>();
  for (int64_t i = 0; i < job.depth_count; i += 1) {
    add_step<kTiles, kBlocks>(pixels, job.depths[i], step, filter + i * kFilterTile, next + i * kFilterTile);
    unfinished.finish<kBlocks>(job, each);
  }
  unfinished.finish<kBlocks>(job, unfinished.pixels);
  float* sums = unfinished.sums;
  store_sums<kTiles * kBlocks>({sums, sums + kTileSums, sums + 2 * kTileSums, sums + 3 * kTileSums});
  unfinished.begin(job, tiles, kTiles, kBlocks, output);
}

template <int kBlocks>
inline void multiply_blocks(const TileProduct& job, int64_t block) {
  constexpr int kTiles = 4 / kBlocks;
  Unfinished unfinished;
  const Bfloat16* filter = job.filter + block * job.depth_count * kFilterTile;
  int64_t tile = 0;
  for (; tile + kTiles <= job.tile_count; tile += kTiles)
    sum_tiles<kTiles, kBlocks>(job, job.tiles + tile, filter, block * kTileOutputs, unfinished);
  for (; tile < job.tile_count; tile += 1)
    sum_tiles<1, kBlocks>(job, job.tiles + tile, filter, block * kTileOutputs, unfinished);
  unfinished.finish<kBlocks>(job, unfinished.pixels);
}

void multiply(const TileProduct& job) {
  const TileRegisters registers;
  const int64_t blocks = (job.outputs + kTileOutputs - 1) / kTileOutputs;
  int64_t block = 0;
  for (; block + 2 <= blocks; block += 2) multiply_blocks<2>(job, block);
  if (block < blocks) multiply_blocks<1>(job, block);
}

void round_weights(const float* weights, float scale, int64_t inputs, int64_t taps, Bfloat16* to) {
  const __m512i places = _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                                            _mm512_set1_epi32(static_cast<int>(taps)));
  for (int64_t input = 0; input < inputs; input += 16) {
    const int64_t left = inputs - input;
    const __mmask16 valid = left >= 16 ? 0xffff : (1u << left) - 1;
    for (int64_t tap = 0; tap < taps; tap += 1) {
      const __m512 values = _mm512_mul_ps(
          _mm512_mask_i32gather_ps(_mm512_setzero_ps(), valid, places, weights + input * taps + tap, sizeof(float)),
          _mm512_set1_ps(scale));
      _mm256_mask_storeu_epi16(to + tap * inputs + input, valid, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(values)));
    }
  }
}

// Four rows of four 128-bit lanes each: rows 0 to 3 of the lanes become columns.
SADDLEPOINT_INLINE void transpose_lanes(__m512i (&rows)[4]) {
  const __m512i low = _mm512_unpacklo_epi32(rows[0], rows[1]), high = _mm512_unpackhi_epi32(rows[0], rows[1]);
  const __m512i more_low = _mm512_unpacklo_epi32(rows[2], rows[3]);
  const __m512i more_high = _mm512_unpackhi_epi32(rows[2], rows[3]);
  rows[0] = _mm512_unpacklo_epi64(low, more_low);
  rows[1] = _mm512_unpackhi_epi64(low, more_low);
  rows[2] = _mm512_unpacklo_epi64(high, more_high);
  rows[3] = _mm512_unpackhi_epi64(high, more_high);
}

// 16 rows of 16 pairs, transposed.
SADDLEPOINT_INLINE void pair_block(const Bfloat16* rows, int64_t step, Bfloat16* to) {
  __m512i groups[4][4];  // of four rows each; then [group][column within a lane]
  for (int group = 0; group < 4; group += 1) {
    for (int i = 0; i < 4; i += 1) groups[group][i] = _mm512_loadu_si512(rows + (4 * group + i) * step);
    transpose_lanes(groups[group]);
  }
  for (int column = 0; column < 4; column += 1) {
    const __m512i even_low = _mm512_shuffle_i32x4(groups[0][column], groups[1][column], 0x88);
    const __m512i odd_low = _mm512_shuffle_i32x4(groups[0][column], groups[1][column], 0xdd);
    const __m512i even_high = _mm512_shuffle_i32x4(groups[2][column], groups[3][column], 0x88);
    const __m512i odd_high = _mm512_shuffle_i32x4(groups[2][column], groups[3][column], 0xdd);
    // Lanes 0 and 2 of the first two groups lie in even_low as 0, 2, 0, 2.
    _mm512_storeu_si512(to + column * 32, _mm512_shuffle_i32x4(even_low, even_high, 0x88));
    _mm512_storeu_si512(to + (column + 4) * 32, _mm512_shuffle_i32x4(odd_low, odd_high, 0x88));
    _mm512_storeu_si512(to + (column + 8) * 32, _mm512_shuffle_i32x4(even_low, even_high, 0xdd));
    _mm512_storeu_si512(to + (column + 12) * 32, _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd));
  }
}

void pair_rows(const Bfloat16* rows, int64_t step, int64_t count, Bfloat16* to) {
  for (int64_t i = 0; i < count; i += 32) pair_block(rows + i, step, to + i * kTileOutputs);
}

// `length` values, where kMasked zero where the mask is at most zero.
template <bool kMasked>
SADDLEPOINT_INLINE void copy_values(const Bfloat16* from, const Bfloat16* mask, int64_t length, Bfloat16* to) {
  int64_t i = 0;
  for (; i + 32 <= length; i += 32) {
    __m512i values = _mm512_loadu_si512(from + i);
    if constexpr (kMasked) values = pass(values, _mm512_loadu_si512(mask + i));
    _mm512_storeu_si512(to + i, values);
  }
  if (i < length) {
    const __mmask32 valid = (1u << (length - i)) - 1;
    __m512i values = _mm512_maskz_loadu_epi16(valid, from + i);
    if constexpr (kMasked) values = pass(values, _mm512_maskz_loadu_epi16(valid, mask + i));
    _mm512_mask_storeu_epi16(to + i, valid, values);
  }
}

SADDLEPOINT_INLINE Bfloat16* clear_values(Bfloat16* to, int64_t length) {
  int64_t i = 0;
  for (; i + 32 <= length; i += 32) _mm512_storeu_si512(to + i, _mm512_setzero_si512());
  if (i < length) _mm512_mask_storeu_epi16(to + i, (1u << (length - i)) - 1, _mm512_setzero_si512());
  return to + length;
}

// Pixels of fewer than 32 values, filled up with zeros.
template <bool kMasked>
SADDLEPOINT_INLINE Bfloat16* fill_last_plane(const WindowFill& job, int64_t from, int64_t count, Bfloat16* to) {
  const __mmask32 valid = (1u << job.last) - 1;
  for (int64_t pixel = 0; pixel < count; pixel += 1, to += job.width, from += job.image_step) {
    __m512i values = _mm512_maskz_loadu_epi16(valid, job.image + from);
    if constexpr (kMasked) values = pass(values, _mm512_maskz_loadu_epi16(valid, job.mask + from));
    _mm512_storeu_si512(to, values);
  }
  return to;
}

template <bool kMasked>
SADDLEPOINT_INLINE void fill_planes(const WindowFill& job, const WindowCopy& copy) {
  const bool dense = job.image_step == job.width;  // a plane's pixels are one piece of the image
  const int64_t pieces = dense ? 1 : copy.count, length = dense ? copy.count * job.width : job.width;
  for (int64_t plane = 0; plane < job.planes; plane += 1) {
    Bfloat16* to = clear_values(job.windows + copy.to + plane * job.plane_step, copy.before * job.width);
    int64_t from = copy.from + plane * job.width;
    if (job.last < job.width && plane + 1 == job.planes) {
      to = fill_last_plane<kMasked>(job, from, copy.count, to);
      clear_values(to, copy.after * job.width);
      return;
    }
    for (int64_t piece = 0; piece < pieces; piece += 1, to += length, from += job.image_step) {
      copy_values<kMasked>(job.image + from, job.mask + (kMasked ? from : 0), length, to);
    }
    clear_values(to, copy.after * job.width);
  }
}

void fill_windows(const WindowFill& job) {
  for (int64_t i = 0; i < job.copy_count; i += 1) {
    if (job.mask) {
      fill_planes<true>(job, job.copies[i]);
    } else {
      fill_planes<false>(job, job.copies[i]);
    }
  }
}

// kShort: a piece has no more than 32 values.
template <bool kShort>
SADDLEPOINT_INLINE void gather_pieces(const WindowGather& job) {
  const int64_t whole = kShort ? 0 : (job.length - 1) / 32 * 32;
  const __mmask32 valid = ~0u >> (32 - (job.length - whole));
  for (int64_t row = 0; row < job.rows; row += 1) {
    const Bfloat16* from = job.padded + row * job.from_row;
    Bfloat16* to = job.windows + job.to_rows[row];
    for (int64_t pixel = 0; pixel < job.across; pixel += 1, from += job.from_pixel, to += job.to_pixel) {
      for (int64_t part = 0; part < job.parts; part += 1) {
        const Bfloat16* source = from + part * job.from_part;
        Bfloat16* target = to + part * job.to_part;
        int64_t i = 0;
        if constexpr (!kShort) {
          for (; i < whole; i += 32) _mm512_storeu_si512(target + i, _mm512_loadu_si512(source + i));
        }
        _mm512_storeu_si512(target + i, _mm512_maskz_loadu_epi16(valid, source + i));
      }
    }
  }
}

void gather_windows(const WindowGather& job) {
  if (job.length <= 32) {
    gather_pieces<true>(job);
  } else {
    gather_pieces<false>(job);
  }
}

}  // namespace

constexpr TileKernels kAmxTileKernels = {multiply,         round_weights,     pair_rows,      sum_channels_amx,
                                         map_channels_amx, fill_windows,      gather_windows, fill_pairs_amx,
                                         fill_rows_amx,    multiply_wgrad_amx};

}  // namespace saddlepoint
