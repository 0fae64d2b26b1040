// Memory for a Winograd convolution's transformed tiles.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

#include "convolution_jobs.h"

namespace saddlepoint {

// It begins with a cache line, or vectors would lie across two lines wherever malloc happens to put it so. And an
// element begins one line later than it needs to, or all 36 would share a few of the cache's sets where the channels
// are a power of two.
class Workspace {
 public:
  Workspace(int64_t tiles, int64_t channels, int64_t lanes)
      : tiles_(tiles),
        channels_(channels),
        lanes_(lanes),
        step_(tiles * channels + kCacheLine),
        memory_(static_cast<float*>(::operator new(kElements* step_ * sizeof(float), kAlignment))) {}

  // [36, tiles, channels]
  Transformed by_tile() const { return {memory_.get(), step_, channels_, lanes_}; }

  // [36, channels / lanes, tiles, lanes]
  Transformed by_panel() const { return {memory_.get(), step_, lanes_, tiles_ * lanes_}; }

 private:
  static constexpr std::align_val_t kAlignment{kCacheLine * sizeof(float)};

  struct Delete {
    void operator()(float* memory) const { ::operator delete(memory, kAlignment); }
  };

  const int64_t tiles_, channels_, lanes_, step_;
  const std::unique_ptr<float, Delete> memory_;
};

// The tiles from `first` on.
inline Transformed from_tile(Transformed tiles, int64_t first) {
  tiles.data += first * tiles.tile_step;
  return tiles;
}

}  // namespace saddlepoint
