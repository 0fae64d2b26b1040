// How long each kernel takes on a GPU, by LibTorch's own profiler. Not exported where LibTorch is too old for it.
#include "bridge.h"
#include "compat.h"

#if SADDLEPOINT_TORCH_AT_LEAST(2, 3)

#include <torch/csrc/autograd/profiler_kineto.h>

#include <map>
#include <set>

namespace saddlepoint {

namespace {

namespace profiler = torch::autograd::profiler;
using torch::profiler::impl::ActivityType;
using torch::profiler::impl::ProfilerConfig;
using torch::profiler::impl::ProfilerState;

// kernelProfileBegin(): records the kernels of all streams from now on
napi_value begin(Call& call) {
  const std::set<ActivityType> activities{ActivityType::CPU, ActivityType::CUDA};
  const ProfilerConfig config(ProfilerState::KINETO);
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  return undefined(call.env);
}

struct Total {
  int64_t calls = 0;
  double seconds = 0;
};

// kernelProfileEnd() => { name, calls, seconds }[]: of kernels and copies on the GPU. The caller waits for the device
// first.
napi_value end(Call& call) {
  const auto result = profiler::disableProfiler();
  std::map<std::string, Total> totals;
  for (const auto& event : result->events()) {
    if (event.deviceType() != c10::DeviceType::CUDA) continue;
    Total& total = totals[event.name()];
    total.calls += 1;
    total.seconds += static_cast<double>(event.durationNs()) * 1e-9;
  }
  std::vector<napi_value> rows;
  for (const auto& [name, total] : totals) {
    rows.push_back(object(call.env, {{"name", to_js(call.env, name)},
                                     {"calls", to_js(call.env, total.calls)},
                                     {"seconds", to_js(call.env, total.seconds)}}));
  }
  return to_js(call.env, rows);
}

}  // namespace

void export_kernel_profile(ExportTable& table) {
  table.insert(table.end(), {{"kernelProfileBegin", guarded<begin>}, {"kernelProfileEnd", guarded<end>}});
}

}  // namespace saddlepoint

#else

namespace saddlepoint {

void export_kernel_profile(ExportTable&) {}

}  // namespace saddlepoint

#endif
