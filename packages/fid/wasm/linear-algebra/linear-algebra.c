// Dense linear algebra in float64 for the Fréchet distance: matrix products, Cholesky factors, bidiagonal forms.
//
// The module has a memory of its own and knows nothing of its layout: the caller passes addresses, and takes care that
// row strides are multiples of 4 and that matrices are followed by zeros up to whole tiles of 4 × 4. Each product and
// each sum is rounded on its own, in an order that does not depend on block sizes, so every machine gets the same bits.
//
// Matrices are row by row; `stride` is the distance of rows in numbers.
#include <wasm_simd128.h>

typedef v128_t Pair; // two doubles

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))

INLINE Pair load(const double *p) { return wasm_v128_load(p); }
INLINE void store(double *p, Pair v) { wasm_v128_store(p, v); }
INLINE Pair both(double x) { return wasm_f64x2_splat(x); }
INLINE Pair load_both(const double *p) { return wasm_v128_load64_splat(p); }
INLINE Pair add(Pair a, Pair b) { return wasm_f64x2_add(a, b); }
INLINE Pair sub(Pair a, Pair b) { return wasm_f64x2_sub(a, b); }
INLINE Pair mul(Pair a, Pair b) { return wasm_f64x2_mul(a, b); }
INLINE double sum_of(Pair v) { return wasm_f64x2_extract_lane(v, 0) + wasm_f64x2_extract_lane(v, 1); }
INLINE int smaller(int a, int b) { return a < b ? a : b; }

// Columns in groups of four, as `multiply` reads them: panels[columns/4][rows][4].
EXPORT(pack) void pack(const double *matrix, int stride, double *panels, int rows, int columns) {
  for (int j = 0; j < columns; j += 4)
    for (int k = 0; k < rows; k++, panels += 4) {
      const double *from = matrix + k * stride + j;
      store(panels, load(from));
      store(panels + 2, load(from + 2));
    }
}

// The same of differences from `shift`, which are added to `sum`, row after row.
EXPORT(pack_differences) void pack_differences(const double *matrix, int stride, const double *shift, double *sum,
                                               double *panels, int rows) {
  for (int j = 0; j < stride; j += 4) {
    const double *from = matrix + j;
    Pair low = load(shift + j), high = load(shift + j + 2), total_low = load(sum + j), total_high = load(sum + j + 2);
    for (int k = 0; k < rows; k++, from += stride, panels += 4) {
      Pair a = sub(load(from), low), b = sub(load(from + 2), high);
      store(panels, a), store(panels + 2, b);
      total_low = add(total_low, a), total_high = add(total_high, b);
    }
    store(sum + j, total_low), store(sum + j + 2, total_high);
  }
}

// The columns index[0…count) of an upper triangular matrix of so many rows, as `multiply` reads its transpose:
// panels[rows/4][count][4]. What lies below the diagonal is not read.
EXPORT(pack_triangle) void pack_triangle(const double *matrix, int stride, const int *index, double *panels, int count,
                                         int rows) {
  for (int i = 0; i < rows; i += 4)
    for (int k = 0; k < count; k++)
      for (int t = i; t < i + 4; t++) *panels++ = t < rows && t <= index[k] ? matrix[t * stride + index[k]] : 0;
}

// One tile of 4 × 4: c ± aᵀb. Eight accumulators, two of b and a splat are what V8 keeps in registers; the empty asm
// keeps clang from unrolling the loop, which would spill them.
INLINE void tile(const double *a, const double *b, double *c, int stride, int inner, int negative) {
  double *c1 = c + stride, *c2 = c1 + stride, *c3 = c2 + stride;
  Pair s00 = load(c), s01 = load(c + 2), s10 = load(c1), s11 = load(c1 + 2);
  Pair s20 = load(c2), s21 = load(c2 + 2), s30 = load(c3), s31 = load(c3 + 2);
#define STEP(low, high, i)                                     \
  {                                                            \
    Pair x = load_both(a + i);                                 \
    low = negative ? sub(low, mul(x, b0)) : add(low, mul(x, b0)); \
    high = negative ? sub(high, mul(x, b1)) : add(high, mul(x, b1)); \
  }
  for (const double *end = a + 4 * inner; a != end; a += 4, b += 4) {
    Pair b0 = load(b), b1 = load(b + 2);
    STEP(s00, s01, 0) STEP(s10, s11, 1) STEP(s20, s21, 2) STEP(s30, s31, 3)
    __asm__ volatile("" ::: "memory");
  }
  store(c, s00), store(c + 2, s01), store(c1, s10), store(c1 + 2, s11);
  store(c2, s20), store(c2 + 2, s21), store(c3, s30), store(c3 + 2, s31);
}

