// The addon's entry: one environment per Node environment, and the table of exports.
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <ATen/Context.h>

#include "bridge.h"
#include "dispatch.h"

namespace saddlepoint {

namespace {

// By default glibc gives a large tensor's pages back to the kernel when it is freed, and the next one of the
// same size pays for a page fault every 4 KiB. An attack's loop frees and allocates the same sizes thousands
// of times, so the process keeps them; who has tuned malloc with its own variables is left alone.
void keep_freed_pages() {
#ifdef __GLIBC__
  if (std::getenv("MALLOC_TRIM_THRESHOLD_") || std::getenv("MALLOC_MMAP_THRESHOLD_") || std::getenv("MALLOC_MMAP_MAX_"))
    return;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

void release(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

napi_value initialize(napi_env env, napi_value exports) {
  keep_freed_pages();
  // float32 means float32 on a GPU as well: TF32 would round every factor of a convolution to 11 bits.
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  if (napi_set_instance_data(env, new Environment(), release, nullptr) != napi_ok) return nullptr;
  ExportTable table;
  export_dispatch(table);
  export_autograd(table);
  export_transfer(table);
  export_lending(table);
  export_random(table);
  export_optimizer(table);
  export_runtime(table);
  export_cuda_graph(table);
  export_profile(table);
  export_interruption(table);
  export_file_lock(table);
  export_kernel_profile(table);
  for (const auto& [name, callback] : table) {
    napi_value function;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok ||
        napi_set_named_property(env, exports, name, function) != napi_ok) {
      return nullptr;
    }
  }
  return exports;
}

}  // namespace

}  // namespace saddlepoint

NAPI_MODULE_INIT() { return saddlepoint::initialize(env, exports); }
