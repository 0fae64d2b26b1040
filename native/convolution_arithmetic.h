// All kernels, of one instruction set. A further one is a unit like convolution_kernels_avx2.cc: a struct that says how
// many lanes it has and how it streams.
#pragma once

#include "convolution_kernels.h"
#include "convolution_limits.h"
#include "direct_kernel.h"
#include "direct_wgrad_kernel.h"
#include "winograd_filter_kernel.h"
#include "winograd_kernel.h"
#include "winograd_wgrad_kernel.h"

namespace saddlepoint {

namespace {

// Constant, so that nothing of a unit runs before a processor has been asked what it can do.
template <typename Isa>
constexpr Kernels kernels_of(const char* name) {
  return {name,
          Isa::kLanes,
          input_transform<Isa>,
          multiply_elements<Isa>,
          output_transform<Isa>,
          filter_transform<Isa>,
          grad_output_transform<Isa>,
          multiply_wgrad<Isa>,
          wgrad_transform<Isa>,
          multiply_windows<Isa>,
          dot_windows<Isa>,
          direct_wgrad<Isa>};
}

}  // namespace

}  // namespace saddlepoint
