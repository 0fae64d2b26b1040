// What differs between the LibTorch versions we build against (1.13 to 2.13). Nowhere else may a
// version be tested.
#pragma once

#include <ATen/autocast_mode.h>
#include <torch/version.h>
#ifdef SADDLEPOINT_CUDA_GRAPHS
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#define SADDLEPOINT_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

static_assert(SADDLEPOINT_TORCH_AT_LEAST(1, 13), "Saddlepoint needs LibTorch 1.13 or newer");

namespace saddlepoint {

struct AutocastState {
  bool enabled;
  at::ScalarType dtype;
};

#if SADDLEPOINT_TORCH_AT_LEAST(2, 4)

inline AutocastState exchange_autocast(at::DeviceType device, AutocastState next) {
  AutocastState previous{at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device)};
  at::autocast::set_autocast_enabled(device, next.enabled);
  at::autocast::set_autocast_dtype(device, next.dtype);
  return previous;
}

#else

inline AutocastState exchange_autocast(at::DeviceType device, AutocastState next) {
  if (device == at::kCPU) {
    AutocastState previous{at::autocast::is_cpu_enabled(), at::autocast::get_autocast_cpu_dtype()};
    at::autocast::set_cpu_enabled(next.enabled);
    at::autocast::set_autocast_cpu_dtype(next.dtype);
    return previous;
  }
  AutocastState previous{at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
  at::autocast::set_enabled(next.enabled);
  at::autocast::set_autocast_gpu_dtype(next.dtype);
  return previous;
}

#endif

#ifdef SADDLEPOINT_CUDA_GRAPHS

// Before 2.3 the allocator has no call for it.
inline void end_allocating_to_pool(c10::DeviceIndex device, c10::cuda::MempoolId_t pool) {
#if SADDLEPOINT_TORCH_AT_LEAST(2, 3)
  try {
    c10::cuda::CUDACachingAllocator::endAllocateToPool(device, pool);
  } catch (...) {
    // it was not allocating any more
  }
#endif
}

#endif

}  // namespace saddlepoint
