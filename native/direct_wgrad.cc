// The gradient of a direct convolution's weight, for training: of each value of a window the products with the outputs'
// gradient, summed over all pixels.
//
// The threads share the window's values, not the images: every sum is one thread's, in the images' order.
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "convolution_kernels.h"
#include "convolution_tensors.h"
#include "direct.h"
#include "direct_batches.h"

namespace saddlepoint {

at::Tensor direct_wgrad(const at::Tensor& input, const at::Tensor& grad_output, const Geometry& geometry) {
  const at::Tensor input_nhwc = channels_last(input), grad_output_nhwc = channels_last(grad_output);
  const auto [inputs, outputs, kernel, stride, padding] = geometry;
  if (grad_output.numel() == 0) return at::zeros({outputs, inputs, kernel, kernel}, input.options());

  const Images images = images_of(input_nhwc), gradients = images_of(grad_output_nhwc);
  const PaddedSize padded_size{images.height + 2 * padding, images.width + 2 * padding, padding};
  const PaddedInput padded(images.count, padded_size, inputs);
  at::parallel_for(0, images.count, 1,
                   [&](int64_t begin, int64_t end) { padded.fill(begin, images, nullptr, begin, end - begin); });

  const int64_t pixels = gradients.height * gradients.width, together = images_at_once(images.count, pixels);
  std::vector<int64_t> from = window_starts(gradients.height, gradients.width, padded_size.width, inputs, stride);
  repeat(from, together, padded_size.floats(inputs));
  std::vector<int64_t> values;
  for (int64_t y = 0; y < kernel; y += 1) {
    for (int64_t i = 0; i < kernel * inputs; i += 1) values.push_back(y * padded_size.width * inputs + i);
  }

  const Kernels& kernels = kernels_for({outputs});
  const at::Tensor sums = at::empty({kernel, kernel, inputs, outputs}, input.options());
  const int64_t window = values.size(), groups = (window + kRows - 1) / kRows;
  at::parallel_for(0, groups, 1, [&, outputs = outputs](int64_t begin, int64_t end) {
    for (int64_t first = 0; first < images.count; first += together) {
      const DirectWgrad job{padded.data(first),
                            from.data(),
                            values.data(),
                            gradients.data + first * pixels * outputs,
                            std::min(together, images.count - first) * pixels,
                            outputs,
                            sums.data_ptr<float>(),
                            first > 0};
      kernels.direct_wgrad(job, begin * kRows, std::min(end * kRows, window));
    }
  });
  return sums.permute({3, 2, 0, 1}).contiguous();
}

}  // namespace saddlepoint
