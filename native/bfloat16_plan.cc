#include "bfloat16_plan.h"

namespace saddlepoint {

namespace {

// What a step of a tile costs with one block of 16 outputs, in steps with one of two and more: the windows' loads are
// not shared.
constexpr double kAlone = 1.4;
// A plan for some widths has to be this much better than that for all.
constexpr double kWorth = 0.97;

int64_t floor_div(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

// The outputs of a convolution: output o sees input s * o + t - padding through tap t.
Side forward_side(const Geometry& geometry, int64_t wide) {
  const int64_t stride = geometry.stride;
  return {geometry.kernel + (wide - 1) * stride, geometry.padding, stride * wide, 0, wide, wide, 0, -stride, 1};
}

// Inputs whose places differ by a multiple of the stride: they are seen through the same taps.
Side phase_side(const Geometry& geometry, int64_t phase) {
  const int64_t stride = geometry.stride, taps = geometry.taps(phase);
  const int64_t first = phase - geometry.padding - stride * floor_div(phase - geometry.padding, stride);
  const int64_t outside = taps - 1 - (first + geometry.padding) / stride;
  return {taps, outside, 1, first, stride, 1, first + geometry.padding + stride * outside, 1, -stride};
}

// `wide` inputs beside each other, a multiple of the stride.
Side wide_side(const Geometry& geometry, int64_t wide) {
  const int64_t stride = geometry.stride, padding = geometry.padding;
  const int64_t first = -floor_div(geometry.kernel - 1 - padding, stride);  // of the outputs that see one of them
  const int64_t last = floor_div(wide - 1 + padding, stride);
  return {last - first + 1, -first, wide / stride, 0, wide, wide, padding - stride * first, 1, -stride};
}

Plan forward_plan(const Geometry& geometry, int64_t wide) {
  return {wide, {{forward_side(geometry, 1), forward_side(geometry, wide), geometry.inputs, geometry.outputs, true}}};
}

// Without `wide` each phase of the columns, too, is for itself.
Plan dgrad_plan(const Geometry& geometry, int64_t wide) {
  Plan plan{std::max<int64_t>(1, wide), {}};
  const bool whole = geometry.stride == 1;
  for (int64_t row = 0; row < geometry.stride; row += 1) {
    const Side rows = phase_side(geometry, row);
    if (wide > 0) {
      plan.products.push_back({rows, wide_side(geometry, wide), geometry.outputs, geometry.inputs, whole});
      continue;
    }
    for (int64_t column = 0; column < geometry.stride; column += 1) {
      plan.products.push_back({rows, phase_side(geometry, column), geometry.outputs, geometry.inputs, whole});
    }
  }
  return plan;
}

// For each pixel.
double cost_of(const Plan& plan) {
  double cost = 0.;
  int64_t members = 0;
  for (const Product& product : plan.products) {
    const int64_t blocks = rounded_up(product.wide_outputs(), kTileOutputs) / kTileOutputs;
    cost += product.depths() * (blocks / 2 * 2 + (blocks % 2) * kAlone);
    members += product.columns.wide;
  }
  return cost / members;
}

}  // namespace

int64_t Product::place(int64_t y, int64_t x) const {
  const int64_t pixel = window_channels(channels), length = columns.window * pixel;
  return y * (whole && rows.window * length <= kTileDepth ? length : rounded_up(length, kTileDepth)) + x * pixel;
}

int64_t Plan::filter_size() const {
  int64_t size = 0;
  for (const Product& product : products) size += product.filter_size();
  return size;
}

std::vector<Plan> plans_of(const Geometry& geometry, bool dgrad) {
  const auto plan = [&](int64_t wide) { return dgrad ? dgrad_plan(geometry, wide) : forward_plan(geometry, wide); };
  const Plan general = dgrad ? plan(0) : plan(1);
  const int64_t least = dgrad ? geometry.stride : 1;
  Plan best = general;
  double cost = kWorth * cost_of(general);
  for (const int64_t wide : {least, 2 * least, 4 * least}) {
    if (wide < 2 || wide > 4) continue;
    const Plan other = plan(wide);
    if (cost_of(other) >= cost) continue;
    best = other;
    cost = cost_of(other);
  }
  if (best.wide == 1) return {general};
  return {best, general};
}

}  // namespace saddlepoint
