// Calls any operator of LibTorch by its schema: arguments are converted by the types the schema
// names, and the call goes boxed through the dispatcher, so autograd and autocast come with it.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <cstdint>

#include "bridge.h"

namespace saddlepoint {

enum class Kind { Tensor, Integer, Dtype, MemoryFormat, Layout, Float, Boolean, Scalar, Text, Device, Generator };

struct Parameter {
  std::string name;
  Kind kind;
  bool optional = false;          // `?`: undefined means None
  bool list = false;              // `[]`
  bool element_optional = false;  // `Tensor?[]`
  int64_t broadcast = 0;          // `int[2]`: a single number stands for that many
  int64_t minimum = INT64_MIN;    // of an integer, or of each in a list; see kLimits
  int64_t maximum = INT64_MAX;
  c10::optional<c10::IValue> fallback;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  using Check = void (*)(const torch::jit::Stack&);
  Check check;    // of its arguments, before LibTorch sees them; may be none
  bool in_place;  // returns the argument it wrote to: JavaScript already holds that
};

}  // namespace saddlepoint
