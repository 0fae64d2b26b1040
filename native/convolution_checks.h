// What the operators of our convolutions refuse. Undefined tensors pass: they are left out.
#pragma once

#include <ATen/ATen.h>

#include <initializer_list>

#include "direct.h"

namespace saddlepoint {

// Throw what was expected and what was received.
void check_float_on_cpu(std::initializer_list<at::Tensor> tensors);
void check_bfloat16_on_cpu(std::initializer_list<at::Tensor> tensors);
void check_stride(int64_t stride);

void check_padding(int64_t padding, int64_t kernel);

// Of a weight: one that winograd() computes, one that direct() does, or of any [outputs, inputs, k, k].
void check_winograd_weight(const at::Tensor& weight);
void check_direct_weight(const at::Tensor& weight);
void check_square(const at::Tensor& weight);

// Of a convolution whose weights stand still.
void check_frozen(const at::Tensor& weight, const char* name);

// U and the dgrad's U of a Winograd convolution, and that the input fits them.
void check_winograd_filters(const at::Tensor& input, const at::Tensor& U, const at::Tensor& dgrad_U);

// A weight as direct_filter() packs it, both ways.
void check_direct_filters(const at::Tensor& weight, const at::Tensor& filter, const at::Tensor& dgrad_filter);

// A bfloat16 convolution whose weights stand still, with filters as bfloat16_filter() packs them, both ways.
void check_frozen_bfloat16(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& filter,
                           const at::Tensor& dgrad_filter, const at::Tensor& bias, const Geometry& geometry);

// That a direct convolution's input, stride and padding fit its weight.
void check_geometry(const at::Tensor& input, const Geometry& geometry);

void check_bias(const at::Tensor& bias, int64_t outputs);
void check_residual(const at::Tensor& residual, at::IntArrayRef sizes);

}  // namespace saddlepoint
