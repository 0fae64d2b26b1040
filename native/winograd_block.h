// The arithmetic of Winograd's convolution, included by convolution_kernels.cc once for each kind of processor: GCC
// splits wide vectors before it looks at the target of the function they are inlined into, so each kind needs its own
// text. By reference throughout: a vector passed by value has no stable calling convention without AVX.
SADDLEPOINT_INLINE void load(Lanes& to, const float* from) { to = *reinterpret_cast<const LanesInMemory*>(from); }
SADDLEPOINT_INLINE void store(float* to, const Lanes& from) { *reinterpret_cast<LanesInMemory*>(to) = from; }

// One side of the input's transform, B^T d.
SADDLEPOINT_INLINE void transform_input(const Lanes* d, int64_t step, Lanes* to, int64_t to_step) {
  const Lanes even = d[4 * step] - 4.f * d[2 * step], odd = d[3 * step] - 4.f * d[step];
  const Lanes even2 = d[4 * step] - d[2 * step], odd2 = 2.f * (d[3 * step] - d[step]);
  to[0] = 4.f * d[0] - 5.f * d[2 * step] + d[4 * step];
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = even2 + odd2;
  to[4 * to_step] = even2 - odd2;
  to[5 * to_step] = 4.f * d[step] - 5.f * d[3 * step] + d[5 * step];
}

// One side of the output's transform, A^T m.
SADDLEPOINT_INLINE void transform_output(const Lanes* m, int64_t step, Lanes* to) {
  const Lanes sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  const Lanes sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  to[0] = m[0] + sum + sum2;
  to[step] = difference + 2.f * difference2;
  to[2 * step] = sum + 4.f * sum2;
  to[3 * step] = difference + 8.f * difference2 + m[5 * step];
}

