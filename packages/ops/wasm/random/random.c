// Keyed standard normal numbers: Threefry-2x32 (Salmon et al. 2011), a uniform number in (-1, 1), and the inverse error function
// (Giles 2010), four at a time. Everything is IEEE arithmetic in a fixed order, so each machine gets the same bits, which are those of
// the JavaScript in src/random-arrays.ts.
#include <wasm_simd128.h>

typedef v128_t V;
typedef unsigned u32;

#define EXPORT(name) __attribute__((export_name(#name)))
#define BOTH(x) wasm_f64x2_splat(x)

static inline V rotate(V x, u32 bits) { return wasm_v128_or(wasm_i32x4_shl(x, bits), wasm_u32x4_shr(x, 32 - bits)); }

static inline void round4(V *a, V *b, u32 r0, u32 r1, u32 r2, u32 r3) {
  *a = wasm_i32x4_add(*a, *b); *b = wasm_v128_xor(rotate(*b, r0), *a);
  *a = wasm_i32x4_add(*a, *b); *b = wasm_v128_xor(rotate(*b, r1), *a);
  *a = wasm_i32x4_add(*a, *b); *b = wasm_v128_xor(rotate(*b, r2), *a);
  *a = wasm_i32x4_add(*a, *b); *b = wasm_v128_xor(rotate(*b, r3), *a);
}

// The two words of four counters, joined by xor as jax.random does.
static inline V randomBits(u32 k0, u32 k1, V counter) {
  const u32 k2 = k0 ^ k1 ^ 0x1bd11bda;
  V a = wasm_i32x4_splat(k0), b = wasm_i32x4_add(counter, wasm_i32x4_splat(k1));
#define INJECT(x, y) a = wasm_i32x4_add(a, wasm_i32x4_splat(x)); b = wasm_i32x4_add(b, wasm_i32x4_splat(y))
  round4(&a, &b, 13, 15, 26, 6);  INJECT(k1, k2 + 1);
  round4(&a, &b, 17, 29, 16, 24); INJECT(k2, k0 + 2);
  round4(&a, &b, 13, 15, 26, 6);  INJECT(k0, k1 + 3);
  round4(&a, &b, 17, 29, 16, 24); INJECT(k1, k2 + 4);
  round4(&a, &b, 13, 15, 26, 6);  INJECT(k2, k0 + 5);
  return wasm_v128_xor(a, b);
}

// Natural logarithm of two numbers in (0, 1]: x = 2^k·m with m in [sqrt(1/2), sqrt(2)), log m = 2·atanh((m - 1)/(m + 1)) by its series.
static inline V logarithm(V x) {
  const V bits = wasm_i64x2_sub(x, wasm_i64x2_splat(0x3fe6a09e00000000)); // sqrt(1/2), so that the exponent counts from there
  const V k = wasm_i64x2_shr(bits, 52);
  const V m = wasm_i64x2_sub(x, wasm_i64x2_shl(k, 52));
  const V exponent = wasm_f64x2_convert_low_i32x4(wasm_i32x4_shuffle(k, k, 0, 2, 0, 2));
  const V f = wasm_f64x2_sub(m, BOTH(1)), s = wasm_f64x2_div(f, wasm_f64x2_add(f, BOTH(2))), z = wasm_f64x2_mul(s, s);
  V p = BOTH(1.0 / 21);
#define TERM(n) p = wasm_f64x2_add(wasm_f64x2_mul(p, z), BOTH(1.0 / (n)))
  TERM(19); TERM(17); TERM(15); TERM(13); TERM(11); TERM(9); TERM(7); TERM(5); TERM(3);
  // log m = 2s + 2s·z·p; the last bits of k·ln 2 come last.
  const V twice = wasm_f64x2_add(s, s);
  const V small = wasm_f64x2_add(wasm_f64x2_mul(wasm_f64x2_mul(twice, z), p), wasm_f64x2_mul(exponent, BOTH(1.9082149292705877e-10)));
  return wasm_f64x2_add(wasm_f64x2_mul(exponent, BOTH(6.93147180369123816490e-01)), wasm_f64x2_add(twice, small));
}

static inline V polynomial(V w, const double c0, const double c1, const double c2, const double c3, const double c4, const double c5,
                           const double c6, const double c7, const double c8) {
  V p = BOTH(c0);
#define NEXT(c) p = wasm_f64x2_add(BOTH(c), wasm_f64x2_mul(p, w))
  NEXT(c1); NEXT(c2); NEXT(c3); NEXT(c4); NEXT(c5); NEXT(c6); NEXT(c7); NEXT(c8);
  return p;
}

// sqrt(2)·erfinv(x) of two numbers whose squares (rounded to float32) are given, too.
static inline V normalOf(V x, V square) {
  const V w = wasm_f64x2_neg(logarithm(wasm_f64x2_sub(BOTH(1), square)));
  V p = polynomial(wasm_f64x2_sub(w, BOTH(2.5)), 2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087,
                   -0.00125372503, -0.00417768164, 0.246640727, 1.50140941);
  const V central = wasm_f64x2_lt(w, BOTH(5));
  if (!wasm_i64x2_all_true(central)) {
    const V tail = polynomial(wasm_f64x2_sub(wasm_f64x2_sqrt(w), BOTH(3)), -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844,
                              0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682);
    p = wasm_v128_bitselect(p, tail, central);
  }
  return wasm_f64x2_mul(wasm_f64x2_mul(BOTH(1.4142135623730951), p), x);
}

static inline V normals(V bits) {
  // 23 random bits times 2^-22, from just above -1
  const V unit = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_u32x4_shr(bits, 9)), wasm_f32x4_splat(0x1p-22f));
  const V x = wasm_f32x4_add(unit, wasm_f32x4_splat(-1.0f + 0x1p-24f)), square = wasm_f32x4_mul(x, x);
  const V low = normalOf(wasm_f64x2_promote_low_f32x4(x), wasm_f64x2_promote_low_f32x4(square));
  const V xHigh = wasm_i32x4_shuffle(x, x, 2, 3, 2, 3), squareHigh = wasm_i32x4_shuffle(square, square, 2, 3, 2, 3);
  const V high = normalOf(wasm_f64x2_promote_low_f32x4(xHigh), wasm_f64x2_promote_low_f32x4(squareHigh));
  return wasm_i32x4_shuffle(wasm_f32x4_demote_f64x2_zero(low), wasm_f32x4_demote_f64x2_zero(high), 0, 1, 4, 5);
}

// out[i] = the normal number of counter start + i; count is rounded up to a multiple of 4.
EXPORT(normal) void normal(float *out, u32 k0, u32 k1, u32 start, u32 count) {
  V counter = wasm_i32x4_add(wasm_i32x4_splat(start), wasm_i32x4_make(0, 1, 2, 3));
  for (u32 i = 0; i < count; i += 4, counter = wasm_i32x4_add(counter, wasm_i32x4_splat(4)))
    wasm_v128_store(out + i, normals(randomBits(k0, k1, counter)));
}

// The same for given words instead of counters: what shows that all 2^23 possible numbers are right.
EXPORT(normalOfBits) void normalOfBits(float *out, u32 first, u32 count) {
  for (u32 i = 0; i < count; i += 4)
    wasm_v128_store(out + i, normals(wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_splat(first + i), wasm_i32x4_make(0, 1, 2, 3)), 9)));
}
