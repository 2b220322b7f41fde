// What all kernels share: vector shorthands, exports, and the rules of the module.
//
// The module runs inside the heap of the TensorFlow.js backend: it imports that memory and gets addresses of tensors.
// This is safe because it owns no memory of its own: no static data, no stack in memory (no address of a local is ever
// taken; small arrays of vectors are unrolled away). The build checks that. Scratch space is passed in.
//
// Every function ends with `int from, int to`: the share of one thread, in units that each comment names. Units never
// split a sum, so results do not depend on how many threads there are.
//
// Images are NHWC float32. Sizes and strides count elements, not bytes.
#pragma once
#include <wasm_simd128.h>

typedef v128_t Vector; // four floats

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))
#define NOT_INLINE static __attribute__((noinline)) // what is called from several places would be there several times
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_ROLLED _Pragma("clang loop unroll(disable)")

INLINE Vector load(const float *p) { return wasm_v128_load(p); }
INLINE void store(float *p, Vector v) { wasm_v128_store(p, v); }
INLINE Vector load_splat(const float *p) { return wasm_v128_load32_splat(p); }
INLINE Vector splat(float x) { return wasm_f32x4_splat(x); }
INLINE Vector add(Vector a, Vector b) { return wasm_f32x4_add(a, b); }
INLINE Vector sub(Vector a, Vector b) { return wasm_f32x4_sub(a, b); }
INLINE Vector mul(Vector a, Vector b) { return wasm_f32x4_mul(a, b); }
INLINE Vector quotient(Vector a, Vector b) { return wasm_f32x4_div(a, b); }
INLINE Vector root(Vector a) { return wasm_f32x4_sqrt(a); }
// Where a number is NaN, a: one instruction of the machine, where IEEE's maximum is eight.
INLINE Vector larger(Vector a, Vector b) { return wasm_f32x4_pmax(a, b); }
INLINE float first(Vector v) { return wasm_f32x4_extract_lane(v, 0); }
INLINE int smaller(int a, int b) { return a < b ? a : b; }

// a·b + c. The relaxed build rounds once where the machine can (FMA), so its last bits differ between machines.
INLINE Vector multiply_add(Vector a, Vector b, Vector c) {
#ifdef RELAXED
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return add(mul(a, b), c);
#endif
}

// c − a·b, rounded likewise.
INLINE Vector subtract_product(Vector a, Vector b, Vector c) {
#ifdef RELAXED
  return __builtin_wasm_relaxed_nmadd_f32x4(a, b, c);
#else
  return sub(c, mul(a, b));
#endif
}

INLINE float sum_of_lanes(Vector v) {
  return (wasm_f32x4_extract_lane(v, 0) + wasm_f32x4_extract_lane(v, 1)) +
         (wasm_f32x4_extract_lane(v, 2) + wasm_f32x4_extract_lane(v, 3));
}

INLINE float largest_lane(Vector v) {
  float a = wasm_f32x4_extract_lane(v, 0), b = wasm_f32x4_extract_lane(v, 1);
  float c = wasm_f32x4_extract_lane(v, 2), d = wasm_f32x4_extract_lane(v, 3);
  a = a > b ? a : b;
  c = c > d ? c : d;
  return a > c ? a : c;
}

// Stores the first `count` (1 to 8) of the eight floats in low and high.
INLINE void store_some(float *p, Vector low, Vector high, int count) {
  if (count >= 8) {
    store(p, low);
    store(p + 4, high);
    return;
  }
  if (count >= 4) {
    store(p, low);
    p += 4;
    count -= 4;
    low = high;
  }
  if (count > 0) p[0] = wasm_f32x4_extract_lane(low, 0);
  if (count > 1) p[1] = wasm_f32x4_extract_lane(low, 1);
  if (count > 2) p[2] = wasm_f32x4_extract_lane(low, 2);
}

// The first `count` (1 to 4) floats at p, then zeros.
INLINE Vector load_some(const float *p, int count) {
  if (count >= 4) return load(p);
  Vector v = splat(0);
  v = wasm_f32x4_replace_lane(v, 0, p[0]);
  if (count > 1) v = wasm_f32x4_replace_lane(v, 1, p[1]);
  if (count > 2) v = wasm_f32x4_replace_lane(v, 2, p[2]);
  return v;
}

// e^x to 2 ulp: x = n·ln 2 + r with ln 2 in two parts, a polynomial of degree 6 for e^r, and 2^n from its exponent. n is
// rounded by adding a number so large that whole numbers are its last bits: those of n + 127, the exponent of 2^n.
// Saturates instead of reaching infinity or denormals; NaN stays NaN.
INLINE Vector exponential(Vector x) {
  Vector large = splat(12582912.f + 127.f); // 1.5·2^23
  x = larger(wasm_f32x4_pmin(x, splat(88.f)), splat(-87.f)); // in this order NaN stays
  Vector rounded = multiply_add(x, splat(1.44269504f), large), n = sub(rounded, large);
  x = multiply_add(n, splat(-0.693359375f), x);
  x = multiply_add(n, splat(2.12194440e-4f), x);
  Vector p = splat(1.9875691500e-4f);
  p = multiply_add(p, x, splat(1.3981999507e-3f));
  p = multiply_add(p, x, splat(8.3334519073e-3f));
  p = multiply_add(p, x, splat(4.1665795894e-2f));
  p = multiply_add(p, x, splat(1.6666665459e-1f));
  p = multiply_add(p, x, splat(5.0000001201e-1f));
  p = add(multiply_add(mul(x, x), p, x), splat(1.f));
  return mul(p, wasm_i32x4_shl(rounded, 23));
}

INLINE Vector logistic(Vector z) {
  return quotient(splat(1), add(splat(1), exponential(wasm_f32x4_neg(z))));
}
