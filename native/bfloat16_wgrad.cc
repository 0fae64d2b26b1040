// The gradient of a bfloat16 convolution's weight. Images lie one after the other in a list of pixels with zeros around
// them, so that a tap sees the same list from another place on, and what crosses an edge is multiplied with zeros. No
// sum depends on the number of threads. (A value that is infinite spoils taps that do not see it: zero times infinity.)
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "bfloat16.h"
#include "bfloat16_kernels.h"
#include "convolution_tensors.h"

namespace saddlepoint {

namespace {

constexpr int64_t kGroupBytes = 4 * 1024 * 1024;  // of pixels that are gone through at a time

using Sources = std::vector<const Bfloat16*>;

// How the pixels of one image lie in the list, of inputs one list for each of stride x stride phases of their places.
struct PixelPlanes {
  int64_t stride, padding, in_height, in_width;
  int64_t height, width;        // of the output
  int64_t rows, columns;        // of a phase that windows see
  int64_t pitch, image_pixels;  // from row to row, and from image to image

  PixelPlanes(const Geometry& geometry, int64_t in_height, int64_t in_width)
      : stride(geometry.stride),
        padding(geometry.padding),
        in_height(in_height),
        in_width(in_width),
        height(geometry.output_size(in_height)),
        width(geometry.output_size(in_width)),
        rows(height + (geometry.kernel - 1) / stride),
        columns(width + (geometry.kernel - 1) / stride) {
    // Zeros after a row serve as those before the next one.
    const int64_t shared = stride == 1 ? padding : 0;
    pitch = columns - shared;
    image_pixels = (rows - shared) * pitch;
  }

  // The gradient of the outputs, as windows begin.
  void list_outputs(const Bfloat16* image, int64_t outputs, int64_t from, Sources& sources) const {
    for (int64_t y = 0; y < height; y += 1) {
      for (int64_t x = 0; x < width; x += 1) {
        sources[from + y * pitch + x] = image + (y * width + x) * outputs;
      }
    }
  }

  // The inputs of phase [row, column].
  void list_inputs(const Bfloat16* image, int64_t inputs, int64_t row, int64_t column, int64_t from,
                   Sources& sources) const {
    for (int64_t y = first(row); y < in_height && (y + padding) / stride < rows; y += stride) {
      for (int64_t x = first(column); x < in_width && (x + padding) / stride < columns; x += stride) {
        const int64_t place = (y + padding) / stride * pitch + (x + padding) / stride;
        sources[from + place] = image + (y * in_width + x) * inputs;
      }
    }
  }

 private:
  int64_t first(int64_t phase) const { return ((phase - padding) % stride + stride) % stride; }
};

// Where each tap's pairs begin, and how many pairs there are of a phase.
struct PairLayout {
  int64_t phases;  // per side
  int64_t pairs;
  std::vector<int64_t> taps;

  PairLayout(const PixelPlanes& planes, int64_t kernel, int64_t pixels) : phases(std::min(kernel, planes.stride)) {
    const int64_t reach = (kernel - 1) / planes.stride;
    pairs = (pixels + reach * planes.pitch + reach) / 2 + 1;
    for (int64_t y = 0; y < kernel; y += 1) {
      for (int64_t x = 0; x < kernel; x += 1) {
        const int64_t phase = y % planes.stride * phases + x % planes.stride;
        const int64_t offset = y / planes.stride * planes.pitch + x / planes.stride;
        // Pairs begin at even pixels, and once more at odd ones.
        taps.push_back(((2 * phase + offset % 2) * pairs + offset / 2) * kTileDepth);
      }
    }
  }

