// Functions of one or two tensors, element by element, and softmax.
#include "softmax.h"

#define UNARY(name, x, expression)                                                            \
  EXPORT(name) void name(const float *input, float *output, float parameter, int from, int to) { \
    Vector a = splat(parameter);                                                              \
    (void)a;                                                                                  \
    int i = from;                                                                             \
    for (; i + 4 <= to; i += 4) {                                                             \
      Vector x = load(input + i);                                                             \
      store(output + i, expression);                                                          \
    }                                                                                         \
    for (; i < to; i++) {                                                                     \
      Vector x = splat(input[i]);                                                             \
      output[i] = first(expression);                                                          \
    }                                                                                         \
  }

// Unit: one element. `a` is the parameter of the functions that have one.
UNARY(sigmoid, x, logistic(x))
UNARY(square, x, mul(x, x))
UNARY(leaky_relu, x, wasm_v128_bitselect(x, mul(x, a), wasm_f32x4_gt(x, splat(0))))

// One row of output; an operand whose step is 0 is one number for the whole row.
#define BINARY(name, x, y, expression)                                                                                \
  INLINE void name##_row(const float *a, const float *b, float *output, int stepA, int stepB, int count) {            \
    int i = 0;                                                                                                        \
    if (stepA && stepB)                                                                                               \
      for (; i + 4 <= count; i += 4) {                                                                                \
        Vector x = load(a + i), y = load(b + i);                                                                      \
        store(output + i, expression);                                                                                \
      }                                                                                                               \
    else if (stepA) {                                                                                                 \
      Vector y = load_splat(b);                                                                                       \
      for (; i + 4 <= count; i += 4) {                                                                                \
        Vector x = load(a + i);                                                                                       \
        store(output + i, expression);                                                                                \
      }                                                                                                               \
    } else if (stepB) {                                                                                               \
      Vector x = load_splat(a);                                                                                       \
      for (; i + 4 <= count; i += 4) {                                                                                \
        Vector y = load(b + i);                                                                                       \
        store(output + i, expression);                                                                                \
      }                                                                                                               \
    }                                                                                                                 \
    for (; i < count; i++) {                                                                                          \
      Vector x = splat(a[i * stepA]), y = splat(b[i * stepB]);                                                        \
      output[i] = first(expression);                                                                                  \
    }                                                                                                                 \
  }                                                                                                                   \
  /* Both operands lie as the output does, or are a single number (step 0). Unit: one element. */                     \
  EXPORT(name##_flat) void name##_flat(const float *a, const float *b, float *output, int stepA, int stepB, int from, \
                                       int to) {                                                                      \
    name##_row(a + from * stepA, b + from * stepB, output + from, stepA, stepB, to - from);                           \
  }                                                                                                                   \
  /* Broadcasting over four dimensions; the outermost takes part in the unit only. The last steps are 0 or 1. */      \
  /* Unit: one row. */                                                                                                \
  EXPORT(name##_rows) void name##_rows(const float *a, const float *b, float *output, int n1, int n2, int n3, int a0, \
                                       int a1, int a2, int a3, int b0, int b1, int b2, int b3, int from, int to) {    \
    for (int row = from; row < to; row++) {                                                                           \
      int k = row % n2, j = row / n2 % n1, i = row / n2 / n1;                                                         \
      name##_row(a + i * a0 + j * a1 + k * a2, b + i * b0 + j * b1 + k * b2, output + row * n3, a3, b3, n3);          \
    }                                                                                                                 \
  }

BINARY(add, x, y, add(x, y))
BINARY(subtract, x, y, sub(x, y))
BINARY(multiply, x, y, mul(x, y))
BINARY(divide, x, y, quotient(x, y))
BINARY(squared_difference, x, y, mul(sub(x, y), sub(x, y)))

// output = condition ? a : b; conditions are bytes, 0 or 1. Unit: one element.
EXPORT(select) void select(const unsigned char *condition, const float *a, const float *b, float *output, int from,
                           int to) {
  int i = from;
  for (; i + 4 <= to; i += 4) {
    Vector bytes = wasm_v128_load32_zero(condition + i);
    Vector words = wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(bytes));
    store(output + i, wasm_v128_bitselect(load(a + i), load(b + i), wasm_i32x4_ne(words, wasm_i32x4_splat(0))));
  }
  for (; i < to; i++) output[i] = condition[i] ? a[i] : b[i];
}

// output = a > b as bytes; b is a single number where stepB is 0. Unit: one element.
EXPORT(greater) void greater(const float *a, const float *b, unsigned char *output, int stepB, int from, int to) {
  for (int i = from; i < to; i++) output[i] = a[i] > b[i * stepB];
}

// Softmax over rows of `count`. Unit: one row.
EXPORT(softmax) void softmax(const float *input, float *output, int count, int from, int to) {
  for (int row = from; row < to; row++) softmax_row(input + row * count, output + row * count, count, 1);
}
