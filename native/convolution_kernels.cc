// The arithmetic of our convolutions (the files *_block.h), built for any processor and for one with AVX2.
#include "convolution_kernels.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace saddlepoint {

namespace {

struct Corner {
  int64_t image, y, x;
};

#define SADDLEPOINT_INLINE __attribute__((always_inline)) static inline

// SADDLEPOINT_STREAM writes eight floats past the caches where a processor can, SADDLEPOINT_STREAMED ends such writing.

namespace any_processor {
#define SADDLEPOINT_TARGET
#define SADDLEPOINT_STREAM(to, lanes) store(to, lanes)
#define SADDLEPOINT_STREAMED()
#include "winograd_block.h"  // first: its loads and stores are everyone's

#include "direct_block.h"
#include "direct_gradient_block.h"
#include "winograd_filter_block.h"
#include "winograd_gradient_block.h"
#undef SADDLEPOINT_TARGET
#undef SADDLEPOINT_STREAM
#undef SADDLEPOINT_STREAMED
}  // namespace any_processor

#ifdef __x86_64__
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace with_avx2 {
#define SADDLEPOINT_TARGET __attribute__((target("avx2,fma")))
#define SADDLEPOINT_STREAM(to, lanes) _mm256_stream_ps(to, lanes)
#define SADDLEPOINT_STREAMED() _mm_sfence()
#include "winograd_block.h"  // first: its loads and stores are everyone's

#include "direct_block.h"
#include "direct_gradient_block.h"
#include "winograd_filter_block.h"
#include "winograd_gradient_block.h"
#undef SADDLEPOINT_TARGET
#undef SADDLEPOINT_STREAM
#undef SADDLEPOINT_STREAMED
}  // namespace with_avx2
#pragma GCC pop_options
#endif

#define SADDLEPOINT_KERNELS(build)                                                                     \
  {                                                                                                    \
    build::multiply_positions, build::write_outputs, build::transform_panel, build::transform_windows, \
        build::transform_gradients, build::add_products, build::multiply_windows, build::sum_windows,  \
        build::add_window_products, build::write_gradient                                              \
  }

}  // namespace

const Kernels& kernels() {
#ifdef __x86_64__
  static const Kernels with_vectors SADDLEPOINT_KERNELS(with_avx2);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return with_vectors;
#endif
  static const Kernels plain SADDLEPOINT_KERNELS(any_processor);
  return plain;
}

}  // namespace saddlepoint
