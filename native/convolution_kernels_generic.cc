// The kernels for any processor: as many lanes as AVX2 has, since that order of sums is the one to keep.
#include "convolution_arithmetic.h"

namespace saddlepoint {

constexpr Kernels kGenericKernels = kernels_of<Simd<EightLanes, SixteenRegisters>>("any");

}  // namespace saddlepoint
