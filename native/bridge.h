// The border between JavaScript and C++: the per-environment state, the guard every exported function
// runs in, and the readers and writers of JavaScript values.
#pragma once

#include <ATen/ATen.h>
#include <node_api.h>

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "slots.h"

namespace saddlepoint {

struct Operator;  // dispatch.h

// One per Node environment (main thread or worker): nothing is global, so environments cannot meet.
struct Environment {
  Slots slots;
  std::deque<Operator> operators;  // elements stay where they are: a call may run a getter that looks another up
  std::vector<at::Generator> generators;
  std::vector<size_t> vacant_generators;
  std::vector<std::shared_ptr<void>> graphs;  // cuda_graph.cc's, whose type only CUDA's headers know
  napi_ref make_error = nullptr;              // (code, message) => Error, set once from TypeScript
  bool interruptible = true;                  // see interruption.cc
  const int64_t number;                       // of this environment among all there ever were, from 1

  Environment();
  ~Environment();
};

Environment& environment_of(napi_env env);

// Whether the thread of that environment is still there. Any thread may ask.
bool environment_lives(int64_t number);

// A failure with a code that TypeScript turns into the right error class.
struct Failure {
  const char* code;
  std::string message;
};

[[noreturn]] void fail_argument(const std::string& message);
void check_napi(napi_env env, napi_status status);

// What an exported function sees of its call.
class Call {
 public:
  static constexpr size_t kMaxArguments = 32;

  Call(napi_env env, napi_callback_info info);

  napi_env env;
  Environment& environment;
  size_t count = kMaxArguments;
  napi_value arguments[kMaxArguments];

  napi_value operator[](size_t index) const;
  bool missing(size_t index) const;  // absent, undefined or null

  double number(size_t index, const char* name) const;
  int64_t integer(size_t index, const char* name) const;
  bool boolean(size_t index, const char* name) const;
  std::string text(size_t index, const char* name) const;
  at::Tensor tensor(size_t index, const char* name) const;
  std::vector<at::Tensor> tensors(size_t index, const char* name) const;
  std::vector<int64_t> integers(size_t index, const char* name) const;
};

// Readers of single values; `name` is the argument the error message speaks of.
napi_valuetype type_of(napi_env env, napi_value value);
double read_number(napi_env env, napi_value value, const std::string& name);
int64_t read_integer(napi_env env, napi_value value, const std::string& name);
bool read_boolean(napi_env env, napi_value value, const std::string& name);
std::string read_text(napi_env env, napi_value value, const std::string& name);
at::Tensor read_tensor(napi_env env, Environment& environment, napi_value value, const std::string& name);
std::vector<napi_value> read_array(napi_env env, napi_value value, const std::string& name);
std::vector<at::Tensor> read_tensors(napi_env env, Environment& environment, napi_value value, const std::string& name);
std::vector<int64_t> read_integers(napi_env env, napi_value value, const std::string& name);
c10::Device read_device(const std::string& text);

napi_value undefined(napi_env env);
napi_value null(napi_env env);
napi_value to_js(napi_env env, double value);
napi_value to_js(napi_env env, bool value);
napi_value to_js(napi_env env, const std::string& value);
napi_value to_js(napi_env env, const char* value);
napi_value to_js(napi_env env, int64_t value);  // a number when exact, else a BigInt
napi_value to_js(napi_env env, const std::vector<napi_value>& values);
// An undefined tensor becomes null.
napi_value to_js(napi_env env, Environment& environment, at::Tensor tensor);
napi_value object(napi_env env, std::initializer_list<std::pair<const char*, napi_value>> properties);

// The dtype, memory format and layout names of TypeScript. Throws for an unknown one.
at::MemoryFormat memory_format_of(const std::string& name);
at::Layout layout_of(const std::string& name);
const char* dtype_name(at::ScalarType dtype);
at::ScalarType dtype_of(const std::string& name);

void throw_js(napi_env env, const Failure& failure);

// Runs the body of every exported function; no C++ exception leaves it.
template <napi_value (*body)(Call&)>
napi_value guarded(napi_env env, napi_callback_info info);

using ExportTable = std::vector<std::pair<const char*, napi_callback>>;
void export_dispatch(ExportTable& table);
void export_autograd(ExportTable& table);
void export_transfer(ExportTable& table);
void export_lending(ExportTable& table);
void export_random(ExportTable& table);
void export_optimizer(ExportTable& table);
void export_runtime(ExportTable& table);
void export_cuda_graph(ExportTable& table);
void export_profile(ExportTable& table);
void export_interruption(ExportTable& table);
void export_file_lock(ExportTable& table);
void export_kernel_profile(ExportTable& table);

// ---------------------------------------------------------------------------------------------------

void rethrow_to_js(napi_env env);  // call inside a catch block

template <napi_value (*body)(Call&)>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    Call call(env, info);
    return body(call);
  } catch (...) {
    rethrow_to_js(env);
    return nullptr;
  }
}

}  // namespace saddlepoint
