// The transforms of F(4 x 4, 3 x 3), each along one side of a tile: of Lavin and Gray's B, A and G, and of their
// transposes, by which the gradients go. Values lie `step` apart.
#pragma once

#include <cstdint>

#include "simd.h"

namespace saddlepoint {

namespace {

// B^T d: 6 of an input tile to 6.
template <typename Vector>
SADDLEPOINT_INLINE void transform_input_side(const Vector* d, int64_t step, Vector* to, int64_t to_step) {
  const Vector even = d[4 * step] - 4.f * d[2 * step], odd = d[3 * step] - 4.f * d[step];
  const Vector even2 = d[4 * step] - d[2 * step], odd2 = 2.f * (d[3 * step] - d[step]);
  to[0] = 4.f * d[0] - 5.f * d[2 * step] + d[4 * step];
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = even2 + odd2;
  to[4 * to_step] = even2 - odd2;
  to[5 * to_step] = 4.f * d[step] - 5.f * d[3 * step] + d[5 * step];
}

// A^T m: 6 of the products to 4 outputs.
template <typename Vector>
SADDLEPOINT_INLINE void transform_output_side(const Vector* m, int64_t step, Vector* to) {
  const Vector sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  const Vector sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  to[0] = m[0] + sum + sum2;
  to[step] = difference + 2.f * difference2;
  to[2 * step] = sum + 4.f * sum2;
  to[3 * step] = difference + 8.f * difference2 + m[5 * step];
}

// G g: 3 taps of a filter to 6.
template <typename Vector>
SADDLEPOINT_INLINE void transform_filter_side(const Vector* g, int64_t step, Vector* to) {
  const Vector ends = g[0] + g[2 * step], far = g[0] * (1.f / 24) + g[2 * step] * (1.f / 6),
               middle = g[step] * (1.f / 12);
  to[0] = g[0] * 0.25f;
  to[step] = (ends + g[step]) * (-1.f / 6);
  to[2 * step] = (ends - g[step]) * (-1.f / 6);
  to[3 * step] = far + middle;
  to[4 * step] = far - middle;
  to[5 * step] = g[2 * step];
}

// A y: 4 gradients of outputs to 6 of the products.
template <typename Vector>
SADDLEPOINT_INLINE void transform_grad_output_side(const Vector* y, int64_t step, Vector* to, int64_t to_step) {
  const Vector even = y[0] + y[2 * step], odd = y[step] + y[3 * step];
  const Vector even2 = y[0] + 4.f * y[2 * step], odd2 = 2.f * y[step] + 8.f * y[3 * step];
  to[0] = y[0];
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = even2 + odd2;
  to[4 * to_step] = even2 - odd2;
  to[5 * to_step] = y[3 * step];
}

// G^T u: 6 gradients of a transformed filter to those of 3 taps.
template <typename Vector>
SADDLEPOINT_INLINE void transform_wgrad_side(const Vector* u, int64_t step, Vector* to, int64_t to_step) {
  const Vector near = u[step] + u[2 * step], far = u[3 * step] + u[4 * step];
  to[0] = u[0] * 0.25f - near * (1.f / 6) + far * (1.f / 24);
  to[to_step] = (u[2 * step] - u[step]) * (1.f / 6) + (u[3 * step] - u[4 * step]) * (1.f / 12);
  to[2 * to_step] = (far - near) * (1.f / 6) + u[5 * step];
}

}  // namespace

}  // namespace saddlepoint
