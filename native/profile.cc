// How long each operator takes, backward pass included, by the calls that LibTorch itself reports.
#include <ATen/record_function.h>

#include <chrono>
#include <map>
#include <memory>

#include "bridge.h"

namespace saddlepoint {

namespace {

using Clock = std::chrono::steady_clock;

struct Total {
  int64_t calls = 0;
  double seconds = 0;  // less what other operators took that it called
};

// One operator that is at work; they nest.
struct Running : at::ObserverContext {
  Clock::time_point started = Clock::now();
  double inner_seconds = 0;
  Running* outer = nullptr;
};

// Of the thread that asked: where several share a batch, each does the same.
struct Profile {
  at::CallbackHandle handle = 0;
  std::map<std::string, Total> totals;
  Running* innermost = nullptr;
};

thread_local std::unique_ptr<Profile> current;

std::unique_ptr<at::ObserverContext> started(const at::RecordFunction&) {
  if (!current) return nullptr;
  auto running = std::make_unique<Running>();
  running->outer = current->innermost;
  current->innermost = running.get();
  return running;
}

void ended(const at::RecordFunction& function, at::ObserverContext* context) {
  if (!current || !context) return;
  const auto* running = static_cast<Running*>(context);
  const double seconds = std::chrono::duration<double>(Clock::now() - running->started).count();
  Total& total = current->totals[function.name()];
  total.calls += 1;
  total.seconds += seconds - running->inner_seconds;
  if (running->outer) running->outer->inner_seconds += seconds;
  current->innermost = running->outer;
}

// profileBegin(): counts this thread's operators from now on
napi_value begin(Call& call) {
  if (current) fail_argument("expected one profile at a time, received another beginning");
  current = std::make_unique<Profile>();
  at::RecordFunctionCallback callback(started, ended);
  callback.scopes({at::RecordScope::FUNCTION});
  current->handle = at::addThreadLocalCallback(callback);
  return undefined(call.env);
}

// profileEnd() => { name, calls, seconds }[]
napi_value end(Call& call) {
  if (!current) fail_argument("expected a profile that has begun, received none");
  const std::unique_ptr<Profile> profile = std::move(current);
  at::removeCallback(profile->handle);
  std::vector<napi_value> rows;
  for (const auto& [name, total] : profile->totals) {
    rows.push_back(object(call.env, {{"name", to_js(call.env, name)},
                                     {"calls", to_js(call.env, total.calls)},
                                     {"seconds", to_js(call.env, total.seconds)}}));
  }
  return to_js(call.env, rows);
}

}  // namespace

void export_profile(ExportTable& table) {
  table.insert(table.end(), {{"profileBegin", guarded<begin>}, {"profileEnd", guarded<end>}});
}

}  // namespace saddlepoint
