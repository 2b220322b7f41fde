// Convolution with 3x3 filters and stride 1 in 16 multiplications for 4 outputs instead of 36 (Lavin, Gray 2016,
// F(2x2, 3x3)): a tile of 4x4 input pixels d and a filter g give 2x2 outputs Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Summed over the
// channels, the products ⊙ are 16 matrix products, one for each position in the tile.
//
// The transforms cost few additions but touch 4 and 16 numbers per output, so everything happens in chunks of tiles that
// stay in the cache. Tiles lie at even output pixels whatever the chunks and threads, so these do not change any result.
// Inner channels and outputs must be multiples of 4.
//
// The gradient by the filter is the transpose of that: Gᵀ[Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)]G, with a sum of outer products over
// the channels for each position.
#include "outer-products.h"

#define POSITIONS 16
#define ROW_OF(i) ((i) / 4)
#define COLUMN_OF(i) ((i) % 4)

// U = G g Gᵀ for panels of 8 outputs: from packed [panel][tap][inner][8] to [position][panel][inner][8].
// `flip` turns the filter round, as the gradient by the input needs it. Unit: one panel.
EXPORT(winograd_filter) void winograd_filter(const float *packed, float *transformed, int inner, int panels, int flip,
                                             int from, int to) {
  int size = inner * 8;
  Vector half = splat(0.5f);
  for (int panel = from; panel < to; panel++) {
    const float *source = packed + panel * 9 * size;
    float *target = transformed + panel * size;
    for (int k = 0; k < size; k += 4) {
      Vector g[9], t[12];
      UNROLL for (int i = 0; i < 9; i++) g[i] = load(source + (flip ? 8 - i : i) * size + k);
      UNROLL for (int j = 0; j < 3; j++) { // G g: four rows of three
        Vector sum = add(g[j], g[6 + j]);
        t[j] = g[j];
        t[3 + j] = mul(half, add(sum, g[3 + j]));
        t[6 + j] = mul(half, sub(sum, g[3 + j]));
        t[9 + j] = g[6 + j];
      }
      UNROLL for (int i = 0; i < 4; i++) { // (G g) Gᵀ
        float *row = target + 4 * i * panels * size + k;
        Vector sum = add(t[3 * i], t[3 * i + 2]);
        store(row, t[3 * i]);
        store(row + panels * size, mul(half, add(sum, t[3 * i + 1])));
        store(row + 2 * panels * size, mul(half, sub(sum, t[3 * i + 1])));
        store(row + 3 * panels * size, t[3 * i + 2]);
      }
    }
  }
}

// V = Bᵀ d B of the tile whose first pixel is (row, column), to target[position·stride + channel].
INLINE void transform_input(const float *image, const float *zero, float *target, int stride, int row, int column,
                            int height, int width, int channels) {
  const float *pixel[POSITIONS];
  UNROLL for (int i = 0; i < POSITIONS; i++) {
    int y = row + ROW_OF(i), x = column + COLUMN_OF(i);
    int inside = (unsigned)y < (unsigned)height && (unsigned)x < (unsigned)width;
    pixel[i] = inside ? image + (y * width + x) * channels : zero;
  }
  for (int c = 0; c < channels; c += 4) {
    Vector t[POSITIONS];
    UNROLL for (int j = 0; j < 4; j++) {
      Vector d0 = load(pixel[j] + c), d1 = load(pixel[4 + j] + c);
      Vector d2 = load(pixel[8 + j] + c), d3 = load(pixel[12 + j] + c);
      t[j] = sub(d0, d2);
      t[4 + j] = add(d1, d2);
      t[8 + j] = sub(d2, d1);
      t[12 + j] = sub(d1, d3);
    }
    UNROLL for (int i = 0; i < 4; i++) {
      float *p = target + 4 * i * stride + c;
      store(p, sub(t[4 * i], t[4 * i + 2]));
      store(p + stride, add(t[4 * i + 1], t[4 * i + 2]));
      store(p + 2 * stride, sub(t[4 * i + 2], t[4 * i + 1]));
      store(p + 3 * stride, sub(t[4 * i + 1], t[4 * i + 3]));
    }
  }
}

