// The arithmetic of a direct convolution's weight gradient, included by convolution_kernels.cc after winograd_block.h,
// once for each kind of processor.

// `Rows` of a window's values from `first` on, times `Vectors` times eight outputs from `channel` on: over all pixels
// in registers.
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void add_pixels(const DirectProducts& job, int64_t first, int64_t channel) {
  const float* values[Rows];
  Lanes total[Rows][Vectors] = {};
  float* sums = job.sums + first * job.outputs + channel;
  for (int row = 0; row < Rows; row += 1) values[row] = job.input + job.values[first + row];
  if (job.on_top) {
    for (int row = 0; row < Rows; row += 1)
      for (int v = 0; v < Vectors; v += 1) load(total[row][v], sums + row * job.outputs + v * kLanes);
  }
  for (int64_t pixel = 0; pixel < job.pixels; pixel += 1) {
    const int64_t from = job.from[pixel];
    Lanes gradient[Vectors];
    for (int v = 0; v < Vectors; v += 1) load(gradient[v], job.gradients + pixel * job.outputs + channel + v * kLanes);
#pragma GCC unroll 6
    for (int row = 0; row < Rows; row += 1) {
      const float value = values[row][from];
      for (int v = 0; v < Vectors; v += 1) total[row][v] += gradient[v] * value;
    }
  }
  for (int row = 0; row < Rows; row += 1)
    for (int v = 0; v < Vectors; v += 1) store(sums + row * job.outputs + v * kLanes, total[row][v]);
}

// `Rows` values times all outputs.
template <int Rows>
SADDLEPOINT_INLINE void add_values(const DirectProducts& job, int64_t first) {
  int64_t channel = 0;
  for (; channel + 2 * kLanes <= job.outputs; channel += 2 * kLanes) add_pixels<Rows, 2>(job, first, channel);
  if (channel < job.outputs) add_pixels<Rows, 1>(job, first, channel);
}

// As add_values(), of 1 to `Rows` values.
template <int Rows>
SADDLEPOINT_INLINE void add_some(int64_t count, const DirectProducts& job, int64_t first) {
  if constexpr (Rows > 1) {
    if (count < Rows) return add_some<Rows - 1>(count, job, first);
  }
  add_values<Rows>(job, first);
}

SADDLEPOINT_TARGET void add_window_products(const DirectProducts& job, int64_t first, int64_t end) {
  for (int64_t rows; first < end; first += rows) {
    rows = rows_of_a_pass(end - first);
    add_some<kRows>(rows, job, first);
  }
}