#define CACHED 32768 // numbers of b that stay in the second-level cache

// c ± aᵀb of packed a [inner, rows] and b [inner, columns]. With `upper`, tiles left of the diagonal are left as they are.
EXPORT(multiply) void multiply(const double *a, const double *b, double *c, int stride, int rows, int columns, int inner,
                               int upper, int negative) {
  int block = CACHED / inner & ~3;
  if (block < 4) block = 4;
  for (int j0 = 0; j0 < columns; j0 += block)
    for (int i = 0; i < rows; i += 4)
      for (int j = upper && i > j0 ? i : j0; j < smaller(j0 + block, columns); j += 4) {
        if (negative) tile(a + i * inner, b + j * inner, c + i * stride + j, stride, inner, 1);
        else tile(a + i * inner, b + j * inner, c + i * stride + j, stride, inner, 0);
      }
}

INLINE double dot(const double *a, const double *b, int from, int to) {
  Pair s0 = both(0), s1 = s0;
  for (int i = from; i < to; i += 4) {
    s0 = add(s0, mul(load(a + i), load(b + i)));
    s1 = add(s1, mul(load(a + i + 2), load(b + i + 2)));
  }
  return sum_of(add(s0, s1));
}

// target −= factor · source
INLINE void subtract(double *target, double factor, const double *source, int from, int to) {
  Pair f = both(factor);
  for (int i = from; i < to; i += 2) store(target + i, sub(load(target + i), mul(f, load(source + i))));
}

INLINE void clear(double *p, int from, int to) {
  for (int i = from; i < to; i++) p[i] = 0;
}

INLINE void swap(double *a, double *b) {
  double kept = *a;
  *a = *b;
  *b = kept;
}

// Exchanges features k < p of a symmetric matrix of which the upper triangle is stored.
static void exchange(double *a, int stride, int n, int k, int p) {
  for (int i = 0; i < k; i++) swap(a + i * stride + k, a + i * stride + p);
  for (int i = k + 1; i < p; i++) swap(a + k * stride + i, a + i * stride + p);
  for (int j = p + 1; j < n; j++) swap(a + k * stride + j, a + p * stride + j);
  swap(a + k * (stride + 1), a + p * (stride + 1));
}

// Rows k0 to k1 of the factor R, A = RᵀR with pivoting, in place of those of A, of which the upper triangle is stored and
// from which all earlier rows were subtracted. Returns the number of rows there are, fewer than k1 − k0 when what
// remains is no larger than `noise`. `order` is exchanged like the features; `remaining` is scratch of n numbers.
EXPORT(cholesky_panel) int cholesky_panel(double *a, int stride, int n, int k0, int k1, double noise, int *order,
                                          double *remaining) {
  for (int i = k0; i < n; i++) remaining[i] = a[i * (stride + 1)];
  for (int k = k0; k < k1; k++) {
    int p = k;
    for (int i = k + 1; i < n; i++) p = remaining[i] > remaining[p] ? i : p;
    if (!(remaining[p] > noise)) return k - k0;
    if (p != k) {
      exchange(a, stride, n, k, p);
      swap(remaining + k, remaining + p);
      int kept = order[k];
      order[k] = order[p];
      order[p] = kept;
    }
    double *row = a + k * stride, root = __builtin_sqrt(remaining[k]);
    for (int e = k0; e < k; e++) subtract(row, a[e * stride + k], a + e * stride, k & ~1, stride);
    row[k] = root;
    for (int i = k + 1; i < n; i++) {
      row[i] /= root;
      remaining[i] -= row[i] * row[i];
    }
  }
  return k1 - k0;
}

// The Householder vector of x, of which numbers before `from` are zero: (1 − scale·vvᵀ)x has one number left, at `from`,
// which is returned. v takes the place of x.
INLINE double reflection(double *x, int from, int padded, double *scale) {
  double square = dot(x, x, from & ~3, padded), norm = __builtin_sqrt(square), head = x[from];
  double length = head > 0 ? -norm : norm; // the sign that avoids cancellation in head − length
  *scale = 0;
  if (norm == 0) return 0;
  x[from] = head - length;
  *scale = 1 / (norm * (norm + (head > 0 ? head : -head))); // 2 / vᵀv
  return length;
}

