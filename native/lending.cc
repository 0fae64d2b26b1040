// Tensors that another thread of this process computes with: the same memory, no copy. Each thread has its own table of
// tensors, so what one lends waits here by a number until it takes it back.
#include <mutex>
#include <unordered_map>

#include "bridge.h"

namespace saddlepoint {

namespace {

class Lent {
 public:
  int64_t put(at::Tensor tensor) {
    const std::lock_guard<std::mutex> guard(mutex_);
    tensors_.emplace(++last_, std::move(tensor));
    return last_;
  }

  at::Tensor get(int64_t number) {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto found = tensors_.find(number);
    if (found == tensors_.end()) fail_argument("no tensor is lent under the number " + std::to_string(number));
    return found->second;
  }

  bool remove(int64_t number) {
    const std::lock_guard<std::mutex> guard(mutex_);
    return tensors_.erase(number) > 0;
  }

 private:
  std::mutex mutex_;
  int64_t last_ = 0;
  std::unordered_map<int64_t, at::Tensor> tensors_;
};

// Of the process; never destroyed, since threads may end after it.
Lent& lent() {
  static Lent* const all = new Lent;
  return *all;
}

// lend(tensor) => number
napi_value lend(Call& call) { return to_js(call.env, lent().put(call.tensor(0, "tensor").detach())); }

// borrow(number) => a tensor of this thread with the same memory
napi_value borrow(Call& call) {
  return to_js(call.env, call.environment, lent().get(call.integer(0, "number")).detach());
}

// takeBack(number) => whether it was lent
napi_value take_back(Call& call) { return to_js(call.env, lent().remove(call.integer(0, "number"))); }

// shareMemory(tensor, other): the tensor's elements are the other's from now on
napi_value share_memory(Call& call) {
  at::Tensor tensor = call.tensor(0, "tensor");
  const at::Tensor other = call.tensor(1, "other");
  if (tensor.sizes() != other.sizes() || tensor.scalar_type() != other.scalar_type() ||
      tensor.device() != other.device()) {
    fail_argument(c10::str("expected a tensor of the same shape, dtype and device, received ", other.sizes(), " and ",
                           other.options(), " for ", tensor.sizes(), " and ", tensor.options()));
  }
  tensor.set_data(other);
  return undefined(call.env);
}

}  // namespace

void export_lending(ExportTable& table) {
  table.insert(table.end(), {{"lend", guarded<lend>},
                             {"borrow", guarded<borrow>},
                             {"takeBack", guarded<take_back>},
                             {"shareMemory", guarded<share_memory>}});
}

}  // namespace saddlepoint
