// The weights of direct convolutions in the order in which the kernels read them.
#include <ATen/ATen.h>

#include "convolution_kernels.h"
#include "direct.h"

namespace saddlepoint {

namespace {

// A weight [outputs, inputs, k, k] by its four indices.
struct Weight {
  const float* values;
  int64_t inputs, side;

  float operator()(int64_t output, int64_t input, int64_t y, int64_t x) const {
    return values[((output * inputs + input) * side + y) * side + x];
  }
};

// [outputs / lanes, k, k, inputs, lanes]
void pack(const Weight& weight, const Geometry& geometry, float* to) {
  const int64_t lanes = kernels_for({geometry.outputs}).lanes;
  for (int64_t panel = 0; panel < geometry.outputs; panel += lanes) {
    for (int64_t y = 0; y < geometry.kernel; y += 1) {
      for (int64_t x = 0; x < geometry.kernel; x += 1) {
        for (int64_t c = 0; c < geometry.inputs; c += 1) {
          for (int64_t lane = 0; lane < lanes; lane += 1) *to++ = weight(panel + lane, c, y, x);
        }
      }
    }
  }
}

// Of one phase [inputs / lanes, taps, taps, outputs, lanes], or where the inputs are no whole vectors one input after
// the other. Returns where the next phase begins.
float* pack_phase(const Weight& weight, const Geometry& geometry, int64_t row, int64_t column, float* to) {
  const int64_t lanes = geometry.inputs % kChannelMultiple == 0 ? kernels_for({geometry.inputs}).lanes : 1;
  for (int64_t panel = 0; panel < geometry.inputs; panel += lanes) {
    // From the last tap on: the window's first pixel is the one that it sees.
    for (int64_t y = geometry.taps(row) - 1; y >= 0; y -= 1) {
      for (int64_t x = geometry.taps(column) - 1; x >= 0; x -= 1) {
        for (int64_t o = 0; o < geometry.outputs; o += 1) {
          for (int64_t lane = 0; lane < lanes; lane += 1)
            *to++ = weight(o, panel + lane, row + geometry.stride * y, column + geometry.stride * x);
        }
      }
    }
  }
  return to;
}

}  // namespace

at::Tensor direct_filter(const at::Tensor& weight, int64_t stride, bool dgrad) {
  at::NoGradGuard no_grad;
  const at::Tensor dense = weight.contiguous(), filter = at::empty({weight.numel()}, weight.options());
  const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, 0};
  const Weight from{dense.data_ptr<float>(), geometry.inputs, geometry.kernel};
  float* to = filter.data_ptr<float>();
  if (!dgrad) {
    pack(from, geometry, to);
    return filter;
  }
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) to = pack_phase(from, geometry, row, column, to);
  }
  return filter;
}

}  // namespace saddlepoint
