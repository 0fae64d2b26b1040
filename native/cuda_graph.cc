// A CUDA graph: work on a GPU that is recorded once and launched again as a whole. Built for a CUDA LibTorch where the
// CUDA headers are found; elsewhere nothing is exported, which is how TypeScript knows.
#include "bridge.h"

#ifdef SADDLEPOINT_CUDA_GRAPHS

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>
#include <optional>

#include "compat.h"

namespace saddlepoint {

namespace {

// What is recorded must run on a stream of its own, so the recording lends one to whoever works.
struct Recording {
  explicit Recording(c10::Device where) : device(where), stream(c10::cuda::getStreamFromPool(false, where.index())) {}

  c10::Device device;
  c10::cuda::CUDAStream stream;
  std::optional<c10::cuda::CUDAStream> before;
  // Of the memory that the recorded work needs for itself.
  at::cuda::MempoolId_t pool = at::cuda::graph_pool_handle();
  std::unique_ptr<at::cuda::CUDAGraph> graph = std::make_unique<at::cuda::CUDAGraph>();
};

std::shared_ptr<void>& slot_of(Call& call) {
  const int64_t index = call.integer(0, "graph");
  auto& graphs = call.environment.graphs;
  if (index < 0 || static_cast<size_t>(index) >= graphs.size() || !graphs[index]) {
    fail_argument("expected a graph that is alive, received " + std::to_string(index));
  }
  return graphs[index];
}

Recording& recording_of(Call& call) { return *static_cast<Recording*>(slot_of(call).get()); }

// graphCreate(device) => id
napi_value create(Call& call) {
  auto device = read_device(call.text(0, "device"));
  if (!device.is_cuda()) fail_argument("expected a CUDA device to record on, received \"" + device.str() + "\"");
  if (!device.has_index()) device.set_index(c10::cuda::current_device());
  auto& graphs = call.environment.graphs;
  graphs.push_back(std::make_shared<Recording>(device));
  return to_js(call.env, static_cast<int64_t>(graphs.size() - 1));
}

// graphEnter(id): what follows runs on the recording's own stream, after all that runs now
napi_value enter(Call& call) {
  Recording& recording = recording_of(call);
  const c10::cuda::CUDAGuard guard(recording.device);
  c10::cuda::device_synchronize();
  recording.before = c10::cuda::getCurrentCUDAStream(recording.device.index());
  c10::cuda::setCurrentCUDAStream(recording.stream);
  return undefined(call.env);
}

// graphLeave(id): back to the stream before, after all that runs on this one
napi_value leave(Call& call) {
  Recording& recording = recording_of(call);
  if (!recording.before) return undefined(call.env);
  const c10::cuda::CUDAGuard guard(recording.device);
  c10::cuda::setCurrentCUDAStream(*recording.before);
  recording.before.reset();
  c10::cuda::device_synchronize();
  return undefined(call.env);
}

// graphBegin(id): what follows is recorded and does not run
napi_value begin(Call& call) {
  Recording& recording = recording_of(call);
  const c10::cuda::CUDAGuard guard(recording.device);
  recording.graph->capture_begin(recording.pool);
  return undefined(call.env);
}

// graphEnd(id). A recording that failed leaves the allocator in the belief that it goes on: that is put right, and the
// graph, to which the allocator may still refer, is given up and not deleted.
napi_value end(Call& call) {
  Recording& recording = recording_of(call);
  const c10::cuda::CUDAGuard guard(recording.device);
  try {
    recording.graph->capture_end();
  } catch (...) {
    (void)recording.graph.release();
    recording.graph = std::make_unique<at::cuda::CUDAGraph>();
    end_allocating_to_pool(recording.device.index(), recording.pool);
    throw;
  }
  return undefined(call.env);
}

// graphReplay(id): on the current stream, without waiting for it
napi_value replay(Call& call) {
  Recording& recording = recording_of(call);
  const c10::cuda::CUDAGuard guard(recording.device);
  recording.graph->replay();
  return undefined(call.env);
}

napi_value free_graph(Call& call) {
  slot_of(call).reset();
  return undefined(call.env);
}

}  // namespace

void export_cuda_graph(ExportTable& table) {
  table.insert(table.end(), {{"graphCreate", guarded<create>},
                             {"graphEnter", guarded<enter>},
                             {"graphLeave", guarded<leave>},
                             {"graphBegin", guarded<begin>},
                             {"graphEnd", guarded<end>},
                             {"graphReplay", guarded<replay>},
                             {"graphFree", guarded<free_graph>}});
}

}  // namespace saddlepoint

#else

namespace saddlepoint {

void export_cuda_graph(ExportTable&) {}

}  // namespace saddlepoint

#endif
