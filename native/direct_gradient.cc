// The gradient of a direct convolution's weight, for training: of each value of a window the products with the outputs'
// gradient, summed over all pixels.
//
// The threads share the window's values, not the images: every sum is one thread's, in the images' order.
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "convolution_kernels.h"
#include "direct.h"
#include "frames.h"

namespace saddlepoint {

at::Tensor direct_gradient(const at::Tensor& input, const at::Tensor& gradient, const Geometry& geometry) {
  const at::Tensor rows = input.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor slopes = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  const auto [inputs, outputs, kernel, stride, padding] = geometry;
  const int64_t images = input.size(0), height = input.size(2), width = input.size(3);
  if (gradient.numel() == 0) return at::zeros({outputs, inputs, kernel, kernel}, input.options());

  const int64_t pixels = gradient.size(2) * gradient.size(3);
  const int64_t framed = width + 2 * padding, size = height * width * inputs;
  const Frames frames(images, height + 2 * padding, framed, inputs, padding);
  at::parallel_for(0, images, 1, [&](int64_t begin, int64_t end) {
    frames.fill(begin, rows.data_ptr<float>() + begin * size, nullptr, end - begin, height, width);
  });

  const int64_t together = images_at_once(images, pixels);
  std::vector<int64_t> from = window_starts(gradient.size(2), gradient.size(3), framed, inputs, stride), values;
  repeat(from, together, frames.size());
  for (int64_t y = 0; y < kernel; y += 1) {
    for (int64_t i = 0; i < kernel * inputs; i += 1) values.push_back(y * framed * inputs + i);
  }
  const at::Tensor sums = at::empty({kernel, kernel, inputs, outputs}, input.options());
  const int64_t window = values.size(), groups = (window + kRows - 1) / kRows;
  at::parallel_for(0, groups, 1, [&, outputs = outputs](int64_t begin, int64_t end) {
    for (int64_t first = 0; first < images; first += together) {
      const DirectProducts job{frames.data() + first * frames.size(),
                               from.data(),
                               values.data(),
                               slopes.data_ptr<float>() + first * pixels * outputs,
                               std::min(together, images - first) * pixels,
                               outputs,
                               sums.data_ptr<float>(),
                               first > 0};
      kernels().add_window_products(job, begin * kRows, std::min(end * kRows, window));
    }
  });
  return sums.permute({3, 2, 0, 1}).contiguous();
}

}  // namespace saddlepoint
