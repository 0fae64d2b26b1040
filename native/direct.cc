// Direct convolutions of maps that lie channels-last. A window's row is one piece of memory there, so every pixel of
// the output is a product of a few such pieces with the weights; no column matrix is written. Each output depends on
// its own image alone: the same bits whatever the batch and threads.
#include "direct.h"

#include <vector>

#include "convolution_kernels.h"
#include "convolution_tensors.h"
#include "direct_batches.h"

namespace saddlepoint {

at::Tensor direct(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias, const at::Tensor& residual,
                  const Geometry& geometry, bool relu) {
  const at::Tensor input_nhwc = channels_last(input), residual_nhwc = channels_last(residual);
  const at::Tensor dense_filter = dense(filter), dense_bias = dense(bias);
  const Images images = images_of(input_nhwc);
  const int64_t height = geometry.output_size(images.height), width = geometry.output_size(images.width);
  const at::Tensor output = empty_images({images.count, geometry.outputs, height, width}, input);
  if (output.numel() == 0) return output;

  const int64_t channels = images.channels, padding = geometry.padding, pixels = height * width;
  const PaddedSize padded_size{images.height + 2 * padding, images.width + 2 * padding, padding};
  const Window window{geometry.kernel, geometry.kernel * channels, padded_size.width * channels};
  std::vector<int64_t> from = window_starts(height, width, padded_size.width, channels, geometry.stride), to;
  for (int64_t pixel = 0; pixel < pixels; pixel += 1) to.push_back(pixel * geometry.outputs);
  const int64_t together = images_at_once(images_of_a_thread(images.count), pixels);
  repeat(from, together, padded_size.floats(channels));
  repeat(to, together, pixels * geometry.outputs);

  const DirectWeights weights{dense_filter.data_ptr<float>(), data_or_null(dense_bias), geometry.outputs, relu};
  const float* added = data_or_null(residual_nhwc);
  float* written = output.data_ptr<float>();
  const Kernels& kernels = kernels_for({geometry.outputs});
  const auto work = [&](const float* padded, int64_t image, int64_t count) {
    const int64_t place = image * pixels * geometry.outputs;
    const float* residual_here = added ? added + place : nullptr;
    const DirectPixels here{padded, from.data(), residual_here, written + place, to.data(), count * pixels};
    kernels.multiply_windows(here, window, weights);
  };
  for_padded_batches(images, nullptr, padded_size, together, work);
  return output;
}

}  // namespace saddlepoint
