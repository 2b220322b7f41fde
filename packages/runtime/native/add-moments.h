// Sums of vectors and of their products in float64, by all threads.
//
// Vector after vector, each product fused with its sum where the processor can: the result is the same to the last bit for any number of
// threads and however the vectors are cut into calls.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "simd.h"
#include "thread-pool.h"

namespace diffgan {

constexpr int64_t kPanel = 16;   // features that lie together: panels[⌈dim / kPanel⌉][count][kPanel]
constexpr int64_t kDepth = 256;  // vectors at a time
constexpr int64_t kSide = 8;     // most panels on a side of the square that a thread takes at once: 2 · 256 KB, for the second-level cache

/** Where the rows of a square of kPanel × kPanel sums begin. */
typedef double* Rows[kPanel];

/** Adds products of `count` vectors to kRows × 2 registers, from column j of these rows on. */
template <int kRows, typename Register>
DIFFGAN_INLINE void addTile(const double* a, const double* b, int64_t count, double* const* rows, int64_t j) {
  constexpr int64_t kLanes = sizeof(Register) / sizeof(double);
  Register low[kRows], high[kRows];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
    std::memcpy(&low[r], rows[r] + j, sizeof(Register));
    std::memcpy(&high[r], rows[r] + j + kLanes, sizeof(Register));
  }
  for (const double* end = a + count * kPanel; a != end; a += kPanel, b += kPanel) {
    Register left, right;
    std::memcpy(&left, b, sizeof(Register));
    std::memcpy(&right, b + kLanes, sizeof(Register));
#pragma GCC unroll 8
    for (int r = 0; r < kRows; r++) {
      low[r] = low[r] + a[r] * left;
      high[r] = high[r] + a[r] * right;
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; r++) {
    std::memcpy(rows[r] + j, &low[r], sizeof(Register));
    std::memcpy(rows[r] + j + kLanes, &high[r], sizeof(Register));
  }
}

/** Adds products of `count` vectors, of all features of panel a with all of panel b. */
template <int kRows, typename Register>
DIFFGAN_INLINE void addSquare(const double* a, const double* b, int64_t count, const Rows& rows) {
  constexpr int64_t kColumns = 2 * sizeof(Register) / sizeof(double);
  for (int64_t j = 0; j < kPanel; j += kColumns)
    for (int64_t i = 0; i < kPanel; i += kRows) addTile<kRows, Register>(a + i, b + j, count, rows + i, j);
}

// One of these per kind of register: as many rows as its accumulators leave room for.
typedef double Two __attribute__((vector_size(16)));
inline void addSquareOfTwo(const double* a, const double* b, int64_t count, const Rows& rows) {
  addSquare<4, Two>(a, b, count, rows);
}

#if defined(__x86_64__)
typedef double Four __attribute__((vector_size(32)));
typedef double Eight __attribute__((vector_size(64)));
__attribute__((target("avx2,fma"))) inline void addSquareOfFour(const double* a, const double* b, int64_t count,
                                                                const Rows& rows) {
  addSquare<4, Four>(a, b, count, rows);
}
__attribute__((target("avx512f,fma"))) inline void addSquareOfEight(const double* a, const double* b, int64_t count,
                                                                    const Rows& rows) {
  addSquare<8, Eight>(a, b, count, rows);
}
#endif

typedef void (*AddSquare)(const double*, const double*, int64_t, const Rows&);

/** The version for the processor of this machine. */
inline AddSquare fastestAddSquare() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) return addSquareOfEight;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return addSquareOfFour;
#endif
  return addSquareOfTwo;
}

/** Vectors x, what is subtracted from them, and their sums: those of x − shift, and the upper triangle of those of their products. */
struct Moments {
  const double *vectors, *shift;
  double *sum, *scatter;
  int64_t count, dim;
};

/** Differences of the features of a panel, which are added to their sums; zeros beyond the last feature. */
inline void packPanel(const Moments& m, int64_t first, double* panel) {
  const int64_t width = std::min(kPanel, m.dim - first);
  double shift[kPanel] = {}, sum[kPanel] = {};
  std::copy_n(m.shift + first, width, shift);
  std::copy_n(m.sum + first, width, sum);
  double part[kPanel] = {};
  for (int64_t k = 0; k < m.count; k++, panel += kPanel) {
    const double* x = m.vectors + k * m.dim + first;
    if (width < kPanel) x = std::copy_n(x, width, part) - width;
    for (int64_t t = 0; t < kPanel; t++) {
      const double difference = x[t] - shift[t];
      panel[t] = difference;
      sum[t] += difference;
    }
  }
  std::copy_n(sum, width, m.sum + first);
}

/** Where row i of the sums of products would begin if they were a whole matrix. */
inline double* rowOf(const Moments& m, int64_t i) { return m.scatter + i * m.dim - i * (i + 1) / 2; }

/** Adds products of `count` vectors, from vector `first` on, to the sums of which (row, column) is the first: those of a pair of panels. */
inline void addPair(const Moments& m, const double* panels, int64_t row, int64_t column, int64_t first, int64_t count,
                    AddSquare addSquare) {
  const bool whole = row < column && column + kPanel <= m.dim;
  // What has parts below the diagonal or outside is computed in a square of its own.
  double square[kPanel][kPanel] = {};
  const auto eachRow = [&](auto move) {
    for (int64_t i = row; i < std::min(row + kPanel, m.dim); i++) {
      const int64_t from = std::max(i, column), to = std::min(column + kPanel, m.dim);
      move(rowOf(m, i) + from, square[i - row] + from - column, to - from);
    }
  };
  Rows rows;
  for (int64_t i = 0; i < kPanel; i++) rows[i] = whole ? rowOf(m, row + i) + column : square[i];
  if (!whole) eachRow([](double* there, double* here, int64_t n) { std::copy_n(there, n, here); });
  addSquare(panels + row * m.count + first * kPanel, panels + column * m.count + first * kPanel, count, rows);
  if (!whole) eachRow([](double* there, double* here, int64_t n) { std::copy_n(here, n, there); });
}

/** Adds vectors to their sums. */
inline void addMoments(const Moments& m) {
  static thread_local std::vector<double> memory;  // kept for the next call: some MB at 2048 features
  const int64_t count = (m.dim + kPanel - 1) / kPanel;
  memory.resize(count * kPanel * m.count + 8);
  double* panels = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64 / sizeof(double);
  ThreadPool::shared().run(static_cast<int>(count), [&](int i) {
    packPanel(m, i * kPanel, panels + i * kPanel * m.count);
  });
  const AddSquare addSquare = fastestAddSquare();
  const int64_t side = std::clamp<int64_t>(count / 8, 1, kSide), squares = (count + side - 1) / side;
  ThreadPool::shared().run(static_cast<int>(squares * squares), [&](int task) {
    const int64_t i0 = task / squares * side, j0 = task % squares * side;
    for (int64_t k = 0; k < m.count; k += kDepth)
      for (int64_t j = j0; j < std::min(j0 + side, count); j++)
        for (int64_t i = i0; i < std::min(i0 + side, j + 1); i++)
          addPair(m, panels, i * kPanel, j * kPanel, k, std::min(kDepth, m.count - k), addSquare);
  });
}

}  // namespace diffgan
