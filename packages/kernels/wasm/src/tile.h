// The register tile, the inner loop of every product with packed weights.
//
// It is 4 rows x 8 columns: 8 accumulators, 2 vectors of the panel and a splat. V8 keeps no more than that in registers:
// tiles of 5 or 6 rows, or an unrolled loop over the inner dimension, spill accumulators and run at half the speed. The
// empty asm at the end of the inner loop keeps clang from unrolling and reordering it. Measure again before changing any
// of this.
#pragma once
#include "kernel.h"

#define TILE_ROWS 4
#define TILE_COLUMNS 8

// Adds the sum over k of row[r][k] * panel[k][0 to 7] to the eight numbers in low[r] and high[r].
INLINE void add_tile(Vector *low, Vector *high, const char **row, const float *panel, int inner) {
  int bytes = inner * 4;
  KEEP_ROLLED for (int k = 0; k < bytes; k += 4) {
    Vector w0 = load(panel), w1 = load(panel + 4);
    UNROLL for (int r = 0; r < TILE_ROWS; r++) {
      Vector s = load_splat((const float *)(row[r] + k));
      low[r] = multiply_add(s, w0, low[r]);
      high[r] = multiply_add(s, w1, high[r]);
    }
    panel += TILE_COLUMNS;
    __asm__ volatile("" ::: "memory");
  }
}
