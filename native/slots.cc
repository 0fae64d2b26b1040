#include "slots.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace saddlepoint {

namespace {
constexpr uint32_t kIndexBits = 24;
constexpr double kIndexRange = 1 << kIndexBits;
constexpr uint32_t kGenerations = 1u << 29;  // index and generation together stay below 2^53
}  // namespace

Handle Slots::put(at::Tensor tensor) {
  uint32_t index;
  if (!vacant_.empty()) {
    index = vacant_.back();
    vacant_.pop_back();
  } else {
    TORCH_CHECK(slots_.size() < kIndexRange, "more than ", kIndexRange, " tensors are alive; dispose some");
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  Slot& slot = slots_[index];
  slot.tensor = std::move(tensor);
  counters_.created += 1;
  counters_.live += 1;
  counters_.peak = std::max(counters_.peak, counters_.live);
  return slot.generation * kIndexRange + index;
}

std::optional<uint32_t> Slots::index_of(Handle handle) const {
  if (!(handle >= kIndexRange) || handle >= kIndexRange * kGenerations || handle != std::floor(handle)) {
    return std::nullopt;
  }
  const auto bits = static_cast<uint64_t>(handle);
  const auto index = static_cast<uint32_t>(bits & ((1u << kIndexBits) - 1));
  const auto generation = static_cast<uint32_t>(bits >> kIndexBits);
  if (index >= slots_.size() || slots_[index].generation != generation || !slots_[index].tensor.defined()) {
    return std::nullopt;
  }
  return index;
}

const at::Tensor* Slots::find(Handle handle) const {
  const auto index = index_of(handle);
  return index ? &slots_[*index].tensor : nullptr;
}

bool Slots::free(Handle handle) {
  const auto index = index_of(handle);
  if (!index) return false;
  Slot& slot = slots_[*index];
  slot.generation = slot.generation + 1 < kGenerations ? slot.generation + 1 : 1;
  counters_.live -= 1;
  vacant_.push_back(*index);
  // Last: releasing the tensor may run a destructor that reaches back here.
  at::Tensor released = std::move(slot.tensor);
  slot.tensor = at::Tensor();
  return true;
}

void Slots::clear() {
  slots_.clear();
  vacant_.clear();
  counters_.live = 0;
}

uint64_t Slots::live_bytes() const {
  std::unordered_set<const void*> seen;
  uint64_t bytes = 0;
  for (const Slot& slot : slots_) {
    if (!slot.tensor.defined() || !slot.tensor.has_storage()) continue;
    const auto& storage = slot.tensor.storage();
    if (seen.insert(storage.unsafeGetStorageImpl()).second) bytes += storage.nbytes();
  }
  return bytes;
}

}  // namespace saddlepoint
