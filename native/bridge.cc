#include "bridge.h"

#include <cmath>
#include <mutex>
#include <new>
#include <set>

#include "dispatch.h"

namespace saddlepoint {

namespace {
std::mutex numbers_mutex;
std::set<int64_t>& living_numbers() {
  static auto* numbers = new std::set<int64_t>();  // never freed: threads end in any order, also after main
  return *numbers;
}

int64_t next_number() {
  static int64_t last = 0;
  const std::lock_guard<std::mutex> guard(numbers_mutex);
  living_numbers().insert(last += 1);
  return last;
}
}  // namespace

Environment::Environment() : number(next_number()) {}

Environment::~Environment() {
  const std::lock_guard<std::mutex> guard(numbers_mutex);
  living_numbers().erase(number);
}

bool environment_lives(int64_t number) {
  const std::lock_guard<std::mutex> guard(numbers_mutex);
  return living_numbers().count(number) > 0;
}

Environment& environment_of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Environment*>(data);
}

void fail_argument(const std::string& message) { throw Failure{"ARGUMENT", message}; }

namespace {
struct PendingException {};  // a JavaScript exception is already set

constexpr double kMaxSafeInteger = 9007199254740991.0;
constexpr uint32_t kMaxElements = 1u << 20;  // of an array argument; `new Array(2 ** 32 - 1)` costs JavaScript nothing

const char* describe(napi_valuetype type) {
  switch (type) {
    case napi_undefined: return "undefined";
    case napi_null: return "null";
    case napi_boolean: return "a boolean";
    case napi_number: return "a number";
    case napi_string: return "a string";
    case napi_symbol: return "a symbol";
    case napi_object: return "an object";
    case napi_function: return "a function";
    case napi_bigint: return "a bigint";
    default: return "something else";
  }
}

[[noreturn]] void fail_type(napi_env env, napi_value value, const std::string& name, const char* expected) {
  fail_argument("expected " + std::string(expected) + " for `" + name + "`, received " + describe(type_of(env, value)));
}
}  // namespace

void check_napi(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) throw PendingException{};
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  throw Failure{"INTERNAL", info && info->error_message ? info->error_message : "a Node-API call failed"};
}

Call::Call(napi_env env_, napi_callback_info info) : env(env_), environment(environment_of(env_)) {
  check_napi(env, napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr));
  if (count > kMaxArguments) fail_argument("too many arguments");
}

napi_value Call::operator[](size_t index) const { return index < count ? arguments[index] : undefined(env); }

bool Call::missing(size_t index) const {
  if (index >= count) return true;
  const auto type = type_of(env, arguments[index]);
  return type == napi_undefined || type == napi_null;
}

double Call::number(size_t index, const char* name) const { return read_number(env, (*this)[index], name); }
int64_t Call::integer(size_t index, const char* name) const { return read_integer(env, (*this)[index], name); }
bool Call::boolean(size_t index, const char* name) const { return read_boolean(env, (*this)[index], name); }
std::string Call::text(size_t index, const char* name) const { return read_text(env, (*this)[index], name); }
at::Tensor Call::tensor(size_t index, const char* name) const {
  return read_tensor(env, environment, (*this)[index], name);
}
std::vector<at::Tensor> Call::tensors(size_t index, const char* name) const {
  return read_tensors(env, environment, (*this)[index], name);
}
std::vector<int64_t> Call::integers(size_t index, const char* name) const {
  return read_integers(env, (*this)[index], name);
}

napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  check_napi(env, napi_typeof(env, value, &type));
  return type;
}

double read_number(napi_env env, napi_value value, const std::string& name) {
  double result = 0;
  const auto status = napi_get_value_double(env, value, &result);
  if (status == napi_number_expected) fail_type(env, value, name, "a number");
  check_napi(env, status);
  return result;
}

