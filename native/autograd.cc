// LibTorch's own automatic differentiation, and the thread's gradient and autocast modes.
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "bridge.h"
#include "compat.h"

namespace saddlepoint {

namespace {

std::vector<at::Tensor> optional_tensors(const Call& call, size_t index, const char* name) {
  return call.missing(index) ? std::vector<at::Tensor>{} : call.tensors(index, name);
}

// backward(outputs, gradients?, retainGraph, createGraph)
napi_value backward(Call& call) {
  torch::autograd::backward(call.tensors(0, "outputs"), optional_tensors(call, 1, "gradients"),
                            call.boolean(2, "retainGraph"), call.boolean(3, "createGraph"));
  return undefined(call.env);
}

// grad(outputs, inputs, gradients?, retainGraph, createGraph, allowUnused) => (tensor | null)[]
napi_value grad(Call& call) {
  const auto results = torch::autograd::grad(call.tensors(0, "outputs"), call.tensors(1, "inputs"),
                                             optional_tensors(call, 2, "gradients"), call.boolean(3, "retainGraph"),
                                             call.boolean(4, "createGraph"), call.boolean(5, "allowUnused"));
  std::vector<napi_value> gradients;
  for (const at::Tensor& result : results) gradients.push_back(to_js(call.env, call.environment, result));
  return to_js(call.env, gradients);
}

// gradientOf(tensor) => the accumulated gradient (the very tensor, not a copy) or null
napi_value gradient_of(Call& call) { return to_js(call.env, call.environment, call.tensor(0, "tensor").grad()); }

// clearGradients(tensors): as if backward had never run
napi_value clear_gradients(Call& call) {
  for (at::Tensor& tensor : call.tensors(0, "tensors")) tensor.mutable_grad() = at::Tensor();
  return undefined(call.env);
}

napi_value set_requires_grad(Call& call) {
  call.tensor(0, "tensor").set_requires_grad(call.boolean(1, "requiresGrad"));
  return undefined(call.env);
}

napi_value requires_grad(Call& call) { return to_js(call.env, call.tensor(0, "tensor").requires_grad()); }

// setGradMode(enabled) => the mode before
napi_value set_grad_mode(Call& call) {
  const bool previous = at::GradMode::is_enabled();
  at::GradMode::set_enabled(call.boolean(0, "enabled"));
  return to_js(call.env, previous);
}

// exchangeAutocast(device, enabled, dtype) => { enabled, dtype } before
napi_value exchange(Call& call) {
  const auto device = read_device(call.text(0, "device")).type();
  const auto dtype = dtype_of(call.text(2, "dtype"));
  if (dtype != at::kBFloat16 && dtype != at::kHalf) {
    fail_argument("expected \"bfloat16\" or \"float16\" for autocast, received \"" + call.text(2, "dtype") + "\"");
  }
  const AutocastState previous = exchange_autocast(device, {call.boolean(1, "enabled"), dtype});
  return object(call.env, {{"enabled", to_js(call.env, previous.enabled)},
                           {"dtype", to_js(call.env, dtype_name(previous.dtype))}});
}

// The casts of weights that autocast remembers; must be dropped when the outermost region ends.
napi_value clear_autocast_cache(Call& call) {
  at::autocast::clear_cache();
  return undefined(call.env);
}

}  // namespace

void export_autograd(ExportTable& table) {
  table.insert(table.end(), {{"backward", guarded<backward>},
                             {"grad", guarded<grad>},
                             {"gradientOf", guarded<gradient_of>},
                             {"clearGradients", guarded<clear_gradients>},
                             {"setRequiresGrad", guarded<set_requires_grad>},
                             {"requiresGrad", guarded<requires_grad>},
                             {"setGradMode", guarded<set_grad_mode>},
                             {"exchangeAutocast", guarded<exchange>},
                             {"clearAutocastCache", guarded<clear_autocast_cache>}});
}

}  // namespace saddlepoint
