// Direct convolutions of maps that lie channels-last. A window's row is one piece of memory there, so every pixel of
// the output is a product of a few such pieces with the weights; no column matrix is written. The gradient of the input
// is the same: input pixels whose places differ by a multiple of the stride see the outputs through the same taps, so
// each of the stride x stride phases is a small convolution of its own.
//
// An image, or a few small ones, is copied into a frame of zeros, then multiplied while it is near. Each output depends
// on its own image alone: the same bits whatever the batch and threads.
#include "direct.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "convolution_kernels.h"
#include "frames.h"

namespace saddlepoint {

namespace {

at::Tensor as_rows(const at::Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

const float* data_or_null(const at::Tensor& tensor) { return tensor.defined() ? tensor.data_ptr<float>() : nullptr; }

// Taps of a kernel's side that input pixels of this phase see.
int64_t taps(const Geometry& geometry, int64_t phase) {
  return phase < geometry.kernel ? (geometry.kernel - phase + geometry.stride - 1) / geometry.stride : 0;
}

// Pixels that share a window's form, and the weights that it is multiplied with.
struct Phase {
  Window window;
  const float* weights;
  std::vector<int64_t> from, to;
};

int64_t images_of_a_thread(int64_t images) {
  return std::max<int64_t>(1, (images + at::get_num_threads() - 1) / at::get_num_threads());
}

}  // namespace

at::Tensor direct_filter(const at::Tensor& weight, int64_t stride, bool backward) {
  at::NoGradGuard no_grad;
  const at::Tensor dense = weight.contiguous();
  const float* from = dense.data_ptr<float>();
  const Geometry geometry{weight.size(1), weight.size(0), weight.size(2), stride, 0};
  const int64_t inputs = geometry.inputs, outputs = geometry.outputs, side = geometry.kernel;
  const at::Tensor filter = at::empty({weight.numel()}, weight.options());
  float* to = filter.data_ptr<float>();
  const auto at = [&](int64_t o, int64_t c, int64_t y, int64_t x) {
    return from[((o * inputs + c) * side + y) * side + x];
  };
  if (!backward) {
    for (int64_t panel = 0; panel < outputs; panel += kLanes) {
      for (int64_t y = 0; y < side; y += 1) {
        for (int64_t x = 0; x < side; x += 1) {
          for (int64_t c = 0; c < inputs; c += 1) {
            for (int64_t lane = 0; lane < kLanes; lane += 1) *to++ = at(panel + lane, c, y, x);
          }
        }
      }
    }
    return filter;
  }
  // In eights where there are some, else one channel after the other.
  const int64_t lanes = inputs % kLanes == 0 ? kLanes : 1;
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) {
      for (int64_t panel = 0; panel < inputs; panel += lanes) {
        // Backwards: the window's first pixel is the one that the last tap sees.
        for (int64_t y = taps(geometry, row) - 1; y >= 0; y -= 1) {
          for (int64_t x = taps(geometry, column) - 1; x >= 0; x -= 1) {
            for (int64_t o = 0; o < outputs; o += 1) {
              for (int64_t lane = 0; lane < lanes; lane += 1)
                *to++ = at(o, panel + lane, row + stride * y, column + stride * x);
            }
          }
        }
      }
    }
  }
  return filter;
}

at::Tensor direct(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias, const at::Tensor& residual,
                  const Geometry& geometry, bool relu) {
  const at::Tensor rows = as_rows(input), addend = residual.defined() ? as_rows(residual) : residual;
  const at::Tensor weights = filter.contiguous(), offsets = bias.defined() ? bias.contiguous() : bias;
  const int64_t images = input.size(0), height = input.size(2), width = input.size(3), channels = geometry.inputs;
  const int64_t down = geometry.output_size(height), across = geometry.output_size(width);
  const at::Tensor output = at::empty({images, geometry.outputs, down, across},
                                      input.options().memory_format(at::MemoryFormat::ChannelsLast));
  if (output.numel() == 0) return output;
  const int64_t framed = width + 2 * geometry.padding, pixels = down * across;
  const Window window{geometry.kernel, geometry.kernel * channels, framed * channels};
  std::vector<int64_t> from = window_starts(down, across, framed, channels, geometry.stride), to;
  for (int64_t pixel = 0; pixel < pixels; pixel += 1) to.push_back(pixel * geometry.outputs);
  const int64_t together = images_at_once(images_of_a_thread(images), pixels);
  repeat(from, together, (height + 2 * geometry.padding) * framed * channels);
  repeat(to, together, pixels * geometry.outputs);
  const DirectWeights job{weights.data_ptr<float>(), data_or_null(offsets), geometry.outputs, relu};
  const float *first = rows.data_ptr<float>(), *added = data_or_null(addend);
  float* written = output.data_ptr<float>();
  at::parallel_for(0, images, images_of_a_thread(images), [&](int64_t begin, int64_t end) {
    const Frames frames(together, height + 2 * geometry.padding, framed, channels, geometry.padding);
    for (int64_t image = begin; image < end; image += together) {
      const int64_t count = std::min(together, end - image), place = image * pixels * geometry.outputs;
      frames.fill(0, first + image * height * width * channels, nullptr, count, height, width);
      const DirectPixels here{frames.data(),   from.data(), added ? added + place : nullptr,
                              written + place, to.data(),   count * pixels};
      kernels().multiply_windows(here, window, job);
    }
  });
  return output;
}