// Y = Aᵀ M A (+ bias) of one tile, to those of its four pixels that exist.
INLINE void transform_output(const float *products, int stride, const float *bias, float *output, int columns, int below,
                             int beside, int outputs, int relu) {
  for (int o = 0; o < outputs; o += 4) {
    Vector t[8], y[4], b = bias ? load(bias + o) : splat(0);
    UNROLL for (int j = 0; j < 4; j++) {
      const float *m = products + j * stride + o;
      Vector m0 = load(m), m1 = load(m + 4 * stride), m2 = load(m + 8 * stride), m3 = load(m + 12 * stride);
      t[j] = add(add(m0, m1), m2);
      t[4 + j] = sub(sub(m1, m2), m3);
    }
    UNROLL for (int i = 0; i < 2; i++) {
      y[2 * i] = add(add(add(t[4 * i], t[4 * i + 1]), t[4 * i + 2]), b);
      y[2 * i + 1] = add(sub(sub(t[4 * i + 1], t[4 * i + 2]), t[4 * i + 3]), b);
    }
    if (relu) UNROLL for (int i = 0; i < 4; i++) y[i] = larger(y[i], splat(0));
    store(output + o, y[0]);
    if (beside) store(output + outputs + o, y[1]);
    if (below) store(output + columns * outputs + o, y[2]);
    if (below && beside) store(output + (columns + 1) * outputs + o, y[3]);
  }
}

// products[tile][outputs] = inputs[tile][inner] times a panel of 8 outputs; see gemm.c for the shape of the loop.
INLINE void multiply_tiles(const float *inputs, const float *panel, float *products, int tiles, int inner, int outputs,
                           int width) {
  for (int p = 0; p < tiles; p += 4) {
    int last = smaller(tiles - p, 4) - 1;
    const float *b = panel;
    const char *a[4];
    Vector low[4], high[4];
    UNROLL for (int r = 0; r < 4; r++) {
      a[r] = (const char *)(inputs + (p + (r < last ? r : last)) * inner);
      low[r] = splat(0), high[r] = splat(0);
    }
    int bytes = inner * 4;
    KEEP_ROLLED for (int k = 0; k < bytes; k += 4) {
      Vector w0 = load(b), w1 = load(b + 4);
      UNROLL for (int r = 0; r < 4; r++) {
        Vector s = load_splat((const float *)(a[r] + k));
        low[r] = multiply_add(s, w0, low[r]);
        high[r] = multiply_add(s, w1, high[r]);
      }
      b += 8;
      __asm__ volatile("" ::: "memory");
    }
    UNROLL for (int r = 0; r < 4; r++) if (r <= last) store_some(products + (p + r) * outputs, low[r], high[r], width);
  }
}

// y = convolution of x with the filters transformed by winograd_filter (+ bias, relu). `zero` points at `inner` zeros.
// scratch: 16·chunkRows·columns of tiles·(inner + outputs) floats a unit. Unit: `bandRows` rows of tiles of one image, in
// chunks of `chunkRows`.
EXPORT(winograd) void winograd(const float *x, const float *transformed, const float *bias, float *y, const float *zero,
                               float *scratch, int inHeight, int inWidth, int inner, int outHeight, int outWidth,
                               int outputs, int padTop, int padLeft, int bandRows, int chunkRows, int relu, int from,
                               int to) {
  int rows = (outHeight + 1) / 2, columns = (outWidth + 1) / 2;
  int bands = (rows + bandRows - 1) / bandRows, panels = (outputs + 7) / 8, capacity = chunkRows * columns;
  for (int unit = from; unit < to; unit++) {
    int image = unit / bands, start = unit % bands * bandRows, end = smaller(rows, start + bandRows);
    const float *input = x + image * inHeight * inWidth * inner;
    float *output = y + image * outHeight * outWidth * outputs;
    float *inputs = scratch + unit * POSITIONS * capacity * (inner + outputs);
    float *products = inputs + POSITIONS * capacity * inner;
    for (int first = start; first < end; first += chunkRows) {
      int tiles = smaller(end - first, chunkRows) * columns;
      for (int t = 0; t < tiles; t++) {
        int row = 2 * (first + t / columns) - padTop, column = 2 * (t % columns) - padLeft;
        transform_input(input, zero, inputs + t * inner, capacity * inner, row, column, inHeight, inWidth, inner);
      }
      for (int position = 0; position < POSITIONS; position++)
        for (int panel = 0; panel < panels; panel++)
          multiply_tiles(inputs + position * capacity * inner, transformed + (position * panels + panel) * inner * 8,
                         products + position * capacity * outputs + panel * 8, tiles, inner, outputs,
                         smaller(outputs - panel * 8, 8));
      for (int t = 0; t < tiles; t++) {
        int row = 2 * (first + t / columns), column = 2 * (t % columns);
        transform_output(products + t * outputs, capacity * outputs, bias, output + (row * outWidth + column) * outputs,
                         outWidth, row + 1 < outHeight, column + 1 < outWidth, outputs, relu);
      }
    }
  }
}

