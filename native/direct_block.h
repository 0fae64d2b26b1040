// The arithmetic of a direct convolution, included by convolution_kernels.cc after winograd_block.h, once for each kind
// of processor.

// `Rows` pixels' windows times `Vectors` panels of weights, from the pixel `first` and the channel `channel` on.
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void multiply_window(const DirectPixels& pixels, const Window& window, const DirectWeights& weights,
                                        int64_t first, int64_t channel) {
  const int64_t size = window.size();
  const float* panels = weights.values + channel * size;
  const float* starts[Rows];
  Lanes total[Rows][Vectors] = {};
  for (int row = 0; row < Rows; row += 1) starts[row] = pixels.input + pixels.from[first + row];
  for (int64_t segment = 0; segment < window.rows; segment += 1) {
    const int64_t offset = segment * window.step;
    const float* panel = panels + segment * window.length * kLanes;
    for (int64_t i = 0; i < window.length; i += 1) {
      Lanes weight[Vectors];
      for (int v = 0; v < Vectors; v += 1) load(weight[v], panel + (v * size + i) * kLanes);
#pragma GCC unroll 6
      for (int row = 0; row < Rows; row += 1) {
        const float value = starts[row][offset + i];
        for (int v = 0; v < Vectors; v += 1) total[row][v] += weight[v] * value;
      }
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    const int64_t to = pixels.to[first + row] + channel;
    for (int v = 0; v < Vectors; v += 1) {
      Lanes value = total[row][v], other;
      if (weights.bias) {
        load(other, weights.bias + channel + v * kLanes);
        value += other;
      }
      if (pixels.addend) {
        load(other, pixels.addend + to + v * kLanes);
        value += other;
      }
      if (weights.relu) value = value < 0.f ? Lanes{} : value;
      store(pixels.output + to + v * kLanes, value);
    }
  }
}

// As multiply_window(), of 1 to `Rows` pixels.
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void multiply_some(int64_t count, const DirectPixels& pixels, const Window& window,
                                      const DirectWeights& weights, int64_t first, int64_t channel) {
  if constexpr (Rows > 1) {
    if (count < Rows) return multiply_some<Rows - 1, Vectors>(count, pixels, window, weights, first, channel);
  }
  multiply_window<Rows, Vectors>(pixels, window, weights, first, channel);
}

template <int Vectors>
SADDLEPOINT_INLINE void multiply_pixels(const DirectPixels& pixels, const Window& window, const DirectWeights& weights,
                                        int64_t channel) {
  for (int64_t first = 0, rows; first < pixels.count; first += rows) {
    rows = rows_of_a_pass(pixels.count - first);
    multiply_some<kRows, Vectors>(rows, pixels, window, weights, first, channel);
  }
}

// Channels in eights: a panel of the weights stays in the nearest cache while it meets all pixels.
SADDLEPOINT_TARGET void multiply_windows(const DirectPixels& pixels, const Window& window,
                                         const DirectWeights& weights) {
  int64_t channel = 0;
  for (; channel + 2 * kLanes <= weights.channels; channel += 2 * kLanes)
    multiply_pixels<2>(pixels, window, weights, channel);
  if (channel < weights.channels) multiply_pixels<1>(pixels, window, weights, channel);
}

// Few channels: of each pixel and channel one scalar product, eight of its terms at a time. Segments come in eights.
template <int Rows>
SADDLEPOINT_INLINE void sum_window(const DirectPixels& pixels, const Window& window, const float* weights,
                                   int64_t first, int64_t channel) {
  Lanes total[Rows] = {};
  const float* starts[Rows];
  for (int row = 0; row < Rows; row += 1) starts[row] = pixels.input + pixels.from[first + row];
  for (int64_t segment = 0; segment < window.rows; segment += 1) {
    for (int64_t i = 0; i < window.length; i += kLanes) {
      Lanes weight, value;
      load(weight, weights + segment * window.length + i);
#pragma GCC unroll 6
      for (int row = 0; row < Rows; row += 1) {
        load(value, starts[row] + segment * window.step + i);
        total[row] += weight * value;
      }
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    const Lanes& sum = total[row];  // in pairs: eight in a row would wait for each other
    pixels.output[pixels.to[first + row] + channel] =
        ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
  }
}

SADDLEPOINT_TARGET void sum_windows(const DirectPixels& pixels, const Window& window, const DirectWeights& weights) {
  for (int64_t channel = 0; channel < weights.channels; channel += 1) {
    const float* of_channel = weights.values + channel * window.size();
    int64_t first = 0;
    for (; first + kRows <= pixels.count; first += kRows) sum_window<kRows>(pixels, window, of_channel, first, channel);
    for (; first < pixels.count; first += 1) sum_window<1>(pixels, window, of_channel, first, channel);
  }
}