int64_t read_integer(napi_env env, napi_value value, const std::string& name) {
  const auto type = type_of(env, value);
  if (type == napi_bigint) {
    int64_t result = 0;
    bool lossless = false;
    check_napi(env, napi_get_value_bigint_int64(env, value, &result, &lossless));
    if (!lossless) fail_argument("`" + name + "` does not fit in 64 bits");
    return result;
  }
  if (type != napi_number) fail_type(env, value, name, "a whole number");
  const double number = read_number(env, value, name);
  if (number != std::floor(number) || std::abs(number) > kMaxSafeInteger) {
    fail_argument("expected a whole number for `" + name + "`, received " + std::to_string(number));
  }
  return static_cast<int64_t>(number);
}

bool read_boolean(napi_env env, napi_value value, const std::string& name) {
  bool result = false;
  const auto status = napi_get_value_bool(env, value, &result);
  if (status == napi_boolean_expected) fail_type(env, value, name, "a boolean");
  check_napi(env, status);
  return result;
}

std::string read_text(napi_env env, napi_value value, const std::string& name) {
  size_t length = 0;
  const auto status = napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  if (status == napi_string_expected) fail_type(env, value, name, "a string");
  check_napi(env, status);
  std::string result(length, '\0');
  check_napi(env, napi_get_value_string_utf8(env, value, result.data(), length + 1, &length));
  return result;
}

at::Tensor read_tensor(napi_env env, Environment& environment, napi_value value, const std::string& name) {
  double handle = 0;
  if (napi_get_value_double(env, value, &handle) != napi_ok) fail_type(env, value, name, "a tensor");
  const at::Tensor* tensor = environment.slots.find(handle);
  if (!tensor) throw Failure{"DISPOSED", "the tensor given for `" + name + "` has been disposed"};
  return *tensor;
}

std::vector<napi_value> read_array(napi_env env, napi_value value, const std::string& name) {
  bool is_array = false;
  check_napi(env, napi_is_array(env, value, &is_array));
  if (!is_array) fail_type(env, value, name, "an array");
  uint32_t length = 0;
  check_napi(env, napi_get_array_length(env, value, &length));
  if (length > kMaxElements) {
    fail_argument("expected at most " + std::to_string(kMaxElements) + " elements for `" + name + "`, received " +
                  std::to_string(length));
  }
  std::vector<napi_value> elements(length);
  for (uint32_t i = 0; i < length; i += 1) check_napi(env, napi_get_element(env, value, i, &elements[i]));
  return elements;
}

std::vector<at::Tensor> read_tensors(napi_env env, Environment& environment, napi_value value,
                                     const std::string& name) {
  std::vector<at::Tensor> tensors;
  for (napi_value element : read_array(env, value, name)) {
    tensors.push_back(read_tensor(env, environment, element, name));
  }
  return tensors;
}

std::vector<int64_t> read_integers(napi_env env, napi_value value, const std::string& name) {
  std::vector<int64_t> integers;
  for (napi_value element : read_array(env, value, name)) integers.push_back(read_integer(env, element, name));
  return integers;
}

c10::Device read_device(const std::string& text) {
  try {
    c10::Device device(text);
    if (device.is_cpu() || device.is_cuda()) return device;
  } catch (const c10::Error&) {
  }
  fail_argument("expected a device such as \"cpu\", \"cuda\" or \"cuda:0\", received \"" + text + "\"");
}

napi_value undefined(napi_env env) {
  napi_value result;
  check_napi(env, napi_get_undefined(env, &result));
  return result;
}

napi_value null(napi_env env) {
  napi_value result;
  check_napi(env, napi_get_null(env, &result));
  return result;
}

napi_value to_js(napi_env env, double value) {
  napi_value result;
  check_napi(env, napi_create_double(env, value, &result));
  return result;
}

napi_value to_js(napi_env env, bool value) {
  napi_value result;
  check_napi(env, napi_get_boolean(env, value, &result));
  return result;
}

napi_value to_js(napi_env env, const std::string& value) {
  napi_value result;
  check_napi(env, napi_create_string_utf8(env, value.data(), value.size(), &result));
  return result;
}

napi_value to_js(napi_env env, const char* value) { return to_js(env, std::string(value)); }

napi_value to_js(napi_env env, int64_t value) {
  napi_value result;
  if (std::abs(static_cast<double>(value)) <= kMaxSafeInteger) {
    check_napi(env, napi_create_int64(env, value, &result));
  } else {
    check_napi(env, napi_create_bigint_int64(env, value, &result));
  }
  return result;
}

