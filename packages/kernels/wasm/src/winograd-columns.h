// The transforms of Winograd's F(4x4, 3x3) along one side of a tile; see winograd.c.
//
// The transforms evaluate polynomials at 0, ±3/4, ±3/2 and infinity. At the usual 0, ±1, ±2 rounding errors are four times
// as large; here they are about twice those of a plain sum, and in the gradient by the filter smaller than those.
#pragma once
#include "kernel.h"

#define SIDE 6 // of a tile of inputs
#define STEP 4 // of a tile of outputs
#define POSITIONS (SIDE * SIDE)

// The points, their powers, and what the rows of G are divided by: the products of the differences between points.
#define P 0.75f
#define Q 1.5f
#define P2 (P * P)
#define Q2 (Q * Q)
#define OVER_ZERO (1 / (P2 * Q2))
#define OVER_P (1 / (2 * P2 * (P2 - Q2)))
#define OVER_Q (1 / (2 * Q2 * (Q2 - P2)))

// What the columns below multiply by, in registers: engines make a constant anew wherever it is used, in four instructions.
typedef struct {
  Vector p, q, p2, q2, sum, product, p3, q3;
} Powers;

INLINE Vector in_register(float x) {
  Vector v = splat(x);
  __asm__("" : "+r"(v));
  return v;
}

INLINE Powers powers(void) {
  return (Powers){in_register(P),       in_register(Q),       in_register(P2),     in_register(Q2),
                  in_register(P2 + Q2), in_register(P2 * Q2), in_register(P * P2), in_register(Q * Q2)};
}

// Bᵀ d of one column.
INLINE void input_column(const Vector *d, Vector *v, const Powers k) {
  v[0] = subtract_product(k.sum, d[2], multiply_add(k.product, d[0], d[4]));
  v[5] = subtract_product(k.sum, d[3], multiply_add(k.product, d[1], d[5]));
  Vector even = subtract_product(k.q2, d[2], d[4]), odd = subtract_product(k.q2, d[1], d[3]);
  v[1] = multiply_add(k.p, odd, even);
  v[2] = subtract_product(k.p, odd, even);
  even = subtract_product(k.p2, d[2], d[4]), odd = subtract_product(k.p2, d[1], d[3]);
  v[3] = multiply_add(k.q, odd, even);
  v[4] = subtract_product(k.q, odd, even);
}

// G g of one column.
INLINE void filter_column(const Vector *g, Vector *u) {
  u[0] = mul(splat(OVER_ZERO), g[0]);
  Vector even = mul(splat(OVER_P), multiply_add(splat(P2), g[2], g[0])), odd = mul(splat(P * OVER_P), g[1]);
  u[1] = add(even, odd);
  u[2] = sub(even, odd);
  even = mul(splat(OVER_Q), multiply_add(splat(Q2), g[2], g[0])), odd = mul(splat(Q * OVER_Q), g[1]);
  u[3] = add(even, odd);
  u[4] = sub(even, odd);
  u[5] = g[2];
}

// Aᵀ m of one column.
INLINE void output_column(const Vector *m, Vector *y, const Powers k) {
  Vector evenP = add(m[1], m[2]), oddP = sub(m[1], m[2]), evenQ = add(m[3], m[4]), oddQ = sub(m[3], m[4]);
  y[0] = add(add(m[0], evenP), evenQ);
  y[1] = multiply_add(k.q, oddQ, mul(k.p, oddP));
  y[2] = multiply_add(k.q2, evenQ, mul(k.p2, evenP));
  y[3] = multiply_add(k.q3, oddQ, multiply_add(k.p3, oddP, m[5]));
}

// A y of one column.
INLINE void gradient_column(const Vector *y, Vector *m, const Powers k) {
  m[0] = y[0];
  Vector even = multiply_add(k.p2, y[2], y[0]), odd = multiply_add(k.p3, y[3], mul(k.p, y[1]));
  m[1] = add(even, odd);
  m[2] = sub(even, odd);
  even = multiply_add(k.q2, y[2], y[0]), odd = multiply_add(k.q3, y[3], mul(k.q, y[1]));
  m[3] = add(even, odd);
  m[4] = sub(even, odd);
  m[5] = y[3];
}

// Gᵀ u of one column.
INLINE void filter_gradient_column(const Vector *u, Vector *g) {
  Vector evenP = mul(splat(OVER_P), add(u[1], u[2])), oddP = mul(splat(P * OVER_P), sub(u[1], u[2]));
  Vector evenQ = mul(splat(OVER_Q), add(u[3], u[4])), oddQ = mul(splat(Q * OVER_Q), sub(u[3], u[4]));
  g[0] = add(multiply_add(splat(OVER_ZERO), u[0], evenP), evenQ);
  g[1] = add(oddP, oddQ);
  g[2] = multiply_add(splat(Q2), evenQ, multiply_add(splat(P2), evenP, u[5]));
}