// `Rows` tiles [Rows, inputs] times `Vectors` panels of a filter [Vectors, inputs, 8]: sums [Rows, 8 * Vectors], `step`
// apart. The panels after these are called from memory meanwhile.
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void multiply(const float* tiles, const float* panels, float* sums, int64_t inputs, int64_t step) {
  Lanes total[Rows][Vectors] = {};
  for (int64_t c = 0; c < inputs; c += 1) {
    Lanes weights[Vectors];
    for (int v = 0; v < Vectors; v += 1) load(weights[v], panels + (v * inputs + c) * kLanes);
    __builtin_prefetch(panels + (inputs + c) * Vectors * kLanes);
#pragma GCC unroll 6
    for (int row = 0; row < Rows; row += 1) {
      const float value = tiles[row * inputs + c];
      for (int v = 0; v < Vectors; v += 1) total[row][v] += weights[v] * value;
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    for (int v = 0; v < Vectors; v += 1) store(sums + row * step + v * kLanes, total[row][v]);
  }
}

// As multiply(), of 1 to `Rows` tiles.
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void multiply_some(int64_t count, const float* tiles, const float* panels, float* sums,
                                      int64_t inputs, int64_t step) {
  if constexpr (Rows > 1) {
    if (count < Rows) return multiply_some<Rows - 1, Vectors>(count, tiles, panels, sums, inputs, step);
  }
  multiply<Rows, Vectors>(tiles, panels, sums, inputs, step);
}

// Of so many that are left. Seven or eight are halved: one or two alone keep the processor waiting for their sums.
SADDLEPOINT_INLINE int64_t rows_of_a_pass(int64_t left) {
  return left == kRows + 1 || left == kRows + 2 ? (left + 1) / 2 : left < kRows ? left : kRows;
}

// All tiles of a block; the panels stay in the nearest cache meanwhile.
template <int Vectors>
SADDLEPOINT_INLINE void multiply_tiles(const float* tiles, const float* panels, float* sums, int64_t block,
                                       int64_t inputs, int64_t outputs) {
  for (int64_t tile = 0, rows; tile < block; tile += rows) {
    rows = rows_of_a_pass(block - tile);
    multiply_some<kRows, Vectors>(rows, tiles + tile * inputs, panels, sums + tile * outputs, inputs, outputs);
  }
}

// Eight channels from `c` on.
SADDLEPOINT_INLINE float* address(const Tiles& tiles, int64_t position, int64_t tile, int64_t c) {
  return tiles.data + position * tiles.position_step + tile * tiles.tile_step + c / kLanes * tiles.panel_step;
}

SADDLEPOINT_INLINE Corner corner_of(const Images& images, int64_t tile) {
  const int64_t across = images.across(), down = images.down();
  return {tile / across / down, tile / across % down * kTile, tile % across * kTile};
}

// The six rows of what a tile sees, each from its first column on, and which of its rows and columns the image has. A
// row that is missing points to one that is there.
struct WindowRows {
  const float* rows[kWindow];
  const float* gates[kWindow];
  bool has_row[kWindow], has_column[kWindow];
};

SADDLEPOINT_INLINE WindowRows window_of(const Images& images, const float* mask, const Corner& corner) {
  WindowRows window;
  for (int64_t i = 0; i < kWindow; i += 1) {
    const int64_t y = corner.y + i - 1, x = corner.x + i - 1;
    window.has_row[i] = y >= 0 && y < images.height;
    window.has_column[i] = x >= 0 && x < images.width;
    const int64_t row = corner.image * images.height + (window.has_row[i] ? y : corner.y);
    const int64_t offset = (row * images.width + corner.x - 1) * images.channels;
    window.rows[i] = images.data + offset;
    window.gates[i] = mask == nullptr ? nullptr : mask + offset;
  }
  return window;
}

// A column of a window, 8 channels; zero outside the image and, with a mask, where that is not positive.
template <bool Masked>
SADDLEPOINT_INLINE void read_column(const WindowRows& window, int64_t offset, Lanes* column) {
  for (int64_t i = 0; i < kWindow; i += 1) {
    if (!window.has_row[i]) {
      column[i] = Lanes{};
      continue;
    }
    load(column[i], window.rows[i] + offset);
    if constexpr (Masked) {
      Lanes gate;
      load(gate, window.gates[i] + offset);
      column[i] = gate <= 0.f ? Lanes{} : column[i];  // as LibTorch: what is no number passes
    }
  }
}

template <bool Masked>
SADDLEPOINT_INLINE void transform_tiles(const Images& input, const float* mask, int64_t first, int64_t block,
                                        const Tiles& to) {
  for (int64_t tile = 0; tile < block; tile += 1) {
    const WindowRows window = window_of(input, mask, corner_of(input, first + tile));
    for (int64_t c = 0; c < input.channels; c += kLanes) {
      Lanes half[kPositions], line[kWindow];
      for (int64_t j = 0; j < kWindow; j += 1) {
        Lanes column[kWindow] = {};
        if (window.has_column[j]) read_column<Masked>(window, j * input.channels + c, column);
        transform_input(column, 1, half + j, kWindow);
      }
      for (int64_t i = 0; i < kWindow; i += 1) {
        transform_input(half + i * kWindow, 1, line, 1);
        float* target = address(to, i * kWindow, tile, c);
        for (int64_t j = 0; j < kWindow; j += 1) store(target + j * to.position_step, line[j]);
      }
    }
  }
}

SADDLEPOINT_TARGET void transform_windows(const Images& input, const float* mask, int64_t first, int64_t block,
                                          const Tiles& to) {
  if (mask == nullptr) {
    transform_tiles<false>(input, mask, first, block, to);
  } else {
    transform_tiles<true>(input, mask, first, block, to);
  }
}

// The positions from `first` to before `end`.
SADDLEPOINT_TARGET void multiply_positions(const Convolution& job, int64_t block, int64_t first, int64_t end,
                                           const Tiles& windows, const Tiles& sums) {
  const int64_t inputs = job.input.channels, outputs = job.outputs;
  for (int64_t position = first; position < end; position += 1) {
    const float* from = windows.data + position * windows.position_step;
    const float* filter = job.filter + position * inputs * outputs;
    float* to = sums.data + position * sums.position_step;
    int64_t k = 0;
    for (; k + 2 * kLanes <= outputs; k += 2 * kLanes)
      multiply_tiles<2>(from, filter + k * inputs, to + k, block, inputs, outputs);
    if (k < outputs) multiply_tiles<1>(from, filter + k * inputs, to + k, block, inputs, outputs);
  }
}

SADDLEPOINT_TARGET void write_outputs(const Convolution& job, int64_t first, int64_t block, const Tiles& sums) {
  const int64_t height = job.input.height, width = job.input.width;
  for (int64_t tile = 0; tile < block; tile += 1) {
    const Corner corner = corner_of(job.input, first + tile);
    for (int64_t k = 0; k < job.outputs; k += kLanes) {
      Lanes products[kPositions], half[kTile * kWindow], line[kWindow], bias = {};
      for (int64_t p = 0; p < kPositions; p += 1) load(products[p], address(sums, p, tile, k));
      for (int64_t j = 0; j < kWindow; j += 1) transform_output(products + j, kWindow, half + j);
      if (job.bias != nullptr) load(bias, job.bias + k);
      for (int64_t i = 0; i < kTile && corner.y + i < height; i += 1) {
        for (int64_t j = 0; j < kWindow; j += 1) line[j] = half[i * kWindow + j];
        transform_output(line, 1, line);
        for (int64_t j = 0; j < kTile && corner.x + j < width; j += 1) {
          const int64_t at = ((corner.image * height + corner.y + i) * width + corner.x + j) * job.outputs + k;
          Lanes value = line[j] + bias, residual;
          if (job.residual != nullptr) {
            load(residual, job.residual + at);
            value += residual;
          }
          if (job.relu) value = value < 0.f ? Lanes{} : value;
          store(job.output + at, value);
        }
      }
    }
  }
}
