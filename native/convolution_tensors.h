// Tensors as the kernels of our convolutions take them: dense, channels-last, by their memory. None stays none.
#pragma once

#include <ATen/ATen.h>

#include "bfloat16_jobs.h"
#include "convolution_jobs.h"

namespace saddlepoint {

inline at::Tensor channels_last(const at::Tensor& images) {
  return images.defined() ? images.contiguous(at::MemoryFormat::ChannelsLast) : images;
}

inline at::Tensor dense(const at::Tensor& values) { return values.defined() ? values.contiguous() : values; }

inline const float* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

inline const Bfloat16* bits_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const Bfloat16*>(tensor.data_ptr()) : nullptr;
}

// Of a tensor that lies channels-last.
inline Images images_of(const at::Tensor& nhwc) {
  return {nhwc.data_ptr<float>(), nhwc.size(0), nhwc.size(2), nhwc.size(3), nhwc.size(1)};
}

// [count, channels, height, width], channels-last, not written yet.
inline at::Tensor empty_images(at::IntArrayRef sizes, const at::Tensor& like) {
  return at::empty(sizes, like.options().memory_format(at::MemoryFormat::ChannelsLast));
}

}  // namespace saddlepoint
