// Convolutions in bfloat16 of maps that lie channels-last: windows are copied, a few images at a time, and multiplied
// while they are near. Each output is summed in one order: the same bits whatever the batch and threads.
#include "bfloat16.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "bfloat16_plan.h"
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

// A product of the windows of a layout: what it sees of them, and where the pixels of one image go.
struct Part {
  std::vector<int64_t> depths, to;
  const Bfloat16* filter;
  int64_t outputs;
};

// Pixels that see nothing, of which a stride larger than the kernel leaves many.
void clear(const Part& part, const Batch& batch, int64_t images, Bfloat16* output) {
  for (int64_t image = 0; image < images; image += 1, output += batch.out_size) {
    for (const int64_t place : part.to) std::fill_n(output + place, part.outputs, 0);
  }
}

// All parts' products of all images' windows.
void multiply(const WindowLayout& layout, const Batch& batch, const std::vector<Part>& parts, const TileProduct& job) {
  const TileKernels& kernels = tile_kernels();
  const int64_t threads = at::get_num_threads(), share = (batch.count + threads - 1) / threads;
  const int64_t together = images_at_once(layout, share);
  std::vector<PixelTile> tiles;
  tiles.reserve(together * layout.tiles.size());
  for (int64_t image = 0; image < together; image += 1) {
    for (const PixelTile& tile : layout.tiles) {
      tiles.push_back({tile.from + image * layout.image_size, tile.first, tile.count, image * batch.out_size});
    }
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
      here.tiles = tiles.data();
      here.tile_count = count * layout.tiles.size();
      here.output += image * batch.out_size;
      if (here.residual) here.residual += image * batch.out_size;
      if (here.residual_mask) here.residual_mask += image * batch.out_size;
      for (const Part& part : parts) {
        if (part.depths.empty() && job.residual == nullptr) {
          clear(part, batch, count, here.output);
          continue;
        }
        here.depths = part.depths.data();
        here.depth_count = part.depths.size();
        here.filter = part.filter;
        here.outputs = part.outputs;
        here.to = part.to.data();
        kernels.multiply(here);
      }
    }
  });
}

// Sizes of a map on one side, and on the other.
struct Size {
  int64_t height, width;
};

// A product and its part of the plan's filter.
struct Job {
  const Product* product;
  const Bfloat16* filter;
};

// The products of a plan in groups that compute the same number of pixels, each of which shares its windows.
std::vector<std::vector<Job>> groups_of(const Plan& plan, const Bfloat16* filter, const Size& size) {
  std::vector<std::vector<Job>> groups;
  for (const Product& product : plan.products) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<Job>& other) {
      return other.front().product->rows.pixels(size.height) == product.rows.pixels(size.height) &&
             other.front().product->columns.pixels(size.width) == product.columns.pixels(size.width);
    });
    (group == groups.end() ? groups.emplace_back() : *group).push_back({&product, filter});
    filter += product.filter_size();
  }
  return groups;
}

// The windows that hold those of all products of a group.
Slide common_slide(const std::vector<Job>& group, const Size& from, const Size& to) {
  const Product& any = *group.front().product;
  int64_t top = any.rows.outside, bottom = any.rows.window - top;
  int64_t left = any.columns.outside, right = any.columns.window - left;
  for (const Job& job : group) {
    const Side &rows = job.product->rows, &columns = job.product->columns;
    top = std::max(top, rows.outside);
    left = std::max(left, columns.outside);
    bottom = std::max(bottom, rows.window - rows.outside);
    right = std::max(right, columns.window - columns.outside);
  }
  return {top + bottom,
          left + right,
          any.rows.step,
          any.columns.step,
          top,
          left,
          any.rows.pixels(to.height),
          any.columns.pixels(to.width),
          from.height,
          from.width,
          any.channels};
}

// Where a product's pixels go.
std::vector<int64_t> places_of(const Product& product, const Size& size) {
  const Side &rows = product.rows, &columns = product.columns;
  std::vector<int64_t> to;
  to.reserve(rows.pixels(size.height) * columns.pixels(size.width));
  for (int64_t y = rows.first; y < size.height; y += rows.apart) {
    for (int64_t x = columns.first; x < size.width; x += columns.apart) {
      to.push_back((y * size.width + x) * product.outputs);
    }
  }
  return to;
}

// The map of `to` from that of `from`, by the first plan for its width.
void compute(const std::vector<Plan>& plans, const Size& from, const Size& to, const Batch& batch, TileProduct job) {
  auto plan = plans.begin();
  for (; to.width % plan->wide != 0; ++plan) job.filter += plan->filter_size();
  std::vector<float> bias;
  if (job.bias && plan->wide > 1) {
    for (int64_t i = 0; i < plan->wide; i += 1) bias.insert(bias.end(), job.bias, job.bias + job.outputs);
    job.bias = bias.data();
  }
  for (const std::vector<Job>& group : groups_of(*plan, job.filter, to)) {
    const Slide slide = common_slide(group, from, to);
    if (slide.height == 0 || slide.width == 0) continue;
    const WindowLayout layout(slide, group.front().product->whole);
    std::vector<Part> parts;
    for (const auto& [product, filter] : group) {
      const Side &rows = product->rows, &columns = product->columns;
      const Pane pane{slide.top - rows.outside, slide.left - columns.outside, rows.window, columns.window};
      parts.push_back({layout.depths(pane), places_of(*product, to), filter, product->wide_outputs()});
    }
    multiply(layout, batch, parts, job);
  }
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

  const Batch batch{bits_or_null(input_nhwc), nullptr, images, in_height * in_width * geometry.inputs,
                    height * width * geometry.outputs};
  TileProduct job{};
  job.filter = bits_or_null(dense_filter);
  job.outputs = geometry.outputs;
  job.bias = data_or_null(dense_bias);
  job.residual = bits_or_null(residual_nhwc);
  job.relu = relu;
  job.output = static_cast<Bfloat16*>(output.data_ptr());
  compute(plans_of(geometry, false), {in_height, in_width}, {height, width}, batch, job);
  return output;
}

at::Tensor bfloat16_dgrad(const MaskedGradient& gradient, const at::Tensor& filter, const Geometry& geometry,
                          int64_t height, int64_t width, const MaskedGradient& more) {
  const at::Tensor& grad_output = gradient.values;
  const at::Tensor grad_output_nhwc = channels_last(grad_output), mask_nhwc = channels_last(gradient.mask);
  const at::Tensor more_nhwc = channels_last(more.values), more_mask_nhwc = channels_last(more.mask);
  const at::Tensor dense_filter = dense(filter);
  const int64_t images = grad_output.size(0), inputs = geometry.inputs;
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
  compute(plans_of(geometry, true), {out_height, out_width}, {height, width}, batch, job);
  return grad_input;
}

}  // namespace saddlepoint
