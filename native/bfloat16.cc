// Convolutions in bfloat16 of maps that lie channels-last: windows are copied, a few images at a time, and multiplied
// while they are near. Each output is summed in one order: the same bits whatever the batch and threads.
#include "bfloat16.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "bfloat16_phases.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

constexpr int64_t kNear = 512 * 1024;  // bytes of windows that stay in a core's own cache beside the weights

// A batch of images, and how far apart they and their outputs are.
struct Batch {
  const Bfloat16* input;
  const Bfloat16* mask;
  int64_t count, in_size, out_size;  // values of an image
};

// How many images are copied before they are multiplied.
int64_t images_at_once(const WindowLayout& layout, int64_t images) {
  const int64_t near = kNear / std::max<int64_t>(1, layout.image_size * sizeof(Bfloat16));
  return std::clamp<int64_t>(near, 1, images);
}

// The product of all images' windows with the filter. `to` says where one image's pixels go.
void multiply(const WindowLayout& layout, const Batch& batch, const std::vector<int64_t>& to, TileProduct job) {
  if (to.empty()) return;
  const TileKernels& kernels = tile_kernels();
  const int64_t pixels = to.size(), threads = at::get_num_threads();
  const int64_t share = (batch.count + threads - 1) / threads, together = images_at_once(layout, share);
  std::vector<PixelTile> tiles;
  std::vector<int64_t> places;
  for (int64_t image = 0; image < together; image += 1) {
    for (const PixelTile& tile : layout.tiles) {
      tiles.push_back({tile.from + image * layout.image_size, tile.first + image * pixels, tile.count});
    }
    for (const int64_t place : to) places.push_back(place + image * batch.out_size);
  }
  const int64_t beyond = kTilePixels * layout.pixel_step + kTileDepth;  // what whole tiles read
  at::parallel_for(0, batch.count, share, [&](int64_t begin, int64_t end) {
    const int64_t size = together * layout.image_size;
    const at::Tensor windows = at::empty({size + beyond + layout.padded_size}, at::kShort);
    Bfloat16 *room = static_cast<Bfloat16*>(windows.data_ptr()), *padded = room + size + beyond;
    std::fill_n(room + size, beyond, 0);
    for (int64_t image = begin; image < end; image += together) {
      const int64_t count = std::min(together, end - image);
      for (int64_t i = 0; i < count; i += 1) {
        const int64_t place = (image + i) * batch.in_size;
        layout.fill(batch.input + place, batch.mask ? batch.mask + place : nullptr, room + i * layout.image_size,
                    padded, kernels);
      }
      TileProduct here = job;
      here.windows = room;
      here.pixel_step = layout.pixel_step;
      here.depths = layout.depths.data();
      here.depth_count = layout.depths.size();
      here.tiles = tiles.data();
      here.tile_count = count * layout.tiles.size();
      here.to = places.data();
      here.output += image * batch.out_size;
      if (here.residual) here.residual += image * batch.out_size;
      if (here.residual_mask) here.residual_mask += image * batch.out_size;
      kernels.multiply(here);
    }
  });
}

}  // namespace

at::Tensor bfloat16_convolution(const at::Tensor& input, const at::Tensor& filter, const at::Tensor& bias,
                                const at::Tensor& residual, const Geometry& geometry, bool relu) {
  const at::Tensor input_nhwc = channels_last(input), residual_nhwc = channels_last(residual);
  const at::Tensor dense_filter = dense(filter), dense_bias = dense(bias);
  const int64_t images = input.size(0), in_height = input.size(2), in_width = input.size(3);
  const int64_t height = geometry.output_size(in_height), width = geometry.output_size(in_width);
  const at::Tensor output = empty_images({images, geometry.outputs, height, width}, input);
  if (output.numel() == 0) return output;

  const WindowLayout layout({geometry.kernel, geometry.kernel, geometry.stride, geometry.padding, geometry.padding,
                             height, width, in_height, in_width, geometry.inputs});
  std::vector<int64_t> to;
  for (int64_t pixel = 0; pixel < height * width; pixel += 1) to.push_back(pixel * geometry.outputs);
  const Batch batch{bits_or_null(input_nhwc), nullptr, images, in_height * in_width * geometry.inputs,
                    height * width * geometry.outputs};
  TileProduct job{};
  job.filter = bits_or_null(dense_filter);
  job.outputs = geometry.outputs;
  job.bias = data_or_null(dense_bias);
  job.residual = bits_or_null(residual_nhwc);
  job.relu = relu;
  job.output = static_cast<Bfloat16*>(output.data_ptr());
  multiply(layout, batch, to, job);
  return output;
}

at::Tensor bfloat16_dgrad(const MaskedGradient& gradient, const at::Tensor& filter, const Geometry& geometry,
                          int64_t height, int64_t width, const MaskedGradient& more) {
  const at::Tensor& grad_output = gradient.values;
  const at::Tensor grad_output_nhwc = channels_last(grad_output), mask_nhwc = channels_last(gradient.mask);
  const at::Tensor more_nhwc = channels_last(more.values), more_mask_nhwc = channels_last(more.mask);
  const at::Tensor dense_filter = dense(filter);
  const int64_t images = grad_output.size(0), inputs = geometry.inputs, stride = geometry.stride;
  const int64_t out_height = grad_output.size(2), out_width = grad_output.size(3);
  const at::Tensor grad_input = empty_images({images, inputs, height, width}, grad_output);
  if (grad_input.numel() == 0) return grad_input;

  const Batch batch{bits_or_null(grad_output_nhwc), bits_or_null(mask_nhwc), images,
                    out_height * out_width * geometry.outputs, height * width * inputs};
  TileProduct job{};
  job.filter = bits_or_null(dense_filter);
  job.outputs = inputs;
  job.residual = bits_or_null(more_nhwc);
  job.residual_mask = bits_or_null(more_mask_nhwc);
  job.output = static_cast<Bfloat16*>(grad_input.data_ptr());
  for (int64_t row = 0; row < stride; row += 1) {
    for (int64_t column = 0; column < stride; column += 1) {
      const PhaseSide rows = phase_side(geometry, row), columns = phase_side(geometry, column);
      const WindowLayout layout(phase_slide(geometry, rows, columns, height, width, out_height, out_width));
      std::vector<int64_t> to;
      for (int64_t y = rows.first(geometry); y < height; y += stride) {
        for (int64_t x = columns.first(geometry); x < width; x += stride) to.push_back((y * width + x) * inputs);
      }
      multiply(layout, batch, to, job);
      job.filter += layout.depths.size() * kTileDepth * rounded_up(inputs, kTileOutputs);
    }
  }
  return grad_input;
}

}  // namespace saddlepoint
