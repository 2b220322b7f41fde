// Numbers as float32 or bfloat16 in memory, which kernels compute with in float32.
#pragma once

#include <cstdint>
#include <cstring>

#include "simd.h"

namespace diffgan {

/** The upper half of a float32. */
struct Bfloat16 {
  uint16_t bits;
};

DIFFGAN_INLINE float toFloat(float value) { return value; }

DIFFGAN_INLINE float toFloat(Bfloat16 value) {
  const uint32_t bits = static_cast<uint32_t>(value.bits) << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

DIFFGAN_INLINE void store(float value, float& to) { to = value; }

/** Rounds to the nearest, ties to even; NaN stays NaN. Without a branch, so that it becomes vector code. */
DIFFGAN_INLINE void store(float value, Bfloat16& to) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  to.bits = static_cast<uint16_t>(value == value ? rounded : 0x7fc0u);
}

}  // namespace diffgan
