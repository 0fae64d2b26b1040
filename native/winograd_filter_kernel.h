// The transform of a Winograd convolution's filter.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"
#include "winograd_transforms.h"

namespace saddlepoint {

namespace {

constexpr int64_t kCollected = 16;  // inputs that are transformed before they are written

// A few inputs are collected in the nearest cache before they are written: the elements lie far apart, often by a power
// of two.
template <typename Isa>
void filter_transform(const Filter& filter, int64_t first) {
  using Vector = typename Isa::Vector;
  Vector collected[kElements][kCollected];
  for (int64_t start = 0; start < filter.inputs; start += kCollected) {
    const int64_t count = filter.inputs - start < kCollected ? filter.inputs - start : kCollected;
    for (int64_t i = 0; i < count; i += 1) {
      Vector taps[9], half[kInputTile * 3], row[3 + kInputTile];
      for (int64_t tap = 0; tap < 9; tap += 1) {
        const float* from = filter.weight + (start + i) * filter.input_step + (filter.dgrad ? 8 - tap : tap);
        for (int64_t lane = 0; lane < Isa::kLanes; lane += 1)
          taps[tap][lane] = from[(first + lane) * filter.output_step];
      }
      // Down the columns, [3, 3] to [6, 3]; then along each row, whose three values lie in every third place.
      for (int64_t j = 0; j < 3; j += 1) transform_filter_side(taps + j, 3, half + j);
      for (int64_t y = 0; y < kInputTile; y += 1) {
        for (int64_t j = 0; j < 3; j += 1) row[j] = half[y * 3 + j];
        transform_filter_side(row, 1, row + 3);
        for (int64_t x = 0; x < kInputTile; x += 1) collected[y * kInputTile + x][i] = row[3 + x];
      }
    }
    for (int64_t element = 0; element < kElements; element += 1) {
      float* to = filter.U + (element * filter.outputs + first) * filter.inputs + start * Isa::kLanes;
      if (filter.non_temporal) {
        for (int64_t i = 0; i < count; i += 1) Isa::stream(to + i * Isa::kLanes, collected[element][i]);
      } else {
        for (int64_t i = 0; i < count; i += 1) Isa::store(to + i * Isa::kLanes, collected[element][i]);
      }
    }
  }
  if (filter.non_temporal) Isa::end_stream();
}

}  // namespace

}  // namespace saddlepoint
