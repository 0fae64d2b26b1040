// Stochastic gradient descent, and the average of weights, over a whole parameter list in one call.
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "bridge.h"
#include "compat.h"

namespace saddlepoint {

namespace {

struct SgdOptions {
  double learning_rate;
  double momentum;
  double dampening;
  double weight_decay;
  bool nesterov;
};

// torch.optim.SGD's update for one parameter; `first` says that the momentum buffer holds nothing yet.
void step_any(at::Tensor parameter, at::Tensor gradient, at::Tensor buffer, const SgdOptions& options, bool first) {
  if (options.weight_decay != 0) gradient = gradient.add(parameter, options.weight_decay);
  if (options.momentum != 0) {
    if (first) {
      buffer.copy_(gradient);
    } else {
      buffer.mul_(options.momentum).add_(gradient, 1 - options.dampening);
    }
    gradient = options.nesterov ? gradient.add(buffer, options.momentum) : buffer;
  }
  parameter.add_(gradient, -options.learning_rate);
}

// The same in one pass over memory, for float32 on the CPU with equal dense layouts. One rounding per
// operation, in the order of step_any, so that both give the same numbers.
void step_float(float* parameter, const float* gradient, float* buffer, int64_t size, const SgdOptions& options,
                bool first) {
  const auto momentum = static_cast<float>(options.momentum);
  const auto fresh = static_cast<float>(1 - options.dampening);
  const auto decay = static_cast<float>(options.weight_decay);
  const auto rate = static_cast<float>(options.learning_rate);
  at::parallel_for(0, size, 32768, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i += 1) {
      float step = gradient[i] + decay * parameter[i];
      if (momentum != 0) {
        const float velocity = first ? step : momentum * buffer[i] + fresh * step;
        buffer[i] = velocity;
        step = options.nesterov ? step + momentum * velocity : velocity;
      }
      parameter[i] -= rate * step;
    }
  });
}

#if SADDLEPOINT_TORCH_AT_LEAST(2, 3)

constexpr bool kHasFusedSgd = true;

void fused_sgd(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
               const std::vector<at::Tensor>& buffers, const SgdOptions& options, bool first) {
  at::_fused_sgd_(parameters, gradients, buffers, options.weight_decay, options.momentum, options.learning_rate,
                  options.dampening, options.nesterov, /*maximize=*/false, first);
}

#else

constexpr bool kHasFusedSgd = false;

void fused_sgd(const std::vector<at::Tensor>&, const std::vector<at::Tensor>&, const std::vector<at::Tensor>&,
               const SgdOptions&, bool) {}

#endif

// Whole lists in a few kernels on a GPU, where one launch a parameter and operation would take longer than the work.
struct FusedLists {
  std::vector<at::Tensor> parameters, gradients, buffers;

  // False for what the fused kernels do not take.
  bool add(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& buffer) {
    const auto suits = [&](const at::Tensor& tensor) {
      return tensor.is_cuda() && tensor.scalar_type() == at::kFloat && tensor.device() == device_of(parameter) &&
             tensor.strides() == parameter.strides() && tensor.is_non_overlapping_and_dense();
    };
    if (!kHasFusedSgd || !suits(parameter) || !suits(gradient) || (buffer.defined() && !suits(buffer))) return false;
    parameters.push_back(parameter);
    gradients.push_back(gradient);
    if (buffer.defined()) buffers.push_back(buffer);
    return true;
  }

  void step(const SgdOptions& options, bool first) {
    if (!parameters.empty()) fused_sgd(parameters, gradients, buffers, options, first);
  }

 private:
  at::Device device_of(const at::Tensor& parameter) const {
    return parameters.empty() ? parameter.device() : parameters.front().device();
  }
};

bool dense_float_on_cpu(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense();
}

// sgdStep(parameters, buffers, learningRate, momentum, dampening, weightDecay, nesterov, first)
// Parameters without a gradient are left alone.
napi_value sgd_step(Call& call) {
  const auto parameters = call.tensors(0, "parameters");
  const auto buffers = call.tensors(1, "buffers");
  const SgdOptions options{call.number(2, "learningRate"), call.number(3, "momentum"), call.number(4, "dampening"),
                           call.number(5, "weightDecay"), call.boolean(6, "nesterov")};
  const bool first = call.boolean(7, "first");
  if (options.momentum != 0 && buffers.size() != parameters.size()) {
    fail_argument("expected one momentum buffer for each of the " + std::to_string(parameters.size()) + " parameters");
  }
  at::NoGradGuard no_grad;
  FusedLists fused;
  for (size_t i = 0; i < parameters.size(); i += 1) {
    const at::Tensor& parameter = parameters[i];
    const at::Tensor gradient = parameter.grad();
    if (!gradient.defined()) continue;
    const at::Tensor buffer = options.momentum != 0 ? buffers[i] : at::Tensor();
    if (buffer.defined() && buffer.sizes() != parameter.sizes()) {
      fail_argument("a momentum buffer does not have the shape of its parameter");
    }
    if (fused.add(parameter, gradient, buffer)) continue;
    const bool same_layout =
        gradient.strides() == parameter.strides() && (!buffer.defined() || buffer.strides() == parameter.strides());
    if (same_layout && dense_float_on_cpu(parameter) && dense_float_on_cpu(gradient) &&
        (!buffer.defined() || dense_float_on_cpu(buffer))) {
      step_float(parameter.data_ptr<float>(), gradient.data_ptr<float>(),
                 buffer.defined() ? buffer.data_ptr<float>() : nullptr, parameter.numel(), options, first);
      parameter.unsafeGetTensorImpl()->bump_version();
    } else {
      step_any(parameter, gradient, buffer, options, first);
    }
  }
  fused.step(options, first);
  return undefined(call.env);
}

// averageInto(averages, values, weight): average + weight · (value - average) of each pair
napi_value average_into(Call& call) {
  const auto averages = call.tensors(0, "averages");
  const auto values = call.tensors(1, "values");
  const double weight = call.number(2, "weight");
  if (averages.size() != values.size()) {
    fail_argument("expected one value for each of the " + std::to_string(averages.size()) + " averages, received " +
                  std::to_string(values.size()));
  }
  at::NoGradGuard no_grad;
#if SADDLEPOINT_TORCH_AT_LEAST(2, 3)
  if (!averages.empty() && averages.front().is_cuda()) {
    at::_foreach_lerp_(averages, values, weight);
    return undefined(call.env);
  }
#endif
  for (size_t i = 0; i < averages.size(); i += 1) at::Tensor(averages[i]).lerp_(values[i], weight);
  return undefined(call.env);
}

}  // namespace

void export_optimizer(ExportTable& table) {
  table.insert(table.end(), {{"sgdStep", guarded<sgd_step>}, {"averageInto", guarded<average_into>}});
}

}  // namespace saddlepoint
