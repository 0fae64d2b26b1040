#include "convolution_kernels.h"

namespace saddlepoint {

const Kernels& kernels() {
#ifdef SADDLEPOINT_AVX2
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx2) return kAvx2Kernels;
#endif
  return kGenericKernels;
}

}  // namespace saddlepoint
