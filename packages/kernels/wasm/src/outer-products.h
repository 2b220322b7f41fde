// Sums of outer products, the inner loop of every gradient by weights.
#pragma once
#include "kernel.h"

// Adds Σ_pixels x[pixel][c] · dy[pixel][o] to out[c][o] for c in [c0, c1): four rows of `out` and eight columns stay in
// registers while the pixels (rows of `count`, `rowX` and `rowDy` apart) stream by.
INLINE void add_outer_products(const float *x, const float *dy, float *out, int rows, int rowX, int rowDy, int count,
                               int stepX, int outputs, int c0, int c1) {
  int c = c0;
  for (; c + 4 <= c1; c += 4) {
    float *block = out + c * outputs;
    int o = 0;
    for (; o + 8 <= outputs; o += 8) {
      Vector low[4], high[4];
      UNROLL for (int r = 0; r < 4; r++) low[r] = load(block + r * outputs + o), high[r] = load(block + r * outputs + o + 4);
      for (int row = 0; row < rows; row++) {
        const float *a = x + row * rowX + c, *b = dy + row * rowDy + o;
        for (int k = 0; k < count; k++, a += stepX, b += outputs) {
          Vector w0 = load(b), w1 = load(b + 4);
          UNROLL for (int r = 0; r < 4; r++) {
            Vector s = load_splat(a + r);
            low[r] = multiply_add(s, w0, low[r]);
            high[r] = multiply_add(s, w1, high[r]);
          }
        }
      }
      UNROLL for (int r = 0; r < 4; r++) store(block + r * outputs + o, low[r]), store(block + r * outputs + o + 4, high[r]);
    }
    for (; o < outputs; o++) {
      Vector sum = splat(0);
      for (int row = 0; row < rows; row++) {
        const float *a = x + row * rowX + c, *b = dy + row * rowDy + o;
        for (int k = 0; k < count; k++, a += stepX, b += outputs) sum = multiply_add(load(a), load_splat(b), sum);
      }
      block[o] += wasm_f32x4_extract_lane(sum, 0);
      block[outputs + o] += wasm_f32x4_extract_lane(sum, 1);
      block[2 * outputs + o] += wasm_f32x4_extract_lane(sum, 2);
      block[3 * outputs + o] += wasm_f32x4_extract_lane(sum, 3);
    }
  }
  for (; c < c1; c++) {
    float *line = out + c * outputs;
    int o = 0;
    for (; o + 8 <= outputs; o += 8) {
      Vector low = load(line + o), high = load(line + o + 4);
      for (int row = 0; row < rows; row++) {
        const float *a = x + row * rowX + c, *b = dy + row * rowDy + o;
        for (int k = 0; k < count; k++, a += stepX, b += outputs) {
          Vector s = load_splat(a);
          low = multiply_add(s, load(b), low);
          high = multiply_add(s, load(b + 4), high);
        }
      }
      store(line + o, low);
      store(line + o + 4, high);
    }
    for (; o < outputs; o++) {
      float sum = 0;
      for (int row = 0; row < rows; row++) {
        const float *a = x + row * rowX + c, *b = dy + row * rowDy + o;
        for (int k = 0; k < count; k++, a += stepX, b += outputs) sum += a[0] * b[0];
      }
      line[o] += sum;
    }
  }
}

INLINE void clear(float *p, int count) {
  int i = 0;
  for (; i + 4 <= count; i += 4) store(p + i, splat(0));
  for (; i < count; i++) p[i] = 0;
}
