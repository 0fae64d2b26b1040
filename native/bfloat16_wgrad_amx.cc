// The gradient of a weight for AMX and AVX-512. Compiled with their options, without precompiled headers: see simd.h.
#include "bfloat16_amx.h"

namespace saddlepoint {

namespace {

// 16 channels of two pixels, in pairs.
SADDLEPOINT_INLINE __m512i paired(const PixelList& job, int64_t pixel, int64_t channel, __mmask16 valid) {
  const __m256i even = _mm256_maskz_loadu_epi16(valid, job.pixels[pixel] + channel);
  const __m256i odd = _mm256_maskz_loadu_epi16(valid, job.pixels[pixel + 1] + channel);
  return _mm512_or_si512(_mm512_cvtepu16_epi32(even), _mm512_slli_epi32(_mm512_cvtepu16_epi32(odd), 16));
}

SADDLEPOINT_INLINE __mmask16 valid_channels(const PixelList& job, int64_t channel) {
  const int64_t left = job.channels - channel;
  return left >= kTileOutputs ? 0xffff : (1u << left) - 1;
}

// Rows and columns of 16 x 16 change places: first in fours of neighbours, then the fours themselves.
SADDLEPOINT_INLINE void transpose(__m512i (&rows)[16]) {
  __m512i fours[16];
  for (int i = 0; i < 16; i += 4) {
    const __m512i a = _mm512_unpacklo_epi32(rows[i], rows[i + 1]), b = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
    const __m512i c = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
    const __m512i d = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
    fours[i] = _mm512_unpacklo_epi64(a, c);
    fours[i + 1] = _mm512_unpackhi_epi64(a, c);
    fours[i + 2] = _mm512_unpacklo_epi64(b, d);
    fours[i + 3] = _mm512_unpackhi_epi64(b, d);
  }
  for (int i = 0; i < 4; i += 1) {
    const __m512i low = _mm512_shuffle_i32x4(fours[i], fours[i + 4], 0x88);
    const __m512i high = _mm512_shuffle_i32x4(fours[i], fours[i + 4], 0xdd);
    const __m512i low_after = _mm512_shuffle_i32x4(fours[i + 8], fours[i + 12], 0x88);
    const __m512i high_after = _mm512_shuffle_i32x4(fours[i + 8], fours[i + 12], 0xdd);
    rows[i] = _mm512_shuffle_i32x4(low, low_after, 0x88);
    rows[i + 4] = _mm512_shuffle_i32x4(high, high_after, 0x88);
    rows[i + 8] = _mm512_shuffle_i32x4(low, low_after, 0xdd);
    rows[i + 12] = _mm512_shuffle_i32x4(high, high_after, 0xdd);
  }
}

// One tile of inputs as a tap sees them, of those of some blocks.
struct Seen {
  const Bfloat16* pairs;
  float* sums;  // of it with each block of outputs
};

Seen seen(const TileWgrad& job, int64_t input, int64_t index, int output_blocks, float* scratch) {
  const int64_t block = input + index / job.tap_count, tap = index % job.tap_count;
  return {job.pairs + block * job.pair_step + job.taps[tap], scratch + index * output_blocks * kTileSums};
}

// kRows blocks of outputs with kSeen tiles of inputs, two times two or one times up to four, over all steps.
template <int kRows, int kSeen>
SADDLEPOINT_INLINE void sum_pixels(const TileWgrad& job, const Bfloat16* rows, const Seen (&seen)[4]) {
  static_assert(kRows == 1 || kSeen <= 2);
  float* const sums[4] = {seen[0].sums, kRows == 2 ? seen[0].sums + kTileSums : seen[1].sums,
                          kRows == 2 ? seen[1].sums : seen[2].sums,
                          kRows == 2 && kSeen == 2 ? seen[1].sums + kTileSums : seen[3].sums};
  if (job.first) {
    zero_sums<kRows * kSeen>();
  } else {
    load_sums<kRows * kSeen>({sums[0], sums[1], sums[2], sums[3]});
  }
  for (int64_t i = 0; i < job.steps; i += 1) {
    const int64_t step = i * kFilterTile;
    _tile_loadd(4, rows + step, 64);
    _tile_loadd(6, seen[0].pairs + step, 64);
    if constexpr (kRows == 2) {
      _tile_loadd(5, rows + job.row_step + step, 64);
      if constexpr (kSeen == 2) _tile_loadd(7, seen[1].pairs + step, 64);
      _tile_dpbf16ps(0, 4, 6);
      _tile_dpbf16ps(1, 5, 6);
      if constexpr (kSeen == 2) _tile_dpbf16ps(2, 4, 7);
      if constexpr (kSeen == 2) _tile_dpbf16ps(3, 5, 7);
    } else {
      if constexpr (kSeen > 1) _tile_loadd(7, seen[1].pairs + step, 64);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (kSeen > 1) _tile_dpbf16ps(1, 4, 7);
      if constexpr (kSeen > 2) {
        _tile_loadd(5, seen[2].pairs + step, 64);
        _tile_dpbf16ps(2, 4, 5);
        _tile_loadd(6, seen[3].pairs + step, 64);
        _tile_dpbf16ps(3, 4, 6);
      }
    }
  }
  store_sums<kRows * kSeen>(sums);
}

template <int kRows>
SADDLEPOINT_INLINE void sum_blocks(const TileWgrad& job, const WgradBlocks& blocks, int64_t count, float* sums) {
  constexpr int kSeen = 4 / kRows;
  const TileRegisters registers;
  const Bfloat16* rows = job.rows + blocks.output * job.row_step;
  int64_t i = 0;
  for (; i + kSeen <= count; i += kSeen) {
    Seen tiles[4] = {};
    for (int j = 0; j < kSeen; j += 1) tiles[j] = seen(job, blocks.input, i + j, kRows, sums);
    sum_pixels<kRows, kSeen>(job, rows, tiles);
  }
  for (; i < count; i += 1) {
    const Seen tiles[4] = {seen(job, blocks.input, i, kRows, sums)};
    sum_pixels<kRows, 1>(job, rows, tiles);
  }
}

// What was summed of some blocks, as the weight lies.
void write_gradient(const TileWgrad& job, const WgradBlocks& blocks, int64_t output_blocks, int64_t input_blocks,
                    const float* sums) {
  const int64_t taps = job.tap_count;
  const auto least = [](int64_t a, int64_t b) { return a < b ? a : b; };
  for (int64_t i = 0; i < output_blocks * kTileOutputs; i += 1) {
    const int64_t output = blocks.output * kTileOutputs + i;
    if (output >= job.outputs) break;
    for (int64_t block = 0; block < input_blocks; block += 1) {
      const int64_t input = (blocks.input + block) * kTileOutputs;
      const float* from =
          sums + (block * taps * output_blocks + i / kTileOutputs) * kTileSums + i % kTileOutputs * kTileOutputs;
      float* to = job.grad_weight + (output * job.inputs + input) * taps;
      const int64_t count = least(kTileOutputs, job.inputs - input);
      for (int64_t channel = 0; channel < count; channel += 1) {
        for (int64_t tap = 0; tap < taps; tap += 1) *to++ = from[tap * output_blocks * kTileSums + channel];
      }
    }
  }
}

}  // namespace

void fill_pairs_amx(const PixelList& job, int64_t first, int64_t end) {
  for (int64_t pair = first; pair < end; pair += 1) {
    Bfloat16* to = job.to + pair * kTileDepth;
    for (int64_t channel = 0; channel < job.channels; channel += kTileOutputs, to += job.block_step) {
      _mm512_storeu_si512(to, paired(job, 2 * pair, channel, valid_channels(job, channel)));
    }
  }
}

void fill_rows_amx(const PixelList& job, int64_t first, int64_t end) {
  for (int64_t step = first; step < end; step += 1) {
    Bfloat16* to = job.to + step * kFilterTile;
    for (int64_t channel = 0; channel < job.channels; channel += kTileOutputs, to += job.block_step) {
      __m512i rows[16];
      for (int i = 0; i < 16; i += 1) {
        rows[i] = paired(job, step * kTileDepth + 2 * i, channel, valid_channels(job, channel));
      }
      transpose(rows);
      for (int i = 0; i < 16; i += 1) _mm512_storeu_si512(to + i * kTileDepth, rows[i]);
    }
  }
}

void multiply_wgrad_amx(const TileWgrad& job, const WgradBlocks& blocks, float* scratch) {
  const auto left = [](int64_t channels, int64_t block) {
    const int64_t count = (channels + kTileOutputs - 1) / kTileOutputs - block;
    return count < 2 ? count : 2;
  };
  const int64_t output_blocks = left(job.outputs, blocks.output), input_blocks = left(job.inputs, blocks.input);
  const int64_t all_inputs = (job.inputs + kTileOutputs - 1) / kTileOutputs;
  // One group of images needs no sums between: a weight's worth of memory that no cache holds.
  const bool alone = job.first && job.last;
  const int64_t place = (blocks.output * all_inputs + blocks.input * output_blocks) * job.tap_count * kTileSums;
  float* sums = alone ? scratch : job.sums + place;
  const int64_t count = input_blocks * job.tap_count;
  if (output_blocks == 2) {
    sum_blocks<2>(job, blocks, count, sums);
  } else {
    sum_blocks<1>(job, blocks, count, sums);
  }
  if (job.last) write_gradient(job, blocks, output_blocks, input_blocks, sums);
}

}  // namespace saddlepoint
