// The kernels for AVX-512. Compiled with -mavx512f and its kin, without precompiled headers: see simd.h.
#include <immintrin.h>

#include "convolution_arithmetic.h"

namespace saddlepoint {

namespace {

struct Avx512 : Simd<SixteenLanes, ThirtyTwoRegisters> {
  SADDLEPOINT_INLINE static void stream(float* to, const Vector& from) { _mm512_stream_ps(to, from); }
  SADDLEPOINT_INLINE static void end_stream() { _mm_sfence(); }
};

}  // namespace

constexpr Kernels kAvx512Kernels = kernels_of<Avx512>("AVX-512");

}  // namespace saddlepoint
