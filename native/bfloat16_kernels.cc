#include "bfloat16_kernels.h"

#ifdef SADDLEPOINT_AMX
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#endif

namespace saddlepoint {

namespace {

#ifdef SADDLEPOINT_AMX
// As for our other kernels: the variable that LibTorch's own heed.
bool allowed() {
  const char* most = std::getenv("ATEN_CPU_CAPABILITY");
  return most == nullptr || (std::strcmp(most, "default") != 0 && std::strcmp(most, "avx2") != 0);
}

bool has_instructions() {
  return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
         __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw");
}

// Linux gives a process the tiles' registers when it asks for them, once for all of its threads.
bool given_registers() {
  constexpr long kRequest = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequest, kTileData) == 0;
}
#endif

}  // namespace

bool has_tiles() {
#ifdef SADDLEPOINT_AMX
  static const bool has = allowed() && has_instructions() && given_registers();
  return has;
#else
  return false;
#endif
}

const TileKernels& tile_kernels() {
#ifdef SADDLEPOINT_AMX
  if (has_tiles()) return kAmxTileKernels;
#endif
  return kGenericTileKernels;
}

}  // namespace saddlepoint
