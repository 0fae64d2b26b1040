// The gradient of a direct convolution's input. Input pixels whose places differ by a multiple of the stride are seen
// through the same taps, so each of the stride x stride phases is a small convolution of the outputs' gradient.
#include <algorithm>
#include <vector>

#include "convolution_kernels.h"
#include "convolution_tensors.h"
#include "direct.h"
#include "direct_batches.h"

namespace saddlepoint {

namespace {

struct Phase {
  Window window;         // of the outputs' gradient, what each of its pixels sees
  const float* weights;  // what the window is multiplied with
  std::vector<int64_t> from, to;
};

// The gradient of the outputs with the zeros that windows see around it. Input pixel y sees through the tap
// phase + stride * t the output pixel (y + padding) / stride - t.
PaddedSize padded_gradient(const Geometry& geometry, const Images& grad_output, int64_t height, int64_t width) {
  const auto last = [&](int64_t size) { return (size - 1 + geometry.padding) / geometry.stride; };
  const int64_t before = geometry.taps(0) - 1;
  return {before + std::max(grad_output.height, last(height) + 1),
          before + std::max(grad_output.width, last(width) + 1), before};
}

// Where the windows of the pixels of phase [row, column] begin, and where these pixels lie in an input of height x
// width.
void list_pixels(Phase& phase, int64_t row, int64_t column, const Geometry& geometry, const PaddedSize& padded,
                 int64_t height, int64_t width) {
  const int64_t stride = geometry.stride, padding = geometry.padding;
  const int64_t above = padded.before - (geometry.taps(row) - 1), left = padded.before - (geometry.taps(column) - 1);
  const bool empty = window_size(phase.window) == 0;  // no output sees these pixels
  for (int64_t y = 0; y < height; y += 1) {
    if ((y + padding) % stride != row) continue;
    for (int64_t x = 0; x < width; x += 1) {
      if ((x + padding) % stride != column) continue;
      const int64_t start = ((y + padding) / stride + above) * padded.width + (x + padding) / stride + left;
      phase.from.push_back(empty ? 0 : start * geometry.outputs);
      phase.to.push_back((y * width + x) * geometry.inputs);
    }
  }
}

// All phases, their pixels repeated for `together` images.
std::vector<Phase> phases_of(const Geometry& geometry, const float* filter, const PaddedSize& padded, int64_t height,
                             int64_t width, int64_t together) {
  const int64_t outputs = geometry.outputs;
  std::vector<Phase> phases;
  for (int64_t row = 0; row < geometry.stride; row += 1) {
    for (int64_t column = 0; column < geometry.stride; column += 1) {
      const Window window{geometry.taps(row), geometry.taps(column) * outputs, padded.width * outputs};
      Phase phase{window, filter, {}, {}};
      filter += window_size(window) * geometry.inputs;
      list_pixels(phase, row, column, geometry, padded, height, width);
      repeat(phase.from, together, window_size(window) == 0 ? 0 : padded.floats(outputs));
      repeat(phase.to, together, height * width * geometry.inputs);
      phases.push_back(std::move(phase));
    }
  }
  return phases;
}

}  // namespace

at::Tensor direct_dgrad(const at::Tensor& grad_output, const at::Tensor& mask, const at::Tensor& filter,
                        const Geometry& geometry, int64_t height, int64_t width) {
  const at::Tensor grad_output_nhwc = channels_last(grad_output), mask_nhwc = channels_last(mask);
  const at::Tensor dense_filter = dense(filter);
  const Images images = images_of(grad_output_nhwc);
  const int64_t inputs = geometry.inputs;
  const at::Tensor grad_input = empty_images({images.count, inputs, height, width}, grad_output);
  if (grad_input.numel() == 0) return grad_input;

  const PaddedSize padded_size = padded_gradient(geometry, images, height, width);
  const int64_t together = images_at_once(images_of_a_thread(images.count), images.height * images.width);
  const std::vector<Phase> phases =
      phases_of(geometry, dense_filter.data_ptr<float>(), padded_size, height, width, together);
  const auto multiply = inputs % kChannelMultiple == 0 ? kernels_for({inputs}).multiply_windows
                                                       : kernels_for({geometry.outputs}).dot_windows;
  float* written = grad_input.data_ptr<float>();
  const auto work = [&](const float* padded, int64_t image, int64_t count) {
    float* to = written + image * height * width * inputs;
    for (const Phase& phase : phases) {
      const int64_t pixels = phase.from.size() / together;
      const DirectPixels here{padded, phase.from.data(), nullptr, to, phase.to.data(), count * pixels};
      multiply(here, phase.window, {phase.weights, nullptr, inputs, false});
    }
  };
  for_padded_batches(images, data_or_null(mask_nhwc), padded_size, together, work);
  return grad_input;
}

}  // namespace saddlepoint