// One pass over rows r0 to r1 of A: x becomes factor · (x + Au) row by row, then column −= x · head, and y += Aᵀ column. Four rows
// are read for x, and again for y while they are in the cache: the matrix itself is too large for it.
static void pass(const double *a, int stride, int r0, int r1, int c0, const double *u, double factor, double head, double *x,
                 double *column, double *y) {
  int r = r0;
  for (; r + 4 <= r1; r += 4) {
    const double *a0 = a + r * stride, *a1 = a0 + stride, *a2 = a1 + stride, *a3 = a2 + stride;
    Pair s0 = both(0), s1 = s0, s2 = s0, s3 = s0;
    for (int c = c0; c < stride; c += 2) {
      Pair uc = load(u + c);
      s0 = add(s0, mul(uc, load(a0 + c))), s1 = add(s1, mul(uc, load(a1 + c)));
      s2 = add(s2, mul(uc, load(a2 + c))), s3 = add(s3, mul(uc, load(a3 + c)));
    }
    x[r] = factor * (x[r] + sum_of(s0)), x[r + 1] = factor * (x[r + 1] + sum_of(s1));
    x[r + 2] = factor * (x[r + 2] + sum_of(s2)), x[r + 3] = factor * (x[r + 3] + sum_of(s3));
    for (int i = r; i < r + 4; i++) column[i] -= x[i] * head;
    Pair v0 = load_both(column + r), v1 = load_both(column + r + 1);
    Pair v2 = load_both(column + r + 2), v3 = load_both(column + r + 3);
    for (int c = c0; c < stride; c += 2) {
      Pair low = add(mul(v0, load(a0 + c)), mul(v1, load(a1 + c)));
      Pair high = add(mul(v2, load(a2 + c)), mul(v3, load(a3 + c)));
      store(y + c, add(load(y + c), add(low, high)));
    }
  }
  for (; r < r1; r++) {
    x[r] = factor * (x[r] + dot(a + r * stride, u, c0, stride));
    column[r] -= x[r] * head;
    subtract(y, -column[r], a + r * stride, c0, stride);
  }
}

// Rows and columns k0 to k1 of the lower bidiagonal form of A [m, n], m ≤ n, by reflections from both sides, whose products
// are collected: A without the reflections so far is A − WᵀZ, of which only what the next reflection needs is computed.
// Rows 2(k − k0) and 2(k − k0) + 1 of w [·, heights] and z [·, stride] belong to step k; the caller subtracts WᵀZ afterwards.
// beside[2k], beside[2k + 1] become the numbers on and below the diagonal.
// See Dongarra, Sorensen, Hammarling: Block reduction of matrices to condensed forms, 1989, and for the single pass Howell et
// al.: Cache efficient bidiagonalization using BLAS 2.5 operators, 2008.
EXPORT(bidiagonal_panel) void bidiagonal_panel(const double *a, int stride, int m, int heights, int k0, int k1, double *w,
                                               double *z, double *beside) {
  for (int k = k0; k < k1; k++) {
    int done = 2 * (k - k0), columns = k & ~3, rows = (k + 1) & ~3;
    double *x = w + done * heights, *v = x + heights, *u = z + done * stride, *y = u + stride;
    double scale;
    clear(u, 0, columns);
    for (int c = columns; c < stride; c++) u[c] = a[k * stride + c];
    for (int j = 0; j < done; j++) subtract(u, w[j * heights + k], z + j * stride, columns, stride);
    clear(u, columns, k);
    beside[2 * k] = reflection(u, k, stride, &scale);
    clear(x, 0, heights);
    clear(v, 0, heights);
    clear(y, 0, stride);
    if (k + 1 >= m) continue;
    // x = scale · (A − WᵀZ)u, v = column k, y = Aᵀv
    for (int r = k + 1; r < m; r++) v[r] = a[r * stride + k];
    for (int j = 0; j < done; j++) {
      subtract(x, dot(z + j * stride, u, columns, stride), w + j * heights, rows, heights);
      subtract(v, z[j * stride + k], w + j * heights, rows, heights);
    }
    pass(a, stride, k + 1, m, columns, u, scale, u[k], x, v, y);
    clear(x, rows, k + 1);
    clear(v, rows, k + 1);
    double length = reflection(v, k + 1, heights, &scale);
    beside[2 * k + 1] = length;
    subtract(y, length, a + (k + 1) * stride, columns, stride); // what the reflection took off the head of v
    for (int j = 0; j <= done; j++) subtract(y, dot(w + j * heights, v, rows, heights), z + j * stride, columns, stride);
    for (int c = columns; c < stride; c++) y[c] = c > k ? scale * y[c] : 0;
  }
}
