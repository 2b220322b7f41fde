// Compile-time choices about vector instructions.
#pragma once

// One function, three versions of its machine code: AVX-512, AVX2 and baseline. The loader takes the best that the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define DIFFGAN_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DIFFGAN_SIMD
#endif

// Must be inlined, or the three versions would all call the baseline one.
#define DIFFGAN_INLINE inline __attribute__((always_inline))
