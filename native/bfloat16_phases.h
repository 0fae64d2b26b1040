// The gradient of a convolution's input as convolutions of the outputs' gradient. Input pixels whose places differ by a
// multiple of the stride are seen through the same taps, so each of the stride x stride phases is one.
#pragma once

#include "bfloat16_windows.h"
#include "direct.h"

namespace saddlepoint {

namespace {

// Of one side: input pixels `first`, `first` + stride, and so on.
struct PhaseSide {
  int64_t phase, taps;

  // Which tap of the forward kernel a window's row `row` is.
  int64_t tap(int64_t row, int64_t stride) const { return phase + stride * (taps - 1 - row); }

  int64_t first(const Geometry& geometry) const {
    return ((phase - geometry.padding) % geometry.stride + geometry.stride) % geometry.stride;
  }
  int64_t pixels(const Geometry& geometry, int64_t size) const {
    const int64_t before = first(geometry);
    return before < size ? (size - 1 - before) / geometry.stride + 1 : 0;
  }
  int64_t outside(const Geometry& geometry) const {
    return taps - 1 - (first(geometry) + geometry.padding) / geometry.stride;
  }
};

inline PhaseSide phase_side(const Geometry& geometry, int64_t phase) { return {phase, geometry.taps(phase)}; }

// An input of height x width, seen by outputs of out_height x out_width.
inline Slide phase_slide(const Geometry& geometry, const PhaseSide& rows, const PhaseSide& columns, int64_t height,
                         int64_t width, int64_t out_height, int64_t out_width) {
  return {rows.taps,
          columns.taps,
          1,
          rows.outside(geometry),
          columns.outside(geometry),
          rows.pixels(geometry, height),
          columns.pixels(geometry, width),
          out_height,
          out_width,
          geometry.outputs};
}

}  // namespace

}  // namespace saddlepoint
