// What the processor of this machine can do.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>

#include <cstdint>
#include <cstring>
#endif

namespace diffgan {

#if defined(__x86_64__)
struct Leaf {
  unsigned a = 0, b = 0, c = 0, d = 0;
  Leaf(unsigned number, unsigned part) { __get_cpuid_count(number, part, &a, &b, &c, &d); }
};

/** The registers that the operating system saves, as bits; TensorFlow itself takes a processor that can be asked. */
inline uint64_t savedRegisters() {
  if (!(Leaf(1, 0).c >> 27 & 1)) return 0;
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}
#endif

/**
 * How fast products of bfloat16 are: "fast" with AMX, and with AMD's AVX-512-BF16 (two products in the time of one of float32); "slow" with
 * Intel's AVX-512-BF16, whose instruction takes four times as long as one for float32 and does twice as much (measured on Emerald Rapids
 * without AMX: convolutions take 1.5 to 2 times as long); "none" where there are no such instructions and they would be emulated.
 */
inline const char* bfloat16Speed() {
#if defined(__x86_64__)
  constexpr uint64_t kAvx512 = 0xe6, kAmx = 0x60000;
  const uint64_t saved = savedRegisters();
  const Leaf features(7, 0), more(7, 1), vendor(0, 0);
  if ((saved & kAmx) == kAmx && (features.d >> 22 & 1)) return "fast";
  if ((saved & kAvx512) != kAvx512 || !(more.a >> 5 & 1)) return "none";
  return std::memcmp(&vendor.b, "Auth", 4) == 0 ? "fast" : "slow";  // AuthenticAMD
#else
  return "none";
#endif
}

}  // namespace diffgan
