// The addon's entry: one environment per Node environment, and the table of exports.
#include "bridge.h"
#include "dispatch.h"

namespace saddlepoint {

namespace {

void release(napi_env, void* data, void*) { delete static_cast<Environment*>(data); }

napi_value initialize(napi_env env, napi_value exports) {
  if (napi_set_instance_data(env, new Environment(), release, nullptr) != napi_ok) return nullptr;
  ExportTable table;
  export_dispatch(table);
  export_autograd(table);
  export_transfer(table);
  export_random(table);
  export_optimizer(table);
  export_runtime(table);
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
