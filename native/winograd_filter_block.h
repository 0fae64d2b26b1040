// The arithmetic of a filter's transform, included by convolution_kernels.cc after winograd_block.h, once for each kind
// of processor.

// One side of the filter's transform, G g.
SADDLEPOINT_INLINE void transform_taps(const Lanes* g, int64_t step, Lanes* to) {
  const Lanes ends = g[0] + g[2 * step], far = g[0] * (1.f / 24) + g[2 * step] * (1.f / 6),
              middle = g[step] * (1.f / 12);
  to[0] = g[0] * 0.25f;
  to[step] = (ends + g[step]) * (-1.f / 6);
  to[2 * step] = (ends - g[step]) * (-1.f / 6);
  to[3 * step] = far + middle;
  to[4 * step] = far - middle;
  to[5 * step] = g[2 * step];
}

// The panel of 8 outputs from `first` on, in all 36 positions. A few inputs are collected in the nearest cache before
// they are written: the positions lie far apart, often by a power of two.
SADDLEPOINT_TARGET void transform_panel(const Filter& filter, int64_t first) {
  Lanes collected[kPositions][kCollected];
  for (int64_t start = 0; start < filter.inputs; start += kCollected) {
    const int64_t count = filter.inputs - start < kCollected ? filter.inputs - start : kCollected;
    for (int64_t i = 0; i < count; i += 1) {
      Lanes taps[9], half[kWindow * 3], row[3 + kWindow];
      for (int64_t tap = 0; tap < 9; tap += 1) {
        const float* from = filter.weight + (start + i) * filter.input_step + (filter.backward ? 8 - tap : tap);
        for (int64_t lane = 0; lane < kLanes; lane += 1) taps[tap][lane] = from[(first + lane) * filter.output_step];
      }
      // Down the columns, [3, 3] to [6, 3]; then along each row, whose three values lie in every third place.
      for (int64_t j = 0; j < 3; j += 1) transform_taps(taps + j, 3, half + j);
      for (int64_t y = 0; y < kWindow; y += 1) {
        for (int64_t j = 0; j < 3; j += 1) row[j] = half[y * 3 + j];
        transform_taps(row, 1, row + 3);
        for (int64_t x = 0; x < kWindow; x += 1) collected[y * kWindow + x][i] = row[3 + x];
      }
    }
    for (int64_t position = 0; position < kPositions; position += 1) {
      float* to = filter.output + (position * filter.outputs + first) * filter.inputs + start * kLanes;
      if (filter.passes_caches) {
        for (int64_t i = 0; i < count; i += 1) SADDLEPOINT_STREAM(to + i * kLanes, collected[position][i]);
      } else {
        for (int64_t i = 0; i < count; i += 1) store(to + i * kLanes, collected[position][i]);
      }
    }
  }
  if (filter.passes_caches) SADDLEPOINT_STREAMED();
}
