// Where the tiles of a Winograd convolution lie in an image, and their channels among those transformed.
#pragma once

#include <cstdint>

#include "convolution_jobs.h"
#include "simd.h"

namespace saddlepoint {

namespace {

// The image of a tile, and its first output in it.
struct TileOrigin {
  int64_t image, y, x;
};

SADDLEPOINT_INLINE TileOrigin origin_of(const Images& images, int64_t tile) {
  const int64_t across = tiles_across(images), down = tiles_down(images);
  return {tile / across / down, tile / across % down * kOutputTile, tile % across * kOutputTile};
}

// The vector of channels from `c` on.
template <typename Isa>
SADDLEPOINT_INLINE float* address(const Transformed& tiles, int64_t element, int64_t tile, int64_t c) {
  return tiles.data + element * tiles.element_step + tile * tiles.tile_step + c / Isa::kLanes * tiles.panel_step;
}

// The six rows of an input tile, each from its first column on, and which of its rows and columns the image has. A row
// that is missing points to one that is there.
struct InputTile {
  const float* rows[kInputTile];
  const float* masks[kInputTile];
  bool has_row[kInputTile], has_column[kInputTile];
};

SADDLEPOINT_INLINE InputTile input_tile_of(const Images& images, const float* mask, const TileOrigin& origin) {
  InputTile tile;
  for (int64_t i = 0; i < kInputTile; i += 1) {
    const int64_t y = origin.y + i - 1, x = origin.x + i - 1;
    tile.has_row[i] = y >= 0 && y < images.height;
    tile.has_column[i] = x >= 0 && x < images.width;
    const int64_t row = origin.image * images.height + (tile.has_row[i] ? y : origin.y);
    const int64_t offset = (row * images.width + origin.x - 1) * images.channels;
    tile.rows[i] = images.data + offset;
    tile.masks[i] = mask == nullptr ? nullptr : mask + offset;
  }
  return tile;
}

// A column of an input tile, one vector of channels; zero outside the image and, with a mask, where that is not
// positive.
template <typename Isa, bool Masked>
SADDLEPOINT_INLINE void read_column(const InputTile& tile, int64_t offset, typename Isa::Vector* column) {
  using Vector = typename Isa::Vector;
  for (int64_t i = 0; i < kInputTile; i += 1) {
    if (!tile.has_row[i]) {
      column[i] = Vector{};
      continue;
    }
    Isa::load(column[i], tile.rows[i] + offset);
    if constexpr (Masked) {
      Vector mask;
      Isa::load(mask, tile.masks[i] + offset);
      column[i] = mask <= 0.f ? Vector{} : column[i];  // as LibTorch: what is no number passes
    }
  }
}

// The 4 x 4 values of an output tile, one vector of channels from `c` on; zero beyond the image.
template <typename Isa>
SADDLEPOINT_INLINE void read_output_tile(const Images& images, const TileOrigin& origin, int64_t c,
                                         typename Isa::Vector* tile) {
  for (int64_t i = 0; i < kOutputTile; i += 1) {
    for (int64_t j = 0; j < kOutputTile; j += 1) {
      const int64_t y = origin.y + i, x = origin.x + j;
      typename Isa::Vector& value = tile[i * kOutputTile + j];
      if (y < images.height && x < images.width) {
        Isa::load(value, images.data + ((origin.image * images.height + y) * images.width + x) * images.channels + c);
      } else {
        value = typename Isa::Vector{};
      }
    }
  }
}

}  // namespace

}  // namespace saddlepoint
