#include "dispatch.h"

#include <cmath>

#include "interruption.h"

namespace saddlepoint {

namespace {

// The scalar kind of a schema type, and the name the TypeScript declaration must give it.
struct KindName {
  Kind kind;
  const char* name;
};

KindName kind_of(const c10::TypePtr& type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return {Kind::Tensor, "Tensor"};
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return {Kind::Integer, "int"};
    case c10::TypeKind::ScalarTypeType: return {Kind::Dtype, "ScalarType"};
    case c10::TypeKind::MemoryFormatType: return {Kind::MemoryFormat, "MemoryFormat"};
    case c10::TypeKind::LayoutType: return {Kind::Layout, "Layout"};
    case c10::TypeKind::FloatType: return {Kind::Float, "float"};
    case c10::TypeKind::BoolType: return {Kind::Boolean, "bool"};
    case c10::TypeKind::NumberType: return {Kind::Scalar, "Scalar"};
    case c10::TypeKind::StringType: return {Kind::Text, "str"};
    case c10::TypeKind::DeviceObjType: return {Kind::Device, "Device"};
    case c10::TypeKind::GeneratorType: return {Kind::Generator, "Generator"};
    default: fail_argument("cannot call an operator with an argument of type " + type->repr_str());
  }
}

// Integers that some LibTorch does not check itself: outside of these it divides by zero (which ends the process), or
// returns memory it never wrote. By parameter name, for every operator that has one. test/engine/never-dies.test.ts
// finds what is missing here.
constexpr int64_t kLarge = INT32_MAX;
struct Limit {
  const char* parameter;
  int64_t minimum;
  int64_t maximum;
};
constexpr Limit kLimits[] = {
    {"groups", 1, kLarge},   {"num_groups", 1, kLarge},    {"kernel_size", 1, kLarge}, {"stride", 1, kLarge},
    {"dilation", 1, kLarge}, {"padding", 0, kLarge},       {"output_size", 0, kLarge}, {"reduction", 0, 2},
    {"padding_mode", 0, 2},  {"interpolation_mode", 0, 2},
};

void set_limits(Parameter& parameter) {
  for (const Limit& limit : kLimits) {
    if (parameter.name != limit.parameter) continue;
    parameter.minimum = limit.minimum;
    parameter.maximum = limit.maximum;
  }
}

int64_t read_limited(napi_env env, napi_value value, const Parameter& parameter) {
  const int64_t integer = read_integer(env, value, parameter.name);
  if (integer < parameter.minimum || integer > parameter.maximum) {
    fail_argument("expected `" + parameter.name + "` from " + std::to_string(parameter.minimum) + " to " +
                  std::to_string(parameter.maximum) + ", received " + std::to_string(integer));
  }
  return integer;
}

// A number or a tensor; a number takes part in the choice of the result's type as numbers do.
at::Tensor operand(const c10::IValue& value) {
  if (value.isTensor()) return value.toTensor();
  at::Tensor number = at::scalar_tensor(value.toScalar(), value.isInt() ? at::kLong : at::kDouble);
  number.unsafeGetTensorImpl()->set_wrapped_number(true);
  return number;
}

// The smallest integer modulo -1 overflows in the processor's division, which ends the process with LibTorch 1.13. What
// counts is the divisor in the type that is computed in: 2^63 - 1 is -1 in 32 bits.
void check_remainder(const torch::jit::Stack& stack) {
  const at::Tensor dividend = operand(stack[0]), divisor = operand(stack[1]);
  const at::ScalarType type = at::result_type(dividend, divisor);
  if (!at::isIntegralType(type, false) || divisor.numel() == 0) return;
  if (divisor.to(type).lt(0).any().item<bool>()) {
    fail_argument("expected divisors of at least 0 for the remainder of integers, received a negative one");
  }
}

// LibTorch 1.13 writes as many values as there are indices into a result of one.
void check_index_select(const torch::jit::Stack& stack) {
  if (stack[0].toTensor().dim() > 0 || stack[2].toTensor().numel() == 1) return;
  fail_argument("expected one index into a tensor without dimensions, received " +
                std::to_string(stack[2].toTensor().numel()));
}

// What some LibTorch does not check itself, by operator; test/engine/never-dies.test.ts and `npm run campaign` find
// more.
Operator::Check check_of(const std::string& name) {
  if (name == "remainder") return check_remainder;
  if (name == "index_select") return check_index_select;
  return nullptr;
}

c10::TypePtr strip_optional(const c10::TypePtr& type, bool& optional) {
  if (type->kind() != c10::TypeKind::OptionalType) return type;
  optional = true;
  return type->expectRef<c10::OptionalType>().getElementType();
}

// Fills `parameter` and returns the type as the TypeScript declaration writes it, e.g. `int[]?`.
std::string read_parameter(const c10::Argument& argument, Parameter& parameter) {
  parameter.name = argument.name();
  parameter.fallback = argument.default_value();
  parameter.broadcast = argument.N().value_or(0);
  c10::TypePtr type = strip_optional(argument.real_type(), parameter.optional);
  std::string suffix;
  if (type->kind() == c10::TypeKind::ListType) {
    parameter.list = true;
    type = strip_optional(type->expectRef<c10::ListType>().getElementType(), parameter.element_optional);
    suffix = parameter.element_optional ? "?[]" : "[]";
  }
  const KindName found = kind_of(type);
  parameter.kind = found.kind;
  if (found.kind == Kind::Integer) set_limits(parameter);
  return found.name + suffix + (parameter.optional ? "?" : "");
}

std::string return_type(const c10::Argument& argument) {
  bool optional = false;
  c10::TypePtr type = strip_optional(argument.real_type(), optional);
  if (type->kind() == c10::TypeKind::ListType) {
    return std::string(kind_of(type->expectRef<c10::ListType>().getElementType()).name) + "[]";
  }
  return kind_of(type).name;
}

// The number in a Float64Array of one: a float, even where it is whole.
const double* as_float(napi_env env, napi_value value) {
  bool is_array = false;
  check_napi(env, napi_is_typedarray(env, value, &is_array));
  if (!is_array) return nullptr;
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  check_napi(env, napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  return type == napi_float64_array && length == 1 ? static_cast<const double*>(data) : nullptr;
}

c10::Scalar read_scalar(napi_env env, napi_value value, const std::string& name) {
  const auto type = type_of(env, value);
  if (type == napi_boolean) return read_boolean(env, value, name);
  if (type == napi_bigint) return read_integer(env, value, name);
  if (type == napi_object) {
    if (const double* floating = as_float(env, value)) return *floating;
  }
  const double number = read_number(env, value, name);
  // JavaScript has one kind of number: a whole one acts as an integer, as a Python literal would.
  if (number == std::floor(number) && std::abs(number) < 9e15) return static_cast<int64_t>(number);
  return number;
}

at::Generator read_generator(napi_env env, Environment& environment, napi_value value, const std::string& name) {
  const int64_t index = read_integer(env, value, name);
  if (index < 0 || static_cast<size_t>(index) >= environment.generators.size() ||
      !environment.generators[index].defined()) {
    throw Failure{"DISPOSED", "the generator given for `" + name + "` has been disposed"};
  }
  return environment.generators[index];
}

c10::IValue read_single(Call& call, napi_value value, const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::Tensor: return read_tensor(call.env, call.environment, value, parameter.name);
    case Kind::Integer: return read_limited(call.env, value, parameter);
    case Kind::Dtype: return static_cast<int64_t>(dtype_of(read_text(call.env, value, parameter.name)));
    case Kind::MemoryFormat: return static_cast<int64_t>(memory_format_of(read_text(call.env, value, parameter.name)));
    case Kind::Layout: return static_cast<int64_t>(layout_of(read_text(call.env, value, parameter.name)));
    case Kind::Float: return read_number(call.env, value, parameter.name);
    case Kind::Boolean: return read_boolean(call.env, value, parameter.name);
    case Kind::Scalar: return read_scalar(call.env, value, parameter.name);
    case Kind::Text: return read_text(call.env, value, parameter.name);
    case Kind::Device: return read_device(read_text(call.env, value, parameter.name));
    case Kind::Generator: return read_generator(call.env, call.environment, value, parameter.name);
  }
  return {};
}

c10::IValue read_list(Call& call, napi_value value, const Parameter& parameter) {
  const auto& name = parameter.name;
  if (parameter.broadcast > 0 && type_of(call.env, value) == napi_number) {
    return std::vector<int64_t>(parameter.broadcast, read_limited(call.env, value, parameter));
  }
  const std::vector<napi_value> elements = read_array(call.env, value, name);
  switch (parameter.kind) {
    case Kind::Tensor: {
      if (!parameter.element_optional) return read_tensors(call.env, call.environment, value, name);
      c10::List<c10::optional<at::Tensor>> tensors;
      for (napi_value element : elements) {
        const auto type = type_of(call.env, element);
        if (type == napi_null || type == napi_undefined) {
          tensors.push_back(c10::nullopt);
        } else {
          tensors.push_back(read_tensor(call.env, call.environment, element, name));
        }
      }
      return tensors;
    }
    case Kind::Integer: {
      std::vector<int64_t> integers;
      for (napi_value element : elements) integers.push_back(read_limited(call.env, element, parameter));
      return integers;
    }
    case Kind::Float: {
      std::vector<double> numbers;
      for (napi_value element : elements) numbers.push_back(read_number(call.env, element, name));
      return numbers;
    }
    case Kind::Boolean: {
      c10::List<bool> flags;
      for (napi_value element : elements) flags.push_back(read_boolean(call.env, element, name));
      return flags;
    }
    default: fail_argument("cannot pass a list for `" + name + "`");
  }
}

c10::IValue read_argument(Call& call, size_t index, const Parameter& parameter) {
  // Most arguments are tensors: a live handle needs no look at the value's type.
  if (parameter.kind == Kind::Tensor && !parameter.list && index < call.count) {
    double handle = 0;
    if (napi_get_value_double(call.env, call.arguments[index], &handle) == napi_ok) {
      if (const at::Tensor* tensor = call.environment.slots.find(handle)) return *tensor;
    }
  }
  if (call.missing(index)) {
    if (parameter.fallback) return *parameter.fallback;
    if (parameter.optional) return {};
    fail_argument("`" + parameter.name + "` is missing");
  }
  return parameter.list ? read_list(call, call[index], parameter) : read_single(call, call[index], parameter);
}

napi_value write_result(Call& call, c10::IValue value) {
  if (value.isTensor()) return to_js(call.env, call.environment, std::move(value).toTensor());
  if (value.isBool()) return to_js(call.env, value.toBool());
  if (value.isInt()) return to_js(call.env, value.toInt());
  if (value.isDouble()) return to_js(call.env, value.toDouble());
  if (value.isNone()) return null(call.env);
  if (value.isScalar()) return to_js(call.env, value.toScalar().to<double>());
  if (value.isTensorList()) {
    std::vector<napi_value> elements;
    for (const at::Tensor& tensor : value.toTensorVector()) {
      elements.push_back(to_js(call.env, call.environment, tensor));
    }
    return to_js(call.env, elements);
  }
  fail_argument("an operator returned a value of unknown type " + value.tagKind());
}

// LibTorch's own operators go by their bare names, ours as "saddlepoint::name".
std::string qualified(const std::string& name) { return name.find("::") == std::string::npos ? "aten::" + name : name; }

// lookup("conv2d", "") => { id, parameters: [{ name, type, hasDefault, keywordOnly }], returns: [type] }
napi_value lookup(Call& call) {
  const std::string name = call.text(0, "name");
  const std::string overload = call.text(1, "overload");
  const auto found = c10::Dispatcher::singleton().findSchema({qualified(name), overload});
  if (!found) return null(call.env);
  const c10::FunctionSchema& schema = found->schema();

  Operator op{*found, {}, check_of(name), false};
  std::vector<napi_value> parameters, returns;
  for (const c10::Argument& argument : schema.arguments()) {
    Parameter parameter;
    const std::string type = read_parameter(argument, parameter);
    parameters.push_back(object(call.env, {{"name", to_js(call.env, parameter.name)},
                                           {"type", to_js(call.env, type)},
                                           {"hasDefault", to_js(call.env, parameter.fallback.has_value())},
                                           {"keywordOnly", to_js(call.env, argument.kwarg_only())}}));
    op.parameters.push_back(std::move(parameter));
  }
  for (const c10::Argument& result : schema.returns()) {
    returns.push_back(to_js(call.env, return_type(result)));
    op.in_place = op.in_place || (result.alias_info() && result.alias_info()->isWrite());
  }
  if (op.parameters.size() + 1 > Call::kMaxArguments) fail_argument("too many parameters in " + name);

  auto& operators = call.environment.operators;
  operators.push_back(std::move(op));
  return object(call.env, {{"id", to_js(call.env, static_cast<int64_t>(operators.size() - 1))},
                           {"parameters", to_js(call.env, parameters)},
                           {"returns", to_js(call.env, returns)}});
}

// invoke(id, ...arguments in schema order) => the result, several results as an array, or undefined
// for an operator that works in place.
napi_value invoke(Call& call) {
  const double id = call.number(0, "operator");
  auto& operators = call.environment.operators;
  if (!(id >= 0) || id >= static_cast<double>(operators.size())) fail_argument("no such operator");
  const Operator& op = operators[static_cast<size_t>(id)];
  if (call.count > op.parameters.size() + 1) {
    fail_argument("expected at most " + std::to_string(op.parameters.size()) + " arguments, received " +
                  std::to_string(call.count - 1));
  }

  torch::jit::Stack stack;
  stack.reserve(op.parameters.size());
  for (size_t i = 0; i < op.parameters.size(); i += 1) {
    stack.push_back(read_argument(call, i + 1, op.parameters[i]));
  }
  if (op.check != nullptr) op.check(stack);
  stop_if_requested(call.environment);
  op.handle.callBoxed(stack);

  if (op.in_place || stack.empty()) return undefined(call.env);
  if (stack.size() == 1) return write_result(call, std::move(stack[0]));
  std::vector<napi_value> results;
  for (c10::IValue& value : stack) results.push_back(write_result(call, std::move(value)));
  return to_js(call.env, results);
}

}  // namespace

void export_dispatch(ExportTable& table) {
  table.insert(table.end(), {{"lookup", guarded<lookup>}, {"invoke", guarded<invoke>}});
}

}  // namespace saddlepoint
