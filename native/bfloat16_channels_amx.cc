// The kernels that work per channel for AVX-512, beside those for AMX. Compiled with their options, without precompiled
// headers: see simd.h.
#include "bfloat16_amx.h"

namespace saddlepoint {

namespace {

constexpr int64_t kTogether = 8;  // pixels whose sums stay in registers: their lines of memory lie near each other

// 32 channels of float32.
struct Channels {
  __m512 low, high;
};

SADDLEPOINT_INLINE Channels widen_both(__m512i values) {
  return {widen(_mm512_castsi512_si256(values)), widen(_mm512_extracti64x4_epi64(values, 1))};
}

SADDLEPOINT_INLINE Channels load(const float* from, __mmask32 valid) {
  return {_mm512_maskz_loadu_ps(static_cast<__mmask16>(valid), from),
          _mm512_maskz_loadu_ps(static_cast<__mmask16>(valid >> 16), from + 16)};
}

SADDLEPOINT_INLINE void add_to(float* to, const Channels& sums, __mmask32 valid) {
  const Channels before = load(to, valid);
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>(valid), _mm512_add_ps(before.low, sums.low));
  _mm512_mask_storeu_ps(to + 16, static_cast<__mmask16>(valid >> 16), _mm512_add_ps(before.high, sums.high));
}

SADDLEPOINT_INLINE __mmask32 valid_of(int64_t left) { return left >= 32 ? ~0u : (1u << left) - 1; }

template <bool kGradient, bool kMasked>
SADDLEPOINT_INLINE void sum_block(const ChannelSums& job, int64_t first, int64_t end, int64_t channel) {
  const __mmask32 valid = valid_of(job.channels - channel);
  const Channels centre = load(job.centre + channel, valid);
  Channels sums{_mm512_setzero_ps(), _mm512_setzero_ps()}, products = sums;
  for (int64_t pixel = first; pixel < end; pixel += 1) {
    const int64_t place = pixel * job.channels + channel;
    Channels offset = widen_both(_mm512_maskz_loadu_epi16(valid, job.values + place));
    offset.low = _mm512_sub_ps(offset.low, centre.low);
    offset.high = _mm512_sub_ps(offset.high, centre.high);
    Channels weight = offset;
    if constexpr (kGradient) {
      __m512i gradient = _mm512_maskz_loadu_epi16(valid, job.gradient + place);
      if constexpr (kMasked) gradient = pass(gradient, _mm512_maskz_loadu_epi16(valid, job.mask + place));
      weight = widen_both(gradient);
    }
    sums.low = _mm512_add_ps(sums.low, weight.low);
    sums.high = _mm512_add_ps(sums.high, weight.high);
    products.low = _mm512_fmadd_ps(weight.low, offset.low, products.low);
    products.high = _mm512_fmadd_ps(weight.high, offset.high, products.high);
  }
  add_to(job.sums + channel, sums, valid);
  add_to(job.products + channel, products, valid);
}

template <bool kValues, bool kAdded, bool kMasked>
SADDLEPOINT_INLINE void map_block(const ChannelMap& job, int64_t first, int64_t end, int64_t channel) {
  const __mmask32 valid = valid_of(job.channels - channel);
  const __m512 zero = _mm512_setzero_ps(), one = _mm512_set1_ps(1.f);
  const Channels scale = kValues ? load(job.scale + channel, valid) : Channels{zero, zero};
  const Channels shift = kValues ? load(job.shift + channel, valid) : Channels{zero, zero};
  const Channels factor = kAdded && job.factor ? load(job.factor + channel, valid) : Channels{one, one};
  const __m512 least = _mm512_set1_ps(job.relu ? 0.f : -__builtin_inff());
  for (int64_t pixel = first; pixel < end; pixel += 1) {
    const int64_t place = pixel * job.channels + channel;
    Channels values = shift;
    if constexpr (kValues) {
      const Channels own = widen_both(_mm512_maskz_loadu_epi16(valid, job.values + place));
      values.low = _mm512_fmadd_ps(own.low, scale.low, values.low);
      values.high = _mm512_fmadd_ps(own.high, scale.high, values.high);
    }
    if constexpr (kAdded) {
      __m512i added = _mm512_maskz_loadu_epi16(valid, job.added + place);
      if constexpr (kMasked) added = pass(added, _mm512_maskz_loadu_epi16(valid, job.mask + place));
      if (job.passed) _mm512_mask_storeu_epi16(job.passed + place, valid, added);
      const Channels wide = widen_both(added);
      values.low = _mm512_fmadd_ps(wide.low, factor.low, values.low);
      values.high = _mm512_fmadd_ps(wide.high, factor.high, values.high);
    }
    // Of two numbers max_ps takes the second if either is NaN.
    const auto bits = reinterpret_cast<__m512i>(
        _mm512_cvtne2ps_pbh(_mm512_max_ps(least, values.high), _mm512_max_ps(least, values.low)));
    _mm512_mask_storeu_epi16(job.to + place, valid, bits);
  }
}

// Calls block(job, first pixel, end, first channel), which takes 32 channels or what is left.
template <typename Job, typename Block>
SADDLEPOINT_INLINE void for_blocks(const Job& job, const Block& block) {
  for (int64_t first = 0; first < job.pixels; first += kTogether) {
    const int64_t end = first + kTogether < job.pixels ? first + kTogether : job.pixels;
    for (int64_t channel = 0; channel < job.channels; channel += 32) block(job, first, end, channel);
  }
}

}  // namespace

void sum_channels_amx(const ChannelSums& job) {
  if (job.gradient == nullptr) return for_blocks(job, sum_block<false, false>);
  if (job.mask == nullptr) return for_blocks(job, sum_block<true, false>);
  for_blocks(job, sum_block<true, true>);
}

void map_channels_amx(const ChannelMap& job) {
  if (job.values == nullptr) return for_blocks(job, map_block<false, true, true>);
  if (job.added == nullptr) return for_blocks(job, map_block<true, false, false>);
  if (job.mask == nullptr) return for_blocks(job, map_block<true, true, false>);
  for_blocks(job, map_block<true, true, true>);
}

}  // namespace saddlepoint