// A dY Aᵀ of the tile of 2x2 pixels at (row, column), to target[position·stride + channel].
INLINE void transform_gradient(const float *image, const float *zero, float *target, int stride, int row, int column,
                               int height, int width, int channels) {
  const float *corner = image + (row * width + column) * channels;
  int below = row + 1 < height, beside = column + 1 < width;
  const float *p1 = beside ? corner + channels : zero, *p2 = below ? corner + width * channels : zero;
  const float *p3 = below && beside ? corner + (width + 1) * channels : zero;
  for (int c = 0; c < channels; c += 4) {
    Vector t[8], y0 = load(corner + c), y1 = load(p1 + c), y2 = load(p2 + c), y3 = load(p3 + c);
    t[0] = y0, t[1] = y1;
    t[2] = add(y0, y2), t[3] = add(y1, y3);
    t[4] = sub(y0, y2), t[5] = sub(y1, y3);
    t[6] = wasm_f32x4_neg(y2), t[7] = wasm_f32x4_neg(y3);
    UNROLL for (int i = 0; i < 4; i++) {
      float *p = target + 4 * i * stride + c;
      store(p, t[2 * i]);
      store(p + stride, add(t[2 * i], t[2 * i + 1]));
      store(p + 2 * stride, sub(t[2 * i], t[2 * i + 1]));
      store(p + 3 * stride, wasm_f32x4_neg(t[2 * i + 1]));
    }
  }
}

// sums[group][position][c][o] = Σ over the tiles of a group of images. How images are grouped depends on shapes alone,
// so that threads, which take whole groups, do not change the order of a sum.
// scratch: 16·chunkRows·columns of tiles·(channels + outputs) floats a group. Unit: a group of `groupSize` images.
EXPORT(winograd_gradient) void winograd_gradient(const float *x, const float *dy, float *sums, const float *zero,
                                                 float *scratch, int images, int groupSize, int inHeight, int inWidth,
                                                 int channels, int outHeight, int outWidth, int outputs, int padTop,
                                                 int padLeft, int chunkRows, int from, int to) {
  int rows = (outHeight + 1) / 2, columns = (outWidth + 1) / 2, capacity = chunkRows * columns;
  for (int group = from; group < to; group++) {
    float *total = sums + group * POSITIONS * channels * outputs;
    float *inputs = scratch + group * POSITIONS * capacity * (channels + outputs);
    float *gradients = inputs + POSITIONS * capacity * channels;
    clear(total, POSITIONS * channels * outputs);
    int last = smaller(images, (group + 1) * groupSize);
    for (int image = group * groupSize; image < last; image++)
      for (int first = 0; first < rows; first += chunkRows) {
        int tiles = smaller(rows - first, chunkRows) * columns;
        for (int t = 0; t < tiles; t++) {
          int row = 2 * (first + t / columns), column = 2 * (t % columns);
          transform_input(x + image * inHeight * inWidth * channels, zero, inputs + t * channels, capacity * channels,
                          row - padTop, column - padLeft, inHeight, inWidth, channels);
          transform_gradient(dy + image * outHeight * outWidth * outputs, zero, gradients + t * outputs,
                             capacity * outputs, row, column, outHeight, outWidth, outputs);
        }
        for (int position = 0; position < POSITIONS; position++)
          add_outer_products(inputs + position * capacity * channels, gradients + position * capacity * outputs,
                             total + position * channels * outputs, 1, 0, 0, tiles, channels, outputs, 0, channels);
      }
  }
}

// dw[tap][c][o] = Gᵀ (Σ_groups sums) G. Unit: one input channel.
EXPORT(winograd_gradient_filter) void winograd_gradient_filter(const float *sums, float *dw, int groups, int channels,
                                                               int outputs, int from, int to) {
  int size = channels * outputs;
  Vector half = splat(0.5f);
  for (int k = from * outputs; k < to * outputs; k += 4) {
    Vector u[POSITIONS], t[12];
    UNROLL for (int i = 0; i < POSITIONS; i++) {
      u[i] = load(sums + i * size + k);
      for (int group = 1; group < groups; group++) u[i] = add(u[i], load(sums + (group * POSITIONS + i) * size + k));
    }
    UNROLL for (int j = 0; j < 4; j++) { // Gᵀ u: three rows of four
      Vector sum = mul(half, add(u[4 + j], u[8 + j]));
      t[j] = add(u[j], sum);
      t[4 + j] = mul(half, sub(u[4 + j], u[8 + j]));
      t[8 + j] = add(sum, u[12 + j]);
    }
    UNROLL for (int i = 0; i < 3; i++) { // (Gᵀ u) G
      Vector sum = mul(half, add(t[4 * i + 1], t[4 * i + 2]));
      float *row = dw + 3 * i * size + k;
      store(row, add(t[4 * i], sum));
      store(row + size, mul(half, sub(t[4 * i + 1], t[4 * i + 2])));
      store(row + 2 * size, add(sum, t[4 * i + 3]));
    }
  }
}
