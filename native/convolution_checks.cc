#include "convolution_checks.h"

#include <algorithm>
#include <string>

#include "bfloat16.h"
#include "bridge.h"
#include "convolution_kernels.h"

namespace saddlepoint {

namespace {

// As "float64 [8, 8, 5, 5] on cpu".
std::string describe(const at::Tensor& tensor) {
  return c10::str(dtype_name(tensor.scalar_type()), " ", tensor.sizes(), " on ", tensor.device());
}

bool is_float_on_cpu(const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat; }

bool is_bfloat16_on_cpu(const at::Tensor& tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kBFloat16; }

bool whole_vectors(int64_t channels) { return channels > 0 && channels % kChannelMultiple == 0; }

void check_channels(int64_t inputs, int64_t outputs) {
  TORCH_CHECK(whole_vectors(inputs) && whole_vectors(outputs), "expected channels in multiples of ", kChannelMultiple,
              ", received ", inputs, " inputs and ", outputs, " outputs");
}

void check_sizes(const char* name, const at::Tensor& tensor, at::IntArrayRef sizes) {
  TORCH_CHECK(tensor.sizes() == sizes, "expected ", name, " ", sizes, ", received ", tensor.sizes());
}

}  // namespace

void check_float_on_cpu(std::initializer_list<at::Tensor> tensors) {
  for (const at::Tensor& tensor : tensors) {
    TORCH_CHECK(!tensor.defined() || is_float_on_cpu(tensor), "expected float32 tensors on the CPU, received ",
                describe(tensor));
  }
}

void check_bfloat16_on_cpu(std::initializer_list<at::Tensor> tensors) {
  for (const at::Tensor& tensor : tensors) {
    TORCH_CHECK(!tensor.defined() || is_bfloat16_on_cpu(tensor), "expected bfloat16 tensors on the CPU, received ",
                describe(tensor));
  }
}

void check_stride(int64_t stride) {
  TORCH_CHECK(stride >= 1 && stride <= kLargestStride, "expected a stride of 1 to ", kLargestStride, ", received ",
              stride);
}

void check_padding(int64_t padding, int64_t kernel) {
  TORCH_CHECK(padding >= 0 && padding < kernel, "expected a padding below the kernel, ", kernel, ", received ",
              padding);
}

void check_winograd_weight(const at::Tensor& weight) {
  TORCH_CHECK(is_float_on_cpu(weight) && weight.dim() == 4 && weight.size(2) == 3 && weight.size(3) == 3,
              "expected a float32 weight [outputs, inputs, 3, 3] on the CPU, received ", describe(weight));
  check_channels(weight.size(1), weight.size(0));
}

void check_direct_weight(const at::Tensor& weight) {
  TORCH_CHECK(is_float_on_cpu(weight) && weight.dim() == 4 && weight.size(2) == weight.size(3) && weight.size(2) > 0 &&
                  weight.size(1) > 0,
              "expected a float32 weight [outputs, inputs, k, k] on the CPU, received ", describe(weight));
  TORCH_CHECK(whole_vectors(weight.size(0)), "expected outputs in multiples of ", kChannelMultiple, ", received ",
              weight.size(0));
}

void check_square(const at::Tensor& weight) {
  TORCH_CHECK(weight.dim() == 4 && weight.size(2) == weight.size(3) && weight.numel() > 0,
              "expected a weight [outputs, inputs, k, k], received ", describe(weight));
}

void check_frozen(const at::Tensor& weight, const char* name) {
  TORCH_CHECK(!weight.defined() || !weight.requires_grad(), "expected a ", name,
              " without gradient, received one that requires it");
}

void check_winograd_filters(const at::Tensor& input, const at::Tensor& U, const at::Tensor& dgrad_U) {
  TORCH_CHECK(input.dim() == 4, "expected an input [N, C, H, W], received ", input.sizes());
  TORCH_CHECK(U.dim() == 4 && U.size(0) == kElements, "expected a filter [", kElements,
              ", outputs / lanes, inputs, lanes], received ", U.sizes());
  const int64_t inputs = U.size(2), outputs = U.size(1) * U.size(3);
  check_channels(inputs, outputs);
  const int64_t lanes = kernels_for({inputs, outputs}).lanes;
  TORCH_CHECK(U.size(3) == lanes, "expected a filter [", kElements, ", outputs / ", lanes, ", inputs, ", lanes,
              "], received ", U.sizes());
  TORCH_CHECK(input.size(1) == inputs, "the input has other channels than the filter: expected ", inputs, ", received ",
              input.sizes());
  check_sizes("a dgrad filter", dgrad_U, {kElements, inputs / lanes, outputs, lanes});
  check_frozen(U, "filter");
  check_frozen(dgrad_U, "dgrad filter");
}

void check_direct_filters(const at::Tensor& weight, const at::Tensor& filter, const at::Tensor& dgrad_filter) {
  for (const at::Tensor& packed : {filter, dgrad_filter}) {
    TORCH_CHECK(packed.sizes() == at::IntArrayRef({weight.numel()}), "expected filters of the weight, [",
                weight.numel(), "], received ", packed.sizes());
    check_frozen(packed, "filter");
  }
}

void check_geometry(const at::Tensor& input, const Geometry& geometry) {
  check_stride(geometry.stride);
  check_padding(geometry.padding, geometry.kernel);
  TORCH_CHECK(input.dim() == 4 && input.size(1) == geometry.inputs,
              "the input has other channels than the weight: expected [N, ", geometry.inputs, ", H, W], received ",
              input.sizes());
  TORCH_CHECK(std::min(input.size(2), input.size(3)) + 2 * geometry.padding >= geometry.kernel,
              "the input is smaller than the kernel: expected at least ", geometry.kernel - 2 * geometry.padding,
              " pixels a side, received ", input.sizes());
}

void check_bias(const at::Tensor& bias, int64_t outputs) {
  TORCH_CHECK(!bias.defined() || bias.sizes() == at::IntArrayRef({outputs}), "expected a bias [outputs], [", outputs,
              "], received ", bias.sizes());
}

void check_residual(const at::Tensor& residual, at::IntArrayRef sizes) {
  TORCH_CHECK(!residual.defined() || residual.sizes() == sizes, "expected a residual of the output's shape ", sizes,
              ", received ", residual.sizes());
}

void check_frozen_bfloat16(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& filter,
                           const at::Tensor& dgrad_filter, const at::Tensor& bias, const Geometry& geometry) {
  check_bfloat16_on_cpu({weight, filter, dgrad_filter});
  check_float_on_cpu({bias});
  check_square(weight);
  check_geometry(input, geometry);
  check_sizes("a filter of the weight,", filter, {bfloat16_filter_size(geometry, false)});
  check_sizes("a dgrad filter of the weight,", dgrad_filter, {bfloat16_filter_size(geometry, true)});
  check_bias(bias, geometry.outputs);
  check_frozen(weight, "weight");
  check_frozen(filter, "filter");
  check_frozen(dgrad_filter, "dgrad filter");
  check_frozen(bias, "bias");
}

}  // namespace saddlepoint
