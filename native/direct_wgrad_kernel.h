// The gradient of a direct convolution's weight.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"

namespace saddlepoint {

namespace {

// `Rows` of a window's values from `first` on, times `Panels` vectors of outputs from `channel` on: over all pixels in
// registers.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void add_pixels(const DirectWgrad& job, int64_t first, int64_t channel) {
  const float* values[Rows];
  typename Isa::Vector total[Rows][Panels] = {};
  float* sums = job.grad_weight + first * job.outputs + channel;
  for (int row = 0; row < Rows; row += 1) values[row] = job.input + job.values[first + row];
  if (job.accumulate) {
    for (int row = 0; row < Rows; row += 1)
      for (int p = 0; p < Panels; p += 1) Isa::load(total[row][p], sums + row * job.outputs + p * Isa::kLanes);
  }
  for (int64_t pixel = 0; pixel < job.pixels; pixel += 1) {
    const int64_t from = job.from[pixel];
    const float* gradients = job.grad_output + pixel * job.outputs + channel;
    typename Isa::Vector gradient[Panels];
    for (int p = 0; p < Panels; p += 1) Isa::load(gradient[p], gradients + p * Isa::kLanes);
#pragma GCC unroll 6
    for (int row = 0; row < Rows; row += 1) {
      const float value = values[row][from];
      for (int p = 0; p < Panels; p += 1) total[row][p] += gradient[p] * value;
    }
  }
  for (int row = 0; row < Rows; row += 1)
    for (int p = 0; p < Panels; p += 1) Isa::store(sums + row * job.outputs + p * Isa::kLanes, total[row][p]);
}

// `Rows` values times all outputs from `channel` on, `Panels` vectors at a time, what is left in fewer.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void add_values(const DirectWgrad& job, int64_t first, int64_t channel) {
  for (; channel + Panels * Isa::kLanes <= job.outputs; channel += Panels * Isa::kLanes)
    add_pixels<Isa, Rows, Panels>(job, first, channel);
  if constexpr (Panels > 1) add_values<Isa, Rows, Panels / 2>(job, first, channel);
}

// As add_values(), of 1 to `Rows` values.
template <typename Isa, int Rows>
SADDLEPOINT_INLINE void add_some_values(int64_t count, const DirectWgrad& job, int64_t first) {
  if constexpr (Rows > 1) {
    if (count < Rows) return add_some_values<Isa, Rows - 1>(count, job, first);
  }
  add_values<Isa, Rows, Isa::kPanels>(job, first, 0);
}

template <typename Isa>
void direct_wgrad(const DirectWgrad& job, int64_t first, int64_t end) {
  for (int64_t rows; first < end; first += rows) {
    rows = rows_of_a_pass(end - first, kRows);
    add_some_values<Isa, kRows>(rows, job, first);
  }
}

}  // namespace

}  // namespace saddlepoint
