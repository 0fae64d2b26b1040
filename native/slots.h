// Tensors that JavaScript holds live in slots; a handle is a slot index with a generation, so that a
// stale handle is recognised instead of reaching another tensor.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace saddlepoint {

using Handle = double;  // generation * 2^24 + index, exact in a JavaScript number; 0 is never issued

class Slots {
 public:
  Handle put(at::Tensor tensor);
  // Null when the handle was never issued or its tensor was freed.
  const at::Tensor* find(Handle handle) const;
  // False when the handle was already free: freeing twice is harmless.
  bool free(Handle handle);
  void clear();

  struct Counters {
    uint64_t live = 0;
    uint64_t created = 0;
    uint64_t peak = 0;
  };
  const Counters& counters() const { return counters_; }
  // Bytes of the distinct storages behind the live handles: views of one storage count once.
  uint64_t live_bytes() const;

 private:
  struct Slot {
    at::Tensor tensor;
    uint32_t generation = 1;
  };
  std::optional<uint32_t> index_of(Handle handle) const;

  std::vector<Slot> slots_;
  std::vector<uint32_t> vacant_;
  Counters counters_;
};

}  // namespace saddlepoint