napi_value to_js(napi_env env, const std::vector<napi_value>& values) {
  napi_value result;
  check_napi(env, napi_create_array_with_length(env, values.size(), &result));
  for (size_t i = 0; i < values.size(); i += 1) {
    check_napi(env, napi_set_element(env, result, static_cast<uint32_t>(i), values[i]));
  }
  return result;
}

napi_value to_js(napi_env env, Environment& environment, at::Tensor tensor) {
  if (!tensor.defined()) return null(env);
  return to_js(env, environment.slots.put(std::move(tensor)));
}

napi_value object(napi_env env, std::initializer_list<std::pair<const char*, napi_value>> properties) {
  napi_value result;
  check_napi(env, napi_create_object(env, &result));
  for (const auto& [name, value] : properties) {
    check_napi(env, napi_set_named_property(env, result, name, value));
  }
  return result;
}

namespace {
struct DtypeName {
  const char* name;
  at::ScalarType dtype;
};
constexpr DtypeName kDtypes[] = {
    {"float32", at::kFloat}, {"float64", at::kDouble}, {"float16", at::kHalf}, {"bfloat16", at::kBFloat16},
    {"uint8", at::kByte},    {"int8", at::kChar},      {"int16", at::kShort},  {"int32", at::kInt},
    {"int64", at::kLong},    {"bool", at::kBool},
};
}  // namespace

const char* dtype_name(at::ScalarType dtype) {
  for (const auto& entry : kDtypes) {
    if (entry.dtype == dtype) return entry.name;
  }
  return "unsupported";
}

at::ScalarType dtype_of(const std::string& name) {
  for (const auto& entry : kDtypes) {
    if (name == entry.name) return entry.dtype;
  }
  fail_argument("unknown dtype \"" + name + "\"");
}

at::MemoryFormat memory_format_of(const std::string& name) {
  if (name == "contiguous") return at::MemoryFormat::Contiguous;
  if (name == "preserve") return at::MemoryFormat::Preserve;
  if (name == "channels-last") return at::MemoryFormat::ChannelsLast;
  fail_argument("expected \"contiguous\", \"channels-last\" or \"preserve\" for a memory format, received \"" + name +
                "\"");
}

at::Layout layout_of(const std::string& name) {
  if (name == "strided") return at::kStrided;
  fail_argument("expected \"strided\" for a layout, received \"" + name + "\"");
}

void throw_js(napi_env env, const Failure& failure) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) return;
  napi_value code, message, receiver, make_error = nullptr, error = nullptr;
  Environment& environment = environment_of(env);
  if (environment.make_error) napi_get_reference_value(env, environment.make_error, &make_error);
  if (make_error && napi_get_undefined(env, &receiver) == napi_ok &&
      napi_create_string_utf8(env, failure.code, NAPI_AUTO_LENGTH, &code) == napi_ok &&
      napi_create_string_utf8(env, failure.message.data(), failure.message.size(), &message) == napi_ok) {
    napi_value arguments[] = {code, message};
    if (napi_call_function(env, receiver, make_error, 2, arguments, &error) == napi_ok) {
      napi_throw(env, error);
      return;
    }
  }
  napi_throw_error(env, failure.code, failure.message.c_str());
}

void rethrow_to_js(napi_env env) {
  try {
    throw;
  } catch (const PendingException&) {
  } catch (const Failure& failure) {
    throw_js(env, failure);
  } catch (const std::bad_alloc&) {
    throw_js(env, {"MEMORY", "out of memory"});
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    const bool memory = message.find("allocate memory") != std::string::npos ||
                        message.find("not enough memory") != std::string::npos ||
                        message.find("out of memory") != std::string::npos;
    throw_js(env, {memory ? "MEMORY" : "TORCH", message});
  } catch (const std::exception& error) {
    throw_js(env, {"TORCH", error.what()});
  } catch (...) {
    throw_js(env, {"TORCH", "LibTorch failed without a message"});
  }
}

}  // namespace saddlepoint
