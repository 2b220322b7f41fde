// Attention, softmax(scale·q·kᵀ)·v for every image, and its gradient.
//
// The [queries, keys] matrices never exist: some rows of them at a time are computed, used and overwritten in the cache.
// q is [images, queries, channels], k [images, keys, channels], v [images, keys, outputs]. All right factors of products
// come packed by `pack`: panels of 8 columns, all of them for one row after the other.
#include "outer-products.h"
#include "softmax.h"
#include "tile.h"

// Rows of scores that are in the cache at once: 12 KB for 196 keys.
#define ROWS 16
// In the gradient two matrices are, and the sums over rows gain from more of them.
#define GRADIENT_ROWS 32

INLINE int whole_panels(int columns) { return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS; }

// out = a·b of `rows` rows: a [rows, inner], b packed, out [rows, columns] with rows `step` apart.
NOT_INLINE void product(const float *a, int stepA, const float *packed, float *out, int step, int rows, int inner,
                    int columns) {
  for (int o = 0; o < columns; o += TILE_COLUMNS) {
    for (int p = 0; p < rows; p += TILE_ROWS) {
      int last = smaller(rows - p, TILE_ROWS) - 1;
      const char *row[TILE_ROWS];
      Vector low[TILE_ROWS], high[TILE_ROWS];
      UNROLL for (int r = 0; r < TILE_ROWS; r++) {
        row[r] = (const char *)(a + (p + (r < last ? r : last)) * stepA);
        low[r] = high[r] = splat(0);
      }
      add_tile(low, high, row, packed + o * inner, inner);
      UNROLL for (int r = 0; r < TILE_ROWS; r++)
        if (r <= last) store_some(out + (p + r) * step + o, low[r], high[r], columns - o);
    }
  }
}

// out += aᵀ·b: a [rows, columns] with rows `step` apart, b [rows, width], out [columns, width].
NOT_INLINE void add_transposed_product(const float *a, int step, const float *b, float *out, int rows, int columns,
                                       int width) {
  add_outer_products(a, b, out, 1, 0, 0, rows, step, width, 0, columns);
}

// Rows of softmax(scale·q·kᵀ), `step` apart.
INLINE void probabilities(const float *q, const float *packedKeys, float *p, int step, int rows, int channels, int keys,
                          float scale) {
  product(q, channels, packedKeys, p, step, rows, channels, keys);
  for (int r = 0; r < rows; r++) softmax_row(p + r * step, p + r * step, keys, scale);
}

// packedKeys: kᵀ, packedValues: v. scratch: ROWS rows of whole panels of keys a unit; a call uses that of its first.
// Unit: a block of `block` queries of one image.
EXPORT(attention) void attention(const float *q, const float *packedKeys, const float *packedValues, float *y,
                                 float *scratch, int queries, int keys, int channels, int outputs, float scale,
                                 int block, int from, int to) {
  int blocks = (queries + block - 1) / block, step = whole_panels(keys);
  float *p = scratch + from * ROWS * step;
  for (int unit = from; unit < to; unit++) {
    int image = unit / blocks, start = unit % blocks * block, end = smaller(queries, start + block);
    const float *keyPanels = packedKeys + image * step * channels;
    const float *valuePanels = packedValues + image * whole_panels(outputs) * keys;
    for (int i = start; i < end; i += ROWS) {
      int rows = smaller(end - i, ROWS), row = image * queries + i;
      probabilities(q + row * channels, keyPanels, p, step, rows, channels, keys, scale);
      product(p, step, valuePanels, y + row * outputs, outputs, rows, keys, outputs);
    }
  }
}

// The gradient by scale·q·kᵀ of one row, over the one by p: ds = p·(dp − Σ p·dp), and once more `scale` for q·kᵀ.
INLINE void softmax_row_gradient(const float *p, float *dp, int count, float scale) {
  int whole = count & ~3;
  Vector sums = splat(0);
  for (int i = 0; i < whole; i += 4) sums = multiply_add(load(p + i), load(dp + i), sums);
  float sum = sum_of_lanes(sums);
  for (int i = whole; i < count; i++) sum += p[i] * dp[i];
  for (int i = 0; i < whole; i += 4) store(dp + i, mul(mul(load(p + i), splat(scale)), sub(load(dp + i), splat(sum))));
  for (int i = whole; i < count; i++) dp[i] = p[i] * scale * (dp[i] - sum);
}

// dq = ds·k, dk = dsᵀ·q and dv = pᵀ·dy, where p is computed again and dp = dy·vᵀ.
// transposedKeys: kᵀ, transposedValues: vᵀ, packedKeys: k. scratch: twice GRADIENT_ROWS rows of whole panels of keys a
// unit; a call uses that of its first. Unit: one image.
EXPORT(attention_grad) void attention_grad(const float *dy, const float *q, const float *transposedKeys,
                                           const float *transposedValues, const float *packedKeys, float *dq, float *dk,
                                           float *dv, float *scratch, int queries, int keys, int channels, int outputs,
                                           float scale, int from, int to) {
  int step = whole_panels(keys);
  float *p = scratch + from * 2 * GRADIENT_ROWS * step, *ds = p + GRADIENT_ROWS * step;
  for (int image = from; image < to; image++) {
    const float *keyPanels = transposedKeys + image * step * channels;
    const float *valuePanels = transposedValues + image * step * outputs;
    float *keyGradient = dk + image * keys * channels, *valueGradient = dv + image * keys * outputs;
    clear(keyGradient, keys * channels);
    clear(valueGradient, keys * outputs);
    for (int i = 0; i < queries; i += GRADIENT_ROWS) {
      int rows = smaller(queries - i, GRADIENT_ROWS), row = image * queries + i;
      const float *query = q + row * channels, *above = dy + row * outputs;
      probabilities(query, keyPanels, p, step, rows, channels, keys, scale);
      add_transposed_product(p, step, above, valueGradient, rows, keys, outputs);
      product(above, outputs, valuePanels, ds, step, rows, outputs, keys);
      for (int r = 0; r < rows; r++) softmax_row_gradient(p + r * step, ds + r * step, keys, scale);
      product(ds, step, packedKeys + image * whole_panels(channels) * keys, dq + row * channels, channels, rows, keys,
              channels);
      add_transposed_product(ds, step, query, keyGradient, rows, keys, channels);
    }
  }
}
