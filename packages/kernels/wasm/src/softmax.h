// Softmax of one row.
#pragma once
#include "kernel.h"

// y[i] = e^(scale·x[i]) / Σ e^(scale·x), less the maximum so that nothing overflows; `scale` is positive. y may be x.
INLINE void softmax_row(const float *x, float *y, int count, float scale) {
  int whole = count & ~3;
  Vector most = splat(x[0]);
  for (int i = 0; i < whole; i += 4) most = larger(most, load(x + i));
  float top = largest_lane(most);
  for (int i = whole; i < count; i++) top = top > x[i] ? top : x[i];
  Vector sums = splat(0);
  for (int i = 0; i < whole; i += 4) {
    Vector e = exponential(mul(sub(load(x + i), splat(top)), splat(scale)));
    store(y + i, e);
    sums = add(sums, e);
  }
  float sum = sum_of_lanes(sums);
  for (int i = whole; i < count; i++) sum += y[i] = first(exponential(splat((x[i] - top) * scale)));
  Vector inverse = splat(1.f / sum);
  for (int i = 0; i < whole; i += 4) store(y + i, mul(load(y + i), inverse));
  for (int i = whole; i < count; i++) y[i] *= first(inverse);
}
