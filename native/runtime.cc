// What the engine runs on: versions, threads, devices.
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/version.h>
#ifndef _WIN32
#include <dlfcn.h>
#endif

#include "bfloat16_kernels.h"
#include "bridge.h"
#include "convolution_kernels.h"
#include "convolution_limits.h"

namespace saddlepoint {

namespace {

int64_t cuda_devices() {
  if (!at::globalContext().hasCUDA() || !c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA)) return 0;
  return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).deviceCount();
}

// Debian's LibTorch multiplies matrices with OpenBLAS, which has threads of its own, one set for the whole process: two
// threads of ours that both multiply with it wait for each other (measured: a split attack took twice as long).
void set_blas_threads(int count) {
#ifndef _WIN32
  using SetThreads = void (*)(int);
  static const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set) set(count);
#endif
}

int read_threads(const Call& call) {
  const int64_t count = call.integer(0, "count");
  if (count < 1 || count > 1024)
    fail_argument("expected between 1 and 1024 threads, received " + std::to_string(count));
  return static_cast<int>(count);
}

// setThreads(count): the threads of one operator of this thread's
napi_value set_threads(Call& call) {
  at::set_num_threads(read_threads(call));
  return undefined(call.env);
}

// setProductThreads(count): the threads of one matrix product, whichever thread it is of
napi_value set_product_threads(Call& call) {
  set_blas_threads(read_threads(call));
  return undefined(call.env);
}

// environment() => this thread's number
napi_value environment(Call& call) { return to_js(call.env, call.environment.number); }

// environmentLives(number) => whether the thread is still there
napi_value environment_lives(Call& call) {
  return to_js(call.env, saddlepoint::environment_lives(call.integer(0, "number")));
}

// runtime() => { version, threads, cudaDevices, configuration, parallel }
napi_value runtime(Call& call) {
  return object(call.env, {{"version", to_js(call.env, TORCH_VERSION)},
                           {"threads", to_js(call.env, static_cast<int64_t>(at::get_num_threads()))},
                           {"cudaDevices", to_js(call.env, cuda_devices())},
                           {"configuration", to_js(call.env, at::show_config())},
                           {"parallel", to_js(call.env, at::get_parallel_info())}});
}

// tuneConvolutions(enabled) => whether it was: cuDNN times its algorithms for every new shape and takes the fastest
napi_value tune_convolutions(Call& call) {
  const bool previous = at::globalContext().benchmarkCuDNN();
  at::globalContext().setBenchmarkCuDNN(call.boolean(0, "enabled"));
  return to_js(call.env, previous);
}

// allowTf32(enabled) => whether it was: a GPU's matrix units may round the factors of float32 products to 11 bits
napi_value allow_tf32(Call& call) {
  at::Context& context = at::globalContext();
  const bool previous = context.allowTF32CuDNN();
  const bool enabled = call.boolean(0, "enabled");
  context.setAllowTF32CuDNN(enabled);
  context.setAllowTF32CuBLAS(enabled);
  return to_js(call.env, previous);
}

// convolutionLimits() => { channelMultiple, largestStride, kernels, tiles }: what our own convolutions ask of a layer,
// for which instruction set those of wide layers are, and whether those in bfloat16 have a processor with tiles
napi_value convolution_limits(Call& call) {
  return object(call.env, {{"channelMultiple", to_js(call.env, kChannelMultiple)},
                           {"largestStride", to_js(call.env, kLargestStride)},
                           {"kernels", to_js(call.env, std::string(kernels_for({}).name))},
                           {"tiles", to_js(call.env, has_tiles())}});
}

// onError((code, message) => Error): makes the errors that native code throws
napi_value on_error(Call& call) {
  if (type_of(call.env, call[0]) != napi_function) fail_argument("expected a function");
  if (call.environment.make_error) check_napi(call.env, napi_delete_reference(call.env, call.environment.make_error));
  check_napi(call.env, napi_create_reference(call.env, call[0], 1, &call.environment.make_error));
  return undefined(call.env);
}

}  // namespace

void export_runtime(ExportTable& table) {
  table.insert(table.end(), {{"setThreads", guarded<set_threads>},
                             {"setProductThreads", guarded<set_product_threads>},
                             {"environment", guarded<environment>},
                             {"environmentLives", guarded<environment_lives>},
                             {"runtime", guarded<runtime>},
                             {"tuneConvolutions", guarded<tune_convolutions>},
                             {"allowTf32", guarded<allow_tf32>},
                             {"convolutionLimits", guarded<convolution_limits>},
                             {"onError", guarded<on_error>}});
}

}  // namespace saddlepoint
