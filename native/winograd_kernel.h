// A Winograd convolution: the input's transform, the products per element, and the output's transform.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"
#include "winograd_tiles.h"
#include "winograd_transforms.h"

namespace saddlepoint {

namespace {

template <typename Isa, bool Masked>
SADDLEPOINT_INLINE void transform_input_tiles(const Images& input, const float* mask, int64_t first, int64_t count,
                                              const Transformed& V) {
  using Vector = typename Isa::Vector;
  for (int64_t tile = 0; tile < count; tile += 1) {
    const InputTile from = input_tile_of(input, mask, origin_of(input, first + tile));
    for (int64_t c = 0; c < input.channels; c += Isa::kLanes) {
      Vector half[kElements], line[kInputTile];
      for (int64_t j = 0; j < kInputTile; j += 1) {
        Vector column[kInputTile] = {};
        if (from.has_column[j]) read_column<Isa, Masked>(from, j * input.channels + c, column);
        transform_input_side(column, 1, half + j, kInputTile);
      }
      for (int64_t i = 0; i < kInputTile; i += 1) {
        transform_input_side(half + i * kInputTile, 1, line, 1);
        float* to = address<Isa>(V, i * kInputTile, tile, c);
        for (int64_t j = 0; j < kInputTile; j += 1) Isa::store(to + j * V.element_step, line[j]);
      }
    }
  }
}

template <typename Isa>
void input_transform(const Images& input, const float* mask, int64_t first, int64_t count, const Transformed& V) {
  if (mask == nullptr) {
    transform_input_tiles<Isa, false>(input, mask, first, count, V);
  } else {
    transform_input_tiles<Isa, true>(input, mask, first, count, V);
  }
}

// `Rows` tiles [Rows, inputs] times `Panels` panels of a filter [Panels, inputs, lanes]: products [Rows, lanes *
// Panels], `step` apart. The panels after these are called from memory meanwhile.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void multiply(const float* tiles, const float* panels, float* products, int64_t inputs,
                                 int64_t step) {
  typename Isa::Vector total[Rows][Panels] = {};
  for (int64_t c = 0; c < inputs; c += 1) {
    typename Isa::Vector weights[Panels];
    for (int p = 0; p < Panels; p += 1) Isa::load(weights[p], panels + (p * inputs + c) * Isa::kLanes);
    for (int64_t line = 0; line < Panels * Isa::kLanes; line += kCacheLine)
      __builtin_prefetch(panels + (inputs + c) * Panels * Isa::kLanes + line);
#pragma GCC unroll 12
    for (int row = 0; row < Rows; row += 1) {
      const float value = tiles[row * inputs + c];
      for (int p = 0; p < Panels; p += 1) total[row][p] += weights[p] * value;
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    for (int p = 0; p < Panels; p += 1) Isa::store(products + row * step + p * Isa::kLanes, total[row][p]);
  }
}

// As multiply(), of 1 to `Rows` tiles.
template <typename Isa, int Rows, int Panels>
SADDLEPOINT_INLINE void multiply_some(int64_t count, const float* tiles, const float* panels, float* products,
                                      int64_t inputs, int64_t step) {
  if constexpr (Rows > 1) {
    if (count < Rows) return multiply_some<Isa, Rows - 1, Panels>(count, tiles, panels, products, inputs, step);
  }
  multiply<Isa, Rows, Panels>(tiles, panels, products, inputs, step);
}

// All tiles; the panels stay in the nearest cache meanwhile.
template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_tiles(const float* tiles, const float* panels, float* products, int64_t count,
                                       int64_t inputs, int64_t outputs) {
  for (int64_t tile = 0, rows; tile < count; tile += rows) {
    constexpr int most = Isa::rows(Panels);
    rows = rows_of_a_pass(count - tile, most);
    multiply_some<Isa, most, Panels>(rows, tiles + tile * inputs, panels, products + tile * outputs, inputs, outputs);
  }
}

// All outputs from `k` on, `Panels` panels at a time, what is left in fewer.
template <typename Isa, int Panels>
SADDLEPOINT_INLINE void multiply_all_panels(const float* tiles, const float* filter, float* products, int64_t count,
                                            int64_t inputs, int64_t outputs, int64_t k) {
  for (; k + Panels * Isa::kLanes <= outputs; k += Panels * Isa::kLanes)
    multiply_tiles<Isa, Panels>(tiles, filter + k * inputs, products + k, count, inputs, outputs);
  if constexpr (Panels > 1) multiply_all_panels<Isa, Panels / 2>(tiles, filter, products, count, inputs, outputs, k);
}

template <typename Isa>
void multiply_elements(const Convolution& job, int64_t count, int64_t first, int64_t end, const Transformed& V,
                       const Transformed& M) {
  const int64_t inputs = job.input.channels, outputs = job.outputs;
  for (int64_t element = first; element < end; element += 1) {
    const float* tiles = V.data + element * V.element_step;
    const float* filter = job.U + element * inputs * outputs;
    float* products = M.data + element * M.element_step;
    multiply_all_panels<Isa, Isa::kPanels>(tiles, filter, products, count, inputs, outputs, 0);
  }
}

template <typename Isa>
void output_transform(const Convolution& job, int64_t first, int64_t count, const Transformed& M) {
  using Vector = typename Isa::Vector;
  const int64_t height = job.input.height, width = job.input.width;
  for (int64_t tile = 0; tile < count; tile += 1) {
    const TileOrigin origin = origin_of(job.input, first + tile);
    for (int64_t k = 0; k < job.outputs; k += Isa::kLanes) {
      Vector products[kElements], half[kOutputTile * kInputTile], line[kInputTile], bias = {};
      for (int64_t e = 0; e < kElements; e += 1) Isa::load(products[e], address<Isa>(M, e, tile, k));
      for (int64_t j = 0; j < kInputTile; j += 1) transform_output_side(products + j, kInputTile, half + j);
      if (job.bias != nullptr) Isa::load(bias, job.bias + k);
      for (int64_t i = 0; i < kOutputTile && origin.y + i < height; i += 1) {
        for (int64_t j = 0; j < kInputTile; j += 1) line[j] = half[i * kInputTile + j];
        transform_output_side(line, 1, line);
        for (int64_t j = 0; j < kOutputTile && origin.x + j < width; j += 1) {
          const int64_t at = ((origin.image * height + origin.y + i) * width + origin.x + j) * job.outputs + k;
          Vector value = line[j] + bias, residual;
          if (job.residual != nullptr) {
            Isa::load(residual, job.residual + at);
            value += residual;
          }
          if (job.relu) value = value < 0.f ? Vector{} : value;
          Isa::store(job.output + at, value);
        }
      }
    }
  }
}

}  // namespace

}  // namespace saddlepoint
