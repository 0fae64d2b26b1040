// The gradient of a Winograd convolution's weight.
//
// Y = A^T ((G g G^T) * (B^T d B)) A has with respect to g the gradient G^T (sum over tiles of (A dY A^T) * (B^T d B))
// G: the transforms of the convolution turned around, and for each of 36 elements one product over all tiles.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"
#include "winograd_tiles.h"
#include "winograd_transforms.h"

namespace saddlepoint {

namespace {

template <typename Isa>
void grad_output_transform(const Images& grad_output, int64_t first, int64_t count, const Transformed& grad_M) {
  using Vector = typename Isa::Vector;
  for (int64_t tile = 0; tile < count; tile += 1) {
    const TileOrigin origin = origin_of(grad_output, first + tile);
    for (int64_t c = 0; c < grad_output.channels; c += Isa::kLanes) {
      Vector values[kOutputTile * kOutputTile], half[kInputTile * kOutputTile], line[kInputTile];
      read_output_tile<Isa>(grad_output, origin, c, values);
      for (int64_t j = 0; j < kOutputTile; j += 1)
        transform_grad_output_side(values + j, kOutputTile, half + j, kOutputTile);
      for (int64_t i = 0; i < kInputTile; i += 1) {
        transform_grad_output_side(half + i * kOutputTile, 1, line, 1);
        float* to = address<Isa>(grad_M, i * kInputTile, tile, c);
        for (int64_t j = 0; j < kInputTile; j += 1) Isa::store(to + j * grad_M.element_step, line[j]);
      }
    }
  }
}

// A group of outputs times `Panels` panels of inputs over all tiles, in registers until they are done.
template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_group(const WinogradWgrad& job, const float* grad_M, const float* V, float* grad_U,
                                       bool accumulate) {
  typename Isa::Vector total[Isa::kGroup][Panels] = {};
  if (accumulate) {
    for (int64_t row = 0; row < Isa::kGroup; row += 1)
      for (int p = 0; p < Panels; p += 1) Isa::load(total[row][p], grad_U + row * job.channels + p * Isa::kLanes);
  }
  for (int64_t tile = 0; tile < job.tiles; tile += 1) {
    typename Isa::Vector values[Panels];
    for (int p = 0; p < Panels; p += 1) Isa::load(values[p], V + p * job.V.panel_step + tile * Isa::kLanes);
#pragma GCC unroll 8
    for (int64_t row = 0; row < Isa::kGroup; row += 1) {
      const float gradient = grad_M[tile * Isa::kLanes + row];
      for (int p = 0; p < Panels; p += 1) total[row][p] += values[p] * gradient;
    }
  }
  for (int64_t row = 0; row < Isa::kGroup; row += 1)
    for (int p = 0; p < Panels; p += 1) Isa::store(grad_U + row * job.channels + p * Isa::kLanes, total[row][p]);
}

// All groups of some inputs, whose panels stay in the nearest cache meanwhile.
template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_panels(const WinogradWgrad& job, int64_t element, int64_t c, int64_t first,
                                        int64_t rows, bool accumulate) {
  const float* V = address<Isa>(job.V, element, 0, c);
  float* grad_U = address<Isa>(job.grad_U, element, 0, c);
  for (int64_t row = 0; row < rows; row += Isa::kGroup) {
    const int64_t output = first + row, lane = output % Isa::kLanes;
    const float* grad_M = address<Isa>(job.grad_M, element, 0, output - lane) + lane;
    multiply_group<Isa, Panels>(job, grad_M, V, grad_U + row * job.channels, accumulate);
  }
}

// Three panels at once, but two and two rather than three and one.
template <typename Isa>
void multiply_wgrad(const WinogradWgrad& job, int64_t element, int64_t first, int64_t rows, bool accumulate) {
  constexpr int64_t lanes = Isa::kLanes;
  int64_t c = 0;
  for (; c + 3 * lanes <= job.channels && job.channels - c != 4 * lanes; c += 3 * lanes)
    multiply_panels<Isa, 3>(job, element, c, first, rows, accumulate);
  for (; c + 2 * lanes <= job.channels; c += 2 * lanes)
    multiply_panels<Isa, 2>(job, element, c, first, rows, accumulate);
  if (c < job.channels) multiply_panels<Isa, 1>(job, element, c, first, rows, accumulate);
}

template <typename Isa>
void wgrad_transform(const WinogradWgrad& job, int64_t row, float* grad_weight) {
  using Vector = typename Isa::Vector;
  for (int64_t c = 0; c < job.channels; c += Isa::kLanes) {
    Vector elements[kElements], half[3 * kInputTile], taps[9];
    for (int64_t e = 0; e < kElements; e += 1) Isa::load(elements[e], address<Isa>(job.grad_U, e, row, c));
    for (int64_t j = 0; j < kInputTile; j += 1) transform_wgrad_side(elements + j, kInputTile, half + j, kInputTile);
    for (int64_t i = 0; i < 3; i += 1) transform_wgrad_side(half + i * kInputTile, 1, taps + i * 3, 1);
    for (int64_t lane = 0; lane < Isa::kLanes; lane += 1)
      for (int64_t tap = 0; tap < 9; tap += 1) grad_weight[(c + lane) * 9 + tap] = taps[tap][lane];
  }
}

}  // namespace

}  // namespace saddlepoint
