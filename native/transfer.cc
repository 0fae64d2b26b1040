// Numbers across the border: copied, never shared, so neither side can free the other's memory.
#include <cstring>

#include "bridge.h"

namespace saddlepoint {

namespace {

struct Bytes {
  char* data;
  size_t length;
};

// Where the array's bytes are now. Ask last: reading another argument may run a getter, which may give the bytes away.
Bytes read_bytes(const Call& call, size_t index, const char* name) {
  bool is_typed_array = false;
  check_napi(call.env, napi_is_typedarray(call.env, call[index], &is_typed_array));
  if (!is_typed_array) fail_argument("expected a typed array for `" + std::string(name) + "`");
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0, offset = 0;
  void* data = nullptr;
  napi_value buffer;
  check_napi(call.env, napi_get_typedarray_info(call.env, call[index], &type, &length, &data, &buffer, &offset));
  size_t width = 1;
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array: width = 2; break;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array: width = 4; break;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array: width = 8; break;
    default: break;
  }
  return {static_cast<char*>(data), length * width};
}

// fromBytes(typed array, shape, dtype) => a CPU tensor with the array's bytes
napi_value from_bytes(Call& call) {
  const auto shape = call.integers(1, "shape");
  for (int64_t size : shape) {
    if (size < 0) fail_argument("expected sizes of at least 0 in `shape`, received " + std::to_string(size));
  }
  const at::Tensor tensor = at::empty(shape, at::TensorOptions(dtype_of(call.text(2, "dtype"))));
  const Bytes bytes = read_bytes(call, 0, "data");
  if (tensor.nbytes() != bytes.length) {
    fail_argument("expected " + std::to_string(tensor.nbytes()) + " bytes for this shape and dtype, received " +
                  std::to_string(bytes.length));
  }
  if (bytes.length > 0) std::memcpy(tensor.data_ptr(), bytes.data, bytes.length);
  if (tensor.scalar_type() == at::kBool) {
    // LibTorch counts on 0 and 1; bytes from a file may be anything.
    auto* flags = static_cast<unsigned char*>(tensor.data_ptr());
    for (size_t i = 0; i < bytes.length; i += 1) flags[i] = flags[i] != 0;
  }
  return to_js(call.env, call.environment, tensor);
}

// copyInto(tensor, typed array): the tensor's elements in row-major order, wherever it lives
napi_value copy_into(Call& call) {
  const at::Tensor tensor = call.tensor(0, "tensor").detach().to(at::kCPU).contiguous();
  const Bytes bytes = read_bytes(call, 1, "target");
  if (tensor.nbytes() != bytes.length) {
    fail_argument("expected room for " + std::to_string(tensor.nbytes()) + " bytes, received " +
                  std::to_string(bytes.length));
  }
  if (bytes.length > 0) std::memcpy(bytes.data, tensor.data_ptr(), bytes.length);
  return undefined(call.env);
}

// item(tensor) => the value of a tensor with one element
napi_value item(Call& call) {
  const at::Tensor tensor = call.tensor(0, "tensor");
  if (tensor.numel() != 1) {
    fail_argument("expected a tensor with one element, received " + std::to_string(tensor.numel()));
  }
  const at::Scalar value = tensor.item();
  if (value.isBoolean()) return to_js(call.env, value.to<bool>());
  if (value.isIntegral(false)) return to_js(call.env, value.to<int64_t>());
  return to_js(call.env, value.to<double>());
}

// describe(tensor) => { shape, dtype, device }
napi_value describe(Call& call) {
  const at::Tensor tensor = call.tensor(0, "tensor");
  std::vector<napi_value> shape;
  // A size beyond 2^53, which a view can have, is rounded: callers calculate with plain numbers.
  for (int64_t size : tensor.sizes()) shape.push_back(to_js(call.env, static_cast<double>(size)));
  return object(call.env, {{"shape", to_js(call.env, shape)},
                           {"dtype", to_js(call.env, dtype_name(tensor.scalar_type()))},
                           {"device", to_js(call.env, tensor.device().str())}});
}

napi_value is_contiguous(Call& call) {
  const auto format = memory_format_of(call.text(1, "memoryFormat"));
  const at::Tensor tensor = call.tensor(0, "tensor");
  if (format == at::MemoryFormat::ChannelsLast && tensor.dim() != 4) return to_js(call.env, false);
  return to_js(call.env, tensor.is_contiguous(format));
}

napi_value free_tensor(Call& call) { return to_js(call.env, call.environment.slots.free(call.number(0, "handle"))); }

napi_value counters(Call& call) {
  const Slots& slots = call.environment.slots;
  const auto counters = slots.counters();
  return object(call.env, {{"live", to_js(call.env, static_cast<int64_t>(counters.live))},
                           {"peak", to_js(call.env, static_cast<int64_t>(counters.peak))},
                           {"created", to_js(call.env, static_cast<int64_t>(counters.created))},
                           {"bytes", to_js(call.env, static_cast<int64_t>(slots.live_bytes()))}});
}

}  // namespace

void export_transfer(ExportTable& table) {
  table.insert(table.end(), {{"fromBytes", guarded<from_bytes>},
                             {"copyInto", guarded<copy_into>},
                             {"item", guarded<item>},
                             {"describe", guarded<describe>},
                             {"isContiguous", guarded<is_contiguous>},
                             {"free", guarded<free_tensor>},
                             {"counters", guarded<counters>}});
}

}  // namespace saddlepoint
