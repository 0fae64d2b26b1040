// The kernels for AVX2 and FMA. Compiled with -mavx2 -mfma, without precompiled headers: see simd.h.
#include <immintrin.h>

#include "convolution_arithmetic.h"

namespace saddlepoint {

namespace {

struct Avx2 : Simd<EightLanes, SixteenRegisters> {
  SADDLEPOINT_INLINE static void stream(float* to, const Vector& from) { _mm256_stream_ps(to, from); }
  SADDLEPOINT_INLINE static void end_stream() { _mm_sfence(); }
};

}  // namespace

constexpr Kernels kAvx2Kernels = kernels_of<Avx2>("AVX2");

}  // namespace saddlepoint
