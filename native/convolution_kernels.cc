#include "convolution_kernels.h"

#include <cstdlib>
#include <cstring>

namespace saddlepoint {

namespace {

#ifdef SADDLEPOINT_X86
// What the user allows, by the variable that LibTorch's own kernels heed: as they do, we ignore any other value.
bool allows(const char* unit) {
  const char* most = std::getenv("ATEN_CPU_CAPABILITY");
  if (most == nullptr) return true;
  if (std::strcmp(most, "default") == 0) return false;
  return std::strcmp(most, "avx2") != 0 || std::strcmp(unit, "avx2") == 0;
}

bool has_avx2() {
  static const bool has = allows("avx2") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}

bool has_avx512() {
  static const bool has = allows("avx512") && has_avx2() && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                          __builtin_cpu_supports("avx512bw");
  return has;
}
#endif

}  // namespace

const Kernels& kernels_for(std::initializer_list<int64_t> channels) {
#ifdef SADDLEPOINT_X86
  const auto suits = [&](const Kernels& kernels) {
    for (const int64_t count : channels) {
      if (count % kernels.lanes != 0) return false;
    }
    return true;
  };
  if (has_avx512() && suits(kAvx512Kernels)) return kAvx512Kernels;
  if (has_avx2()) return kAvx2Kernels;
#endif
  return kGenericKernels;
}

}  // namespace saddlepoint
