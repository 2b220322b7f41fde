// One sample of a group normalisation with affine and optional SiLU, forward and backward, channels last.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "bfloat16.h"
#include "simd.h"

namespace diffgan {
namespace {

// Sums over pixels are made of blocks of this many rows, which keeps the rounding error of float32 sums small.
constexpr int64_t kRows = 64;

/** 1 / (1 + exp(−z)) to a few units in the last place, without a branch so that it becomes vector code. */
DIFFGAN_INLINE float sigmoid(float z) {
  const float x = std::min(std::max(-z, -87.f), 87.f);
  // Adding 1.5·2^23 rounds to the nearest whole number; the last bits of the sum are that number.
  const float shifted = x * 1.44269504f + 12582912.f;
  const float k = shifted - 12582912.f;
  // exp(x) = 2^k·exp(r), |r| ≤ ln(2)/2; ln(2) in two parts, so that r keeps its bits.
  const float r = x - k * 0.693359375f + k * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.f;
  int32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4b400000 + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return 1.f / (1.f + p * power);
}

/** Replaces each channel's value by the sum over its group, times `factor`. */
DIFFGAN_INLINE void sumGroups(float* values, int64_t channels, int64_t size, float factor) {
  for (int64_t first = 0; first < channels; first += size) {
    float sum = 0;
    for (int64_t c = first; c < first + size; c++) sum += values[c];
    for (int64_t c = first; c < first + size; c++) values[c] = sum * factor;
  }
}

/** One sample: x, y [P, C]; mean, rstd [C]; `block` [C] is scratch. Statistics in two passes, then z = x·slope + offset. */
template <typename T>
DIFFGAN_SIMD void forwardSample(const T* __restrict x, const float* __restrict scale, const float* __restrict shift,
                                T* __restrict y, float* __restrict mean, float* __restrict rstd, float* __restrict block,
                                int64_t pixels, int64_t channels, int64_t size, float epsilon, bool silu) {
  const float inverse = 1.f / (static_cast<float>(pixels) * static_cast<float>(size));
  for (int64_t c = 0; c < channels; c++) mean[c] = rstd[c] = 0;
  for (int64_t start = 0; start < pixels; start += kRows) {
    for (int64_t c = 0; c < channels; c++) block[c] = 0;
    for (int64_t p = start; p < std::min(start + kRows, pixels); p++)
      for (int64_t c = 0; c < channels; c++) block[c] += toFloat(x[p * channels + c]);
    for (int64_t c = 0; c < channels; c++) mean[c] += block[c];
  }
  sumGroups(mean, channels, size, inverse);
  for (int64_t start = 0; start < pixels; start += kRows) {
    for (int64_t c = 0; c < channels; c++) block[c] = 0;
    for (int64_t p = start; p < std::min(start + kRows, pixels); p++)
      for (int64_t c = 0; c < channels; c++) {
        const float d = toFloat(x[p * channels + c]) - mean[c];
        block[c] += d * d;
      }
    for (int64_t c = 0; c < channels; c++) rstd[c] += block[c];
  }
  sumGroups(rstd, channels, size, inverse);
  for (int64_t c = 0; c < channels; c++) {
    rstd[c] = 1.f / std::sqrt(rstd[c] + epsilon);
    block[c] = scale[c] * rstd[c];
  }
  if (silu) {
    for (int64_t p = 0; p < pixels; p++)
      for (int64_t c = 0; c < channels; c++) {
        const float z = (toFloat(x[p * channels + c]) - mean[c]) * block[c] + shift[c];
        store(z * sigmoid(z), y[p * channels + c]);
      }
  } else {
    for (int64_t p = 0; p < pixels; p++)
      for (int64_t c = 0; c < channels; c++)
        store((toFloat(x[p * channels + c]) - mean[c]) * block[c] + shift[c], y[p * channels + c]);
  }
}

/** dz of one pixel, and its contributions to Σ dz and Σ dz·(x − mean). A function of its own, or it does not become vector code. */
template <bool silu, typename T>
DIFFGAN_INLINE void gradientRow(const T* __restrict dy, const T* __restrict x, const float* __restrict mean,
                                const float* __restrict slope, const float* __restrict shift, float* __restrict dz,
                                float* __restrict sum, float* __restrict sumX, int64_t channels) {
  for (int64_t c = 0; c < channels; c++) {
    const float centred = toFloat(x[c]) - mean[c];
    float d = toFloat(dy[c]);
    if constexpr (silu) {
      const float z = centred * slope[c] + shift[c], g = sigmoid(z);
      d *= g * (1.f + z * (1.f - g));
    }
    dz[c] = d;
    sum[c] += d;
    sumX[c] += d * centred;
  }
}

/**
 * One sample of the gradient. With x̂ = (x − mean)·rstd and dz the gradient before the affine map:
 * dscale = Σ dz·x̂, dshift = Σ dz, dx = rstd·(dz·scale − ⟨dz·scale⟩ − x̂·⟨dz·scale·x̂⟩), ⟨·⟩ the mean over a group.
 * dz is made first and turned into dx while the sample is in the cache; of float32 it lies where dx does. `a` to `t` [C] are scratch.
 */
template <typename T>
DIFFGAN_SIMD void backwardSample(const T* __restrict dy, const T* __restrict x, const float* __restrict scale,
                                 const float* __restrict shift, const float* __restrict mean, const float* __restrict rstd,
                                 T* __restrict dx, float* __restrict dz, float* __restrict dscale, float* __restrict dshift,
                                 float* __restrict a, float* __restrict b, float* __restrict s, float* __restrict t,
                                 int64_t pixels, int64_t channels, int64_t size, bool silu) {
  const float inverse = 1.f / (static_cast<float>(pixels) * static_cast<float>(size));
  for (int64_t c = 0; c < channels; c++) {
    a[c] = scale[c] * rstd[c];
    dscale[c] = dshift[c] = 0;
  }
  for (int64_t start = 0; start < pixels; start += kRows) {
    for (int64_t c = 0; c < channels; c++) s[c] = t[c] = 0;
    for (int64_t p = start; p < std::min(start + kRows, pixels); p++) {
      const int64_t row = p * channels;
      if (silu) gradientRow<true>(dy + row, x + row, mean, a, shift, dz + row, s, t, channels);
      else gradientRow<false>(dy + row, x + row, mean, a, shift, dz + row, s, t, channels);
    }
    for (int64_t c = 0; c < channels; c++) {
      dshift[c] += s[c];
      dscale[c] += t[c];
    }
  }
  for (int64_t c = 0; c < channels; c++) {
    dscale[c] *= rstd[c];
    s[c] = scale[c] * dshift[c];
    t[c] = scale[c] * dscale[c];
  }
  sumGroups(s, channels, size, inverse);
  sumGroups(t, channels, size, inverse);
  for (int64_t c = 0; c < channels; c++) {
    b[c] = -rstd[c] * rstd[c] * t[c];
    s[c] *= -rstd[c];
  }
  for (int64_t p = 0; p < pixels; p++)
    for (int64_t c = 0; c < channels; c++) {
      const int64_t i = p * channels + c;
      const float d = dz[i] * a[c] + (toFloat(x[i]) - mean[c]) * b[c] + s[c];
      if constexpr (std::is_same_v<T, float>) dz[i] = d;
      else store(d, dx[i]);
    }
}

}  // namespace
}  // namespace diffgan
