// Sums over one run of adjacent axes: output[o][i] = factor · Σ_r input[o][r][i].
#include "kernel.h"

// Runs of this length are summed on their own first, so that rounding errors grow with the number of runs.
#define RUN 1024

INLINE float sum_run(const float *x, int count) {
  Vector a = splat(0), b = a, c = a, d = a;
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    a = add(a, load(x + i));
    b = add(b, load(x + i + 4));
    c = add(c, load(x + i + 8));
    d = add(d, load(x + i + 12));
  }
  float sum = sum_of_lanes(add(add(a, b), add(c, d)));
  for (; i < count; i++) sum += x[i];
  return sum;
}

// The reduced axes are the last ones. Unit: one sum.
EXPORT(sum_trailing) void sum_trailing(const float *input, float *output, int count, float factor, int from, int to) {
  for (int o = from; o < to; o++) {
    const float *x = input + o * count;
    float sum = 0;
    for (int r = 0; r < count; r += RUN) sum += sum_run(x + r, smaller(count - r, RUN));
    output[o] = sum * factor;
  }
}

// One strip of up to 16 columns, kept in registers.
INLINE void sum_strip(const float *x, float *output, int rows, int inner, int width, float factor) {
  if (width == 16) {
    Vector a = splat(0), b = a, c = a, d = a;
    for (int r = 0; r < rows; r++, x += inner) {
      a = add(a, load(x));
      b = add(b, load(x + 4));
      c = add(c, load(x + 8));
      d = add(d, load(x + 12));
    }
    store(output, mul(a, splat(factor)));
    store(output + 4, mul(b, splat(factor)));
    store(output + 8, mul(c, splat(factor)));
    store(output + 12, mul(d, splat(factor)));
    return;
  }
  int i = 0;
  for (; i + 4 <= width; i += 4) {
    Vector a = splat(0);
    const float *p = x + i;
    for (int r = 0; r < rows; r++, p += inner) a = add(a, load(p));
    store(output + i, mul(a, splat(factor)));
  }
  for (; i < width; i++) {
    float sum = 0;
    const float *p = x + i;
    for (int r = 0; r < rows; r++, p += inner) sum += *p;
    output[i] = sum * factor;
  }
}

// The reduced axes have others after them. Unit: a strip of 16 columns of one outer index.
EXPORT(sum_middle) void sum_middle(const float *input, float *output, int rows, int inner, float factor, int from,
                                   int to) {
  int strips = (inner + 15) / 16;
  for (int unit = from; unit < to; unit++) {
    int o = unit / strips, start = unit % strips * 16;
    sum_strip(input + o * rows * inner + start, output + o * inner + start, rows, inner, smaller(inner - start, 16),
              factor);
  }
}