  int64_t lists() const { return phases * phases; }
};

int64_t blocks_of(int64_t channels) { return rounded_up(channels, kTileOutputs) / kTileOutputs; }

}  // namespace

at::Tensor bfloat16_wgrad(const at::Tensor& input, const at::Tensor& grad_output, const Geometry& geometry) {
  const int64_t images = input.size(0), inputs = geometry.inputs, outputs = geometry.outputs;
  const int64_t taps = geometry.kernel * geometry.kernel;
  const at::Tensor grad_weight = at::empty({outputs, inputs, geometry.kernel, geometry.kernel}, at::kFloat);
  if (images == 0) return grad_weight.zero_();
  const at::Tensor input_nhwc = channels_last(input), grad_output_nhwc = channels_last(grad_output);
  const auto* from = bits_or_null(input_nhwc);
  const auto* gradients = bits_or_null(grad_output_nhwc);

  const PixelPlanes planes(geometry, input.size(2), input.size(3));
  const int64_t image_bytes = planes.image_pixels * sizeof(Bfloat16) * (2 * inputs + outputs);
  const int64_t together = std::clamp<int64_t>(kGroupBytes / std::max<int64_t>(1, image_bytes), 1, images);
  const int64_t steps = rounded_up(together * planes.image_pixels, kTileDepth) / kTileDepth;
  const PairLayout layout(planes, geometry.kernel, steps * kTileDepth);
  const int64_t output_blocks = blocks_of(outputs), input_blocks = blocks_of(inputs);
  const int64_t pair_step = layout.lists() * 2 * layout.pairs * kTileDepth, row_step = steps * kFilterTile;
  const at::Tensor pairs = at::empty({input_blocks * pair_step}, at::kShort);
  const at::Tensor rows = at::empty({output_blocks * row_step}, at::kShort);
  const bool alone = together == images;
  const at::Tensor sums = at::empty({alone ? 0 : output_blocks * input_blocks * taps * kTileSums}, at::kFloat);
  auto* pair_values = static_cast<Bfloat16*>(pairs.data_ptr());
  auto* row_values = static_cast<Bfloat16*>(rows.data_ptr());

  const TileKernels& kernels = tile_kernels();
  const std::vector<Bfloat16> zero(std::max(inputs, outputs), 0);
  for (int64_t image = 0; image < images; image += together) {
    const int64_t count = std::min(together, images - image);
    Sources outside(steps * kTileDepth, zero.data());
    std::vector<Sources> inside(layout.lists(), Sources(2 * layout.pairs + 1, zero.data()));
    for (int64_t i = 0; i < count; i += 1) {
      const int64_t place = i * planes.image_pixels;
      planes.list_outputs(gradients + (image + i) * planes.height * planes.width * outputs, outputs, place, outside);
      for (int64_t list = 0; list < layout.lists(); list += 1) {
        planes.list_inputs(from + (image + i) * planes.in_height * planes.in_width * inputs, inputs,
                           list / layout.phases, list % layout.phases, place, inside[list]);
      }
    }
    at::parallel_for(0, steps, 8, [&](int64_t begin, int64_t end) {
      kernels.fill_rows({outside.data(), outputs, row_values, row_step}, begin, end);
      const int64_t last = end == steps ? layout.pairs : end * kTileDepth / 2;
      for (int64_t list = 0; list < 2 * layout.lists(); list += 1) {
        Bfloat16* to = pair_values + list * layout.pairs * kTileDepth;
        kernels.fill_pairs({inside[list / 2].data() + list % 2, inputs, to, pair_step}, begin * kTileDepth / 2, last);
      }
    });
    TileWgrad job{row_values, pair_values, row_step, pair_step, steps, layout.taps.data(), taps, outputs, inputs};
    job.first = image == 0;
    job.last = image + count == images;
    job.sums = sums.data_ptr<float>();
    job.grad_weight = grad_weight.data_ptr<float>();
    const int64_t across = (input_blocks + 1) / 2, down = (output_blocks + 1) / 2;
    at::parallel_for(0, across * down, 1, [&](int64_t begin, int64_t end) {
      const at::Tensor scratch = at::empty({4 * taps * kTileSums}, at::kFloat);
      for (int64_t i = begin; i < end; i += 1) {
        kernels.multiply_wgrad(job, {i / across * 2, i % across * 2}, scratch.data_ptr<float>());
      }
    });
  }
  return grad_weight;
}

}  // namespace saddlepoint
