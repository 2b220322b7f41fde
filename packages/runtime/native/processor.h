// What the processor of this machine can do.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace diffgan {

/** Whether products of bfloat16 are instructions (AVX-512-BF16, which processors with AMX have too): elsewhere they would be emulated. */
inline bool processorHasBfloat16() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  // The first asks the operating system too, which must save the registers.
  return __builtin_cpu_supports("avx512f") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && ((a >> 5) & 1);
#else
  return false;
#endif
}

}  // namespace diffgan
