// A direct convolution: every pixel's window times the weights.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"

namespace saddlepoint {

namespace {

// `Rows` pixels' windows times `Panels` panels of weights, from the pixel `first` and the channel `channel` on.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void multiply_window(const DirectPixels& pixels, const Window& window, const DirectWeights& weights,
                                        int64_t first, int64_t channel) {
  using Vector = typename Isa::Vector;
  const int64_t size = window_size(window);
  const float* panels = weights.values + channel * size;
  const float* starts[Rows];
  Vector total[Rows][Panels] = {};
  for (int row = 0; row < Rows; row += 1) starts[row] = pixels.input + pixels.from[first + row];
  for (int64_t segment = 0; segment < window.rows; segment += 1) {
    const int64_t offset = segment * window.step;
    const float* panel = panels + segment * window.length * Isa::kLanes;
    for (int64_t i = 0; i < window.length; i += 1) {
      Vector weight[Panels];
      for (int p = 0; p < Panels; p += 1) Isa::load(weight[p], panel + (p * size + i) * Isa::kLanes);
#pragma GCC unroll 12
      for (int row = 0; row < Rows; row += 1) {
        const float value = starts[row][offset + i];
        for (int p = 0; p < Panels; p += 1) total[row][p] += weight[p] * value;
      }
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    const int64_t to = pixels.to[first + row] + channel;
    for (int p = 0; p < Panels; p += 1) {
      Vector value = total[row][p], other;
      if (weights.bias) {
        Isa::load(other, weights.bias + channel + p * Isa::kLanes);
        value += other;
      }
      if (pixels.residual) {
        Isa::load(other, pixels.residual + to + p * Isa::kLanes);
        value += other;
      }
      if (weights.relu) value = value < 0.f ? Vector{} : value;
      Isa::store(pixels.output + to + p * Isa::kLanes, value);
    }
  }
}

// As multiply_window(), of 1 to `Rows` pixels.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void multiply_some_windows(int64_t count, const DirectPixels& pixels, const Window& window,
                                              const DirectWeights& weights, int64_t first, int64_t channel) {
  if constexpr (Rows > 1) {
    if (count < Rows)
      return multiply_some_windows<Isa, Rows - 1, Panels>(count, pixels, window, weights, first, channel);
  }
  multiply_window<Isa, Rows, Panels>(pixels, window, weights, first, channel);
}

template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_pixels(const DirectPixels& pixels, const Window& window, const DirectWeights& weights,
                                        int64_t channel) {
  for (int64_t first = 0, rows; first < pixels.count; first += rows) {
    constexpr int most = Isa::rows(Panels);
    rows = rows_of_a_pass(pixels.count - first, most);
    multiply_some_windows<Isa, most, Panels>(rows, pixels, window, weights, first, channel);
  }
}

// All channels from `channel` on, `Panels` panels at a time, what is left in fewer. A panel of the weights stays in the
// nearest cache while it meets all pixels.
template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_all_pixels(const DirectPixels& pixels, const Window& window,
                                            const DirectWeights& weights, int64_t channel) {
  for (; channel + Panels * Isa::kLanes <= weights.channels; channel += Panels * Isa::kLanes)
    multiply_pixels<Isa, Panels>(pixels, window, weights, channel);
  if constexpr (Panels > 1) multiply_all_pixels<Isa, Panels / 2>(pixels, window, weights, channel);
}

template <typename Isa>
void multiply_windows(const DirectPixels& pixels, const Window& window, const DirectWeights& weights) {
  multiply_all_pixels<Isa, Isa::kPanels>(pixels, window, weights, 0);
}

// The sum of every `Step`-th lane from `First` on, in pairs: one after the other they would wait for each other.
template <typename Isa, int First = 0, int Step = 1>
SADDLEPOINT_INLINE float sum_of_lanes(const typename Isa::Vector& lanes) {
  if constexpr (Step == Isa::kLanes) {
    return lanes[First];
  } else {
    return sum_of_lanes<Isa, First, 2 * Step>(lanes) + sum_of_lanes<Isa, First + Step, 2 * Step>(lanes);
  }
}

// Of `Rows` pixels and one channel the dot products, a vector of their terms at a time.
template <typename Isa, int Rows>
SADDLEPOINT_INLINE void dot_window(const DirectPixels& pixels, const Window& window, const float* weights,
                                   int64_t first, int64_t channel) {
  typename Isa::Vector total[Rows] = {};
  const float* starts[Rows];
  for (int row = 0; row < Rows; row += 1) starts[row] = pixels.input + pixels.from[first + row];
  for (int64_t segment = 0; segment < window.rows; segment += 1) {
    for (int64_t i = 0; i < window.length; i += Isa::kLanes) {
      typename Isa::Vector weight, value;
      Isa::load(weight, weights + segment * window.length + i);
#pragma GCC unroll 12
      for (int row = 0; row < Rows; row += 1) {
        Isa::load(value, starts[row] + segment * window.step + i);
        total[row] += weight * value;
      }
    }
  }
  for (int row = 0; row < Rows; row += 1)
    pixels.output[pixels.to[first + row] + channel] = sum_of_lanes<Isa>(total[row]);
}

template <typename Isa>
void dot_windows(const DirectPixels& pixels, const Window& window, const DirectWeights& weights) {
  for (int64_t channel = 0; channel < weights.channels; channel += 1) {
    const float* of_channel = weights.values + channel * window_size(window);
    constexpr int most = Isa::rows(1);
    int64_t first = 0;
    for (; first + most <= pixels.count; first += most)
      dot_window<Isa, most>(pixels, window, of_channel, first, channel);
    for (; first < pixels.count; first += 1) dot_window<Isa, 1>(pixels, window, of_channel, first, channel);
  }
}

}  // namespace

}  // namespace saddlepoint
