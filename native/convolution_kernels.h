// The kernels of our convolutions, one table per instruction set.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "convolution_jobs.h"

namespace saddlepoint {

struct Kernels {
  const char* name;
  int64_t lanes;  // of a vector: panels of a filter and of transformed tiles are so wide

  // A Winograd convolution's three steps. V of `count` tiles from the tile `first` on.
  void (*input_transform)(const Images& input, const float* mask, int64_t first, int64_t count, const Transformed& V);
  // M of `count` tiles, in the elements from `first` to before `end`.
  void (*multiply_elements)(const Convolution& job, int64_t count, int64_t first, int64_t end, const Transformed& V,
                            const Transformed& M);
  // The outputs of `count` tiles from the tile `first` on, with bias, residual and ReLU.
  void (*output_transform)(const Convolution& job, int64_t first, int64_t count, const Transformed& M);

  // U of one panel of outputs, from the output `first` on.
  void (*filter_transform)(const Filter& filter, int64_t first);

  // A Winograd wgrad's steps besides input_transform. The gradient of M of `count` tiles from the tile `first` on.
  void (*grad_output_transform)(const Images& grad_output, int64_t first, int64_t count, const Transformed& grad_M);
  // The gradient of U in one element, of `rows` outputs from `first` on, a multiple of eight.
  void (*multiply_wgrad)(const WinogradWgrad& job, int64_t element, int64_t first, int64_t rows, bool accumulate);
  // The gradient [channels, 9] of one output's weight, from row `row` of the gradient of U.
  void (*wgrad_transform)(const WinogradWgrad& job, int64_t row, float* grad_weight);

  // All pixels and channels of a direct convolution; where the channels are no whole vectors, as dot products of
  // windows that are.
  void (*multiply_windows)(const DirectPixels& pixels, const Window& window, const DirectWeights& weights);
  void (*dot_windows)(const DirectPixels& pixels, const Window& window, const DirectWeights& weights);
  // A direct wgrad: of a window's values those from `first` to before `end`.
  void (*direct_wgrad)(const DirectWgrad& job, int64_t first, int64_t end);
};

// Compiled for any processor.
extern const Kernels kGenericKernels;

// For a processor with AVX2 and FMA, and for one with AVX-512; where SADDLEPOINT_X86 is defined.
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

// The fastest that this processor can run, whatever the addon was compiled on, of those whose vectors divide all of
// these numbers of channels. The same channels have the same kernels in all of a process: filters are packed for them.
const Kernels& kernels_for(std::initializer_list<int64_t> channels);

}  // namespace saddlepoint
