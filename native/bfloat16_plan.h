// Which products of windows with a filter compute a convolution, or the gradient of its input, on tiles of 16 outputs.
// Where a pixel has few outputs, neighbours of a row are computed as one wide pixel, whose outputs lie beside each
// other in memory: they see nearly the same window.
#pragma once

#include <vector>

#include "bfloat16_windows.h"
#include "direct.h"

namespace saddlepoint {

// One axis of a product: the pixels it computes, and the windows of another map that they see.
struct Side {
  int64_t window;        // places of a window
  int64_t outside;       // how far before the map the first one begins; negative: inside
  int64_t step;          // from a pixel's window to the next one's
  int64_t first, apart;  // the pixels are at first, first + apart, and so on
  int64_t wide;          // neighbours that are one pixel
  // A pixel's member m sees place x through this tap of the kernel: origin + m * of_member + x * of_place.
  int64_t origin, of_member, of_place;

  int64_t tap(int64_t member, int64_t place) const { return origin + member * of_member + place * of_place; }
  int64_t pixels(int64_t size) const { return first < size ? (size - 1 - first) / apart + 1 : 0; }
};

struct Product {
  Side rows, columns;
  int64_t channels, outputs;  // of what a window sees; of one member
  bool whole;                 // whether it sees its windows whole: then few values are one step of the product

  int64_t wide_outputs() const { return columns.wide * outputs; }
  // Steps of 32 values.
  int64_t depths() const { return (rows.window == 0 ? 0 : place(rows.window, 0) + kTileDepth - 1) / kTileDepth; }
  // Where the filter has the values at a window's place.
  int64_t place(int64_t y, int64_t x) const;
  int64_t filter_size() const { return depths() * kTileDepth * rounded_up(wide_outputs(), kTileOutputs); }
};

// Products that compute a map together, of widths that `wide` divides.
struct Plan {
  int64_t wide;
  std::vector<Product> products;

  int64_t filter_size() const;
};

// The fastest one, and if that is not for all widths the one that is. A filter has the weights of all.
std::vector<Plan> plans_of(const Geometry& geometry, bool dgrad);

}  // namespace saddlepoint
