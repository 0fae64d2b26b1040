// What our own convolutions ask of a layer; TypeScript reads it from the addon (convolutionLimits).
#pragma once

#include <cstdint>

namespace saddlepoint {

// Winograd's inputs and outputs, and a direct convolution's outputs, come in multiples of it: whole vectors of the
// narrowest kernels.
constexpr int64_t kChannelMultiple = 8;

// A direct dgrad lists the pixels of each of stride x stride phases.
constexpr int64_t kLargestStride = 64;

}  // namespace saddlepoint
