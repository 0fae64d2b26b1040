// The arithmetic of winograd.cc, which includes this once for each kind of processor: GCC splits wide vectors before it
// looks at the target of the function they are inlined into, so each kind needs its own text.
// By reference throughout: a vector passed by value has no stable calling convention without AVX.
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

// `Rows` tiles times a filter of one position, for 8 * `Vectors` outputs: sums [Rows, outputs].
template <int Rows, int Vectors>
SADDLEPOINT_INLINE void multiply(const float* tiles, const float* filter, float* sums, int64_t inputs,
                                 int64_t outputs) {
  Lanes total[Rows][Vectors] = {};
  for (int64_t c = 0; c < inputs; c += 1) {
    Lanes weights[Vectors];
    for (int v = 0; v < Vectors; v += 1) load(weights[v], filter + c * outputs + v * kLanes);
#pragma GCC unroll 6
    for (int row = 0; row < Rows; row += 1) {
      const float value = tiles[row * inputs + c];
      for (int v = 0; v < Vectors; v += 1) total[row][v] += weights[v] * value;
    }
  }
  for (int row = 0; row < Rows; row += 1) {
    for (int v = 0; v < Vectors; v += 1) store(sums + row * outputs + v * kLanes, total[row][v]);
  }
}

template <int Rows>
SADDLEPOINT_INLINE void multiply_rows(const float* tiles, const float* filter, float* sums, int64_t inputs,
                                      int64_t outputs) {
  int64_t k = 0;
  for (; k + 2 * kLanes <= outputs; k += 2 * kLanes) multiply<Rows, 2>(tiles, filter + k, sums + k, inputs, outputs);
  if (k < outputs) multiply<Rows, 1>(tiles, filter + k, sums + k, inputs, outputs);
}

SADDLEPOINT_INLINE Corner corner_of(const Convolution& job, int64_t tile) {
  const int64_t across = job.across(), down = (job.height + kTile - 1) / kTile;
  return {tile / across / down, tile / across % down * kTile, tile % across * kTile};
}

// `block` tiles from `first` on, `room` of which fit in `windows` [36, room, inputs] and `sums` [36, room, outputs].
SADDLEPOINT_TARGET void convolve(const Convolution& job, int64_t first, int64_t block, int64_t room, float* windows,
                                 float* sums) {
  const int64_t inputs = job.inputs, outputs = job.outputs;
  for (int64_t tile = 0; tile < block; tile += 1) {
    const Corner corner = corner_of(job, first + tile);
    for (int64_t c = 0; c < inputs; c += kLanes) {
      Lanes window[kPositions] = {}, half[kPositions], line[kWindow];
      for (int64_t i = 0; i < kWindow; i += 1) {
        const int64_t y = corner.y + i - 1;
        if (y < 0 || y >= job.height) continue;
        for (int64_t j = 0; j < kWindow; j += 1) {
          const int64_t x = corner.x + j - 1;
          if (x < 0 || x >= job.width) continue;
          const int64_t at = ((corner.image * job.height + y) * job.width + x) * inputs + c;
          Lanes& value = window[i * kWindow + j];
          load(value, job.input + at);
          if (job.mask == nullptr) continue;
          Lanes mask;
          load(mask, job.mask + at);
          value = mask > 0.f ? value : Lanes{};
        }
      }
      for (int64_t j = 0; j < kWindow; j += 1) transform_input(window + j, kWindow, half + j, kWindow);
      for (int64_t i = 0; i < kWindow; i += 1) {
        transform_input(half + i * kWindow, 1, line, 1);
        for (int64_t j = 0; j < kWindow; j += 1)
          store(windows + ((i * kWindow + j) * room + tile) * inputs + c, line[j]);
      }
    }
  }

  for (int64_t position = 0; position < kPositions; position += 1) {
    const float* from = windows + position * room * inputs;
    const float* filter = job.filter + position * inputs * outputs;
    float* to = sums + position * room * outputs;
    int64_t tile = 0;
    for (; tile + kRows <= block; tile += kRows)
      multiply_rows<kRows>(from + tile * inputs, filter, to + tile * outputs, inputs, outputs);
    for (; tile < block; tile += 1)
      multiply_rows<1>(from + tile * inputs, filter, to + tile * outputs, inputs, outputs);
  }

  for (int64_t tile = 0; tile < block; tile += 1) {
    const Corner corner = corner_of(job, first + tile);
    for (int64_t k = 0; k < outputs; k += kLanes) {
      Lanes products[kPositions], half[kTile * kWindow], line[kWindow], bias = {};
      for (int64_t p = 0; p < kPositions; p += 1) load(products[p], sums + (p * room + tile) * outputs + k);
      for (int64_t j = 0; j < kWindow; j += 1) transform_output(products + j, kWindow, half + j);
      if (job.bias != nullptr) load(bias, job.bias + k);
      for (int64_t i = 0; i < kTile && corner.y + i < job.height; i += 1) {
        for (int64_t j = 0; j < kWindow; j += 1) line[j] = half[i * kWindow + j];
        transform_output(line, 1, line);
        for (int64_t j = 0; j < kTile && corner.x + j < job.width; j += 1) {
          const int64_t at = ((corner.image * job.height + corner.y + i) * job.width + corner.x + j) * outputs + k;
          Lanes value = line[j] + bias, residual;
          if (job.residual != nullptr) {
            load(residual, job.residual + at);
            value += residual;
          }
          if (job.relu) value = value > 0.f ? value : Lanes{};
          store(job.output + at, value);
        }
      }
    }
  }
}
