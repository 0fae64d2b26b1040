// The arithmetic of a weight's gradient, after winograd_block.h and like it included once for each kind of processor.
//
// Y = A^T ((G g G^T) * (B^T d B)) A has with respect to g the gradient G^T (sum over tiles of (A dY A^T) * (B^T d B))
// G: the transforms of the convolution turned around, and for each of 36 positions one product over all tiles.

// One side of the transform of the outputs' gradient, A y.
SADDLEPOINT_INLINE void transform_gradient(const Lanes* y, int64_t step, Lanes* to, int64_t to_step) {
  const Lanes even = y[0] + y[2 * step], odd = y[step] + y[3 * step];
  const Lanes even2 = y[0] + 4.f * y[2 * step], odd2 = 2.f * y[step] + 8.f * y[3 * step];
  to[0] = y[0];
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = even2 + odd2;
  to[4 * to_step] = even2 - odd2;
  to[5 * to_step] = y[3 * step];
}

// The 4 x 4 values of a tile, 8 channels from `c` on; zero beyond the image.
SADDLEPOINT_INLINE void read_tile(const Images& images, const Corner& corner, int64_t c, Lanes* tile) {
  for (int64_t i = 0; i < kTile; i += 1) {
    for (int64_t j = 0; j < kTile; j += 1) {
      const int64_t y = corner.y + i, x = corner.x + j;
      Lanes& value = tile[i * kTile + j];
      if (y < images.height && x < images.width) {
        load(value, images.data + ((corner.image * images.height + y) * images.width + x) * images.channels + c);
      } else {
        value = Lanes{};
      }
    }
  }
}

SADDLEPOINT_TARGET void transform_gradients(const Images& gradient, int64_t first, int64_t block, const Tiles& to) {
  for (int64_t tile = 0; tile < block; tile += 1) {
    const Corner corner = corner_of(gradient, first + tile);
    for (int64_t c = 0; c < gradient.channels; c += kLanes) {
      Lanes values[kTile * kTile], half[kWindow * kTile], line[kWindow];
      read_tile(gradient, corner, c, values);
      for (int64_t j = 0; j < kTile; j += 1) transform_gradient(values + j, kTile, half + j, kTile);
      for (int64_t i = 0; i < kWindow; i += 1) {
        transform_gradient(half + i * kTile, 1, line, 1);
        float* target = address(to, i * kWindow, tile, c);
        for (int64_t j = 0; j < kWindow; j += 1) store(target + j * to.position_step, line[j]);
      }
    }
  }
}

// Four outputs times `Vectors` panels of inputs over all tiles, in registers until they are done.
template <int Vectors>
SADDLEPOINT_INLINE void add_quad(const Products& job, const float* gradients, const float* inputs, float* sums,
                                 bool on_top) {
  Lanes total[kQuad][Vectors] = {};
  if (on_top) {
    for (int64_t row = 0; row < kQuad; row += 1)
      for (int v = 0; v < Vectors; v += 1) load(total[row][v], sums + row * job.channels + v * kLanes);
  }
  for (int64_t tile = 0; tile < job.tiles; tile += 1) {
    Lanes values[Vectors];
    for (int v = 0; v < Vectors; v += 1) load(values[v], inputs + v * job.inputs.panel_step + tile * kLanes);
#pragma GCC unroll 4
    for (int64_t row = 0; row < kQuad; row += 1) {
      const float gradient = gradients[tile * kLanes + row];
      for (int v = 0; v < Vectors; v += 1) total[row][v] += values[v] * gradient;
    }
  }
  for (int64_t row = 0; row < kQuad; row += 1)
    for (int v = 0; v < Vectors; v += 1) store(sums + row * job.channels + v * kLanes, total[row][v]);
}

// All quads of some inputs, whose panels stay in the nearest cache meanwhile.
template <int Vectors>
SADDLEPOINT_INLINE void add_panels(const Products& job, int64_t position, int64_t c, int64_t first, int64_t rows,
                                   bool on_top) {
  const float* inputs = address(job.inputs, position, 0, c);
  float* sums = address(job.sums, position, 0, c);
  for (int64_t row = 0; row < rows; row += kQuad) {
    const int64_t output = first + row, lane = output % kLanes;
    const float* gradients = address(job.gradients, position, 0, output - lane) + lane;
    add_quad<Vectors>(job, gradients, inputs, sums + row * job.channels, on_top);
  }
}

SADDLEPOINT_TARGET void add_products(const Products& job, int64_t position, int64_t first, int64_t rows, bool on_top) {
  int64_t c = 0;
  for (; c + 3 * kLanes <= job.channels && job.channels - c != 4 * kLanes; c += 3 * kLanes)
    add_panels<3>(job, position, c, first, rows, on_top);
  for (; c + 2 * kLanes <= job.channels; c += 2 * kLanes) add_panels<2>(job, position, c, first, rows, on_top);
  if (c < job.channels) add_panels<1>(job, position, c, first, rows, on_top);
}

// One side of the way back, G^T m.
SADDLEPOINT_INLINE void transform_back(const Lanes* m, int64_t step, Lanes* to, int64_t to_step) {
  const Lanes near = m[step] + m[2 * step], far = m[3 * step] + m[4 * step];
  to[0] = m[0] * 0.25f - near * (1.f / 6) + far * (1.f / 24);
  to[to_step] = (m[2 * step] - m[step]) * (1.f / 6) + (m[3 * step] - m[4 * step]) * (1.f / 12);
  to[2 * to_step] = (far - near) * (1.f / 6) + m[5 * step];
}

SADDLEPOINT_TARGET void write_gradient(const Products& job, int64_t row, float* to) {
  for (int64_t c = 0; c < job.channels; c += kLanes) {
    Lanes products[kPositions], half[3 * kWindow], taps[9];
    for (int64_t p = 0; p < kPositions; p += 1) load(products[p], address(job.sums, p, row, c));
    for (int64_t j = 0; j < kWindow; j += 1) transform_back(products + j, kWindow, half + j, kWindow);
    for (int64_t i = 0; i < 3; i += 1) transform_back(half + i * kWindow, 1, taps + i * 3, 1);
    for (int64_t lane = 0; lane < kLanes; lane += 1)
      for (int64_t tap = 0; tap < 9; tap += 1) to[(c + lane) * 9 + tap] = taps[tap][lane];
  }
}