at::Tensor direct_backward(const at::Tensor& gradient, const at::Tensor& mask, const at::Tensor& filter,
                           const Geometry& geometry, int64_t height, int64_t width) {
  const at::Tensor rows = as_rows(gradient), gate = mask.defined() ? as_rows(mask) : mask;
  const at::Tensor weights = filter.contiguous();
  const int64_t images = gradient.size(0), down = gradient.size(2), across = gradient.size(3);
  const auto [inputs, outputs, kernel, stride, padding] = geometry;
  const at::Tensor output =
      at::empty({images, inputs, height, width}, gradient.options().memory_format(at::MemoryFormat::ChannelsLast));
  if (output.numel() == 0) return output;
  // Input pixel y sees through tap phase + stride * t the output pixel (y + padding) / stride - t.
  const int64_t border = taps(geometry, 0) - 1;
  const int64_t framed_down = border + std::max(down, (height - 1 + padding) / stride + 1);
  const int64_t framed = border + std::max(across, (width - 1 + padding) / stride + 1);
  std::vector<Phase> phases;
  const float* values = weights.data_ptr<float>();
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) {
      const int64_t seen_down = taps(geometry, row), seen = taps(geometry, column);
      Phase phase{{seen_down, seen * outputs, framed * outputs}, values, {}, {}};
      values += phase.window.size() * inputs;
      for (int64_t y = 0; y < height; y += 1) {
        if ((y + padding) % stride != row) continue;
        for (int64_t x = 0; x < width; x += 1) {
          if ((x + padding) % stride != column) continue;
          const int64_t top = (y + padding) / stride - (seen_down - 1) + border;
          const int64_t left = (x + padding) / stride - (seen - 1) + border;
          phase.from.push_back(phase.window.size() == 0 ? 0 : (top * framed + left) * outputs);
          phase.to.push_back((y * width + x) * inputs);
        }
      }
      phases.push_back(std::move(phase));
    }
  }
  const int64_t together = images_at_once(images_of_a_thread(images), down * across);
  for (Phase& phase : phases) {
    repeat(phase.from, together, phase.window.size() == 0 ? 0 : framed_down * framed * outputs);
    repeat(phase.to, together, height * width * inputs);
  }
  const auto multiply = inputs % kLanes == 0 ? kernels().multiply_windows : kernels().sum_windows;
  const float *first = rows.data_ptr<float>(), *gates = data_or_null(gate);
  float* written = output.data_ptr<float>();
  const int64_t size = down * across * outputs;
  at::parallel_for(0, images, images_of_a_thread(images), [&, inputs = inputs](int64_t begin, int64_t end) {
    const Frames frames(together, framed_down, framed, geometry.outputs, border);
    for (int64_t image = begin; image < end; image += together) {
      const int64_t count = std::min(together, end - image);
      frames.fill(0, first + image * size, gates ? gates + image * size : nullptr, count, down, across);
      float* to = written + image * height * width * inputs;
      for (const Phase& phase : phases) {
        const int64_t pixels = phase.from.size() / together;
        const DirectPixels here{frames.data(), phase.from.data(), nullptr, to, phase.to.data(), count * pixels};
        multiply(here, phase.window, {phase.weights, nullptr, inputs, false});
      }
    }
  });
  return output;
}

}  // namespace saddlepoint
