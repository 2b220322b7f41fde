// Convolution with 3x3 filters and stride 1 in 36 multiplications for 16 outputs instead of 144 (Lavin, Gray 2016,
// F(4x4, 3x3)): a tile of 6x6 input pixels d and a filter g give 4x4 outputs Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Summed over the
// channels, the products ⊙ are 36 matrix products, one for each position in the tile.
//
// The transforms touch few numbers, but those many times, so everything happens in chunks of tiles that stay in the cache.
// A tile is what it is whatever the chunks and threads, so these do not change any result. Tiles are counted through all
// images, row by row. Inner channels and outputs must be multiples of 4.
//
// The gradient by the filter is the transpose of that: Gᵀ[Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)]G, with a sum of outer products over
// the channels for each position.
#include "outer-products.h"
#include "tile.h"
#include "winograd-columns.h"

// Numbers between those of one position and of the next: a line of the cache more than they are, because distances of whole
// powers of two would put all 36 in the same few places of it.
INLINE int apart(int size) { return size + 16; }

// Four numbers `stride` apart.
INLINE Vector load_apart(const float *p, int stride) {
  if (stride == 1) return load(p);
  return wasm_f32x4_make(p[0], p[stride], p[2 * stride], p[3 * stride]);
}

// U = G g Gᵀ for panels of 8 outputs, [position][panel][inner][8], of filter[tap·tapStride + inner·innerStride +
// output·outStride]. `flip` turns the filter round, as the gradient by the input needs it. Unit: one panel.
EXPORT(winograd_filter) void winograd_filter(const float *filter, float *transformed, int inner, int outputs,
                                             int tapStride, int innerStride, int outStride, int flip, int from, int to) {
  int panels = (outputs + 7) / 8;
  for (int panel = from; panel < to; panel++)
    for (int k = 0; k < 2 * inner; k++) {
      float *target = transformed + (panel * 2 * inner + k) * 4;
      int output = panel * 8 + k % 2 * 4;
      Vector g[9], t[3 * SIDE];
      UNROLL for (int i = 0; i < 9; i++) {
        const float *source = filter + (flip ? 8 - i : i) * tapStride + k / 2 * innerStride + output * outStride;
        g[i] = output < outputs ? load_apart(source, outStride) : splat(0);
      }
      UNROLL for (int j = 0; j < 3; j++) { // G g, by columns
        Vector column[3] = {g[j], g[3 + j], g[6 + j]};
        filter_column(column, t + SIDE * j);
      }
      UNROLL for (int i = 0; i < SIDE; i++) { // (G g) Gᵀ, by rows
        Vector row[3] = {t[i], t[SIDE + i], t[2 * SIDE + i]}, u[SIDE];
        filter_column(row, u);
        UNROLL for (int j = 0; j < SIDE; j++) store(target + (SIDE * i + j) * apart(panels * inner * 8), u[j]);
      }
    }
}

// V = Bᵀ d B of the tile whose first pixel is (row, column), to target[position·stride + channel]. `columns` is scratch.
NOT_INLINE void transform_input(const float *image, const float *zero, float *columns, float *target, int stride,
                                int row, int column, int height, int width, int channels) {
  Powers k = powers();
  KEEP_ROLLED for (int j = 0; j < SIDE; j++) {
    const float *pixel[SIDE];
    int insideX = (unsigned)(column + j) < (unsigned)width;
    UNROLL for (int i = 0; i < SIDE; i++) {
      int inside = insideX && (unsigned)(row + i) < (unsigned)height;
      pixel[i] = inside ? image + ((row + i) * width + column + j) * channels : zero;
    }
    float *to = columns + j * channels;
    for (int c = 0; c < channels; c += 4) {
      Vector d[SIDE], v[SIDE];
      UNROLL for (int i = 0; i < SIDE; i++) d[i] = load(pixel[i] + c);
      input_column(d, v, k);
      UNROLL for (int i = 0; i < SIDE; i++) store(to + i * SIDE * channels + c, v[i]);
    }
  }
  KEEP_ROLLED for (int i = 0; i < SIDE; i++) {
    const float *line = columns + i * SIDE * channels;
    float *to = target + i * SIDE * stride;
    for (int c = 0; c < channels; c += 4) {
      Vector d[SIDE], v[SIDE];
      UNROLL for (int j = 0; j < SIDE; j++) d[j] = load(line + j * channels + c);
      input_column(d, v, k);
      UNROLL for (int j = 0; j < SIDE; j++) store(to + j * stride + c, v[j]);
    }
  }
}

// Y = Aᵀ M A (+ bias) of one tile, to those of its 4x4 pixels that exist: `below` rows of `beside` each.
INLINE void transform_output(const float *products, int stride, float *columns, const float *bias, float *output,
                             int width, int below, int beside, int outputs, int relu) {
  Powers k = powers();
  KEEP_ROLLED for (int j = 0; j < SIDE; j++) {
    const float *m = products + j * stride;
    float *to = columns + j * outputs;
    for (int o = 0; o < outputs; o += 4) {
      Vector d[SIDE], y[STEP];
      UNROLL for (int i = 0; i < SIDE; i++) d[i] = load(m + i * SIDE * stride + o);
      output_column(d, y, k);
      UNROLL for (int i = 0; i < STEP; i++) store(to + i * SIDE * outputs + o, y[i]);
    }
  }
  for (int i = 0; i < smaller(below, STEP); i++) {
    const float *line = columns + i * SIDE * outputs;
    float *to = output + i * width * outputs;
    for (int o = 0; o < outputs; o += 4) {
      Vector d[SIDE], y[STEP], b = bias ? load(bias + o) : splat(0);
      UNROLL for (int j = 0; j < SIDE; j++) d[j] = load(line + j * outputs + o);
      output_column(d, y, k);
      UNROLL for (int j = 0; j < STEP; j++) {
        y[j] = add(y[j], b);
        if (relu) y[j] = larger(y[j], splat(0));
        if (j < beside) store(to + j * outputs + o, y[j]);
      }
    }
  }
}

// products[tile][outputs] = inputs[tile][inner] times a panel of 8 outputs, of which `width` exist.
INLINE void multiply_tiles(const float *inputs, const float *panel, float *products, int tiles, int inner, int outputs,
                           int width) {
  for (int p = 0; p < tiles; p += TILE_ROWS) {
    int last = smaller(tiles - p, TILE_ROWS) - 1;
    const char *row[TILE_ROWS];
    Vector low[TILE_ROWS], high[TILE_ROWS];
    UNROLL for (int r = 0; r < TILE_ROWS; r++) {
      row[r] = (const char *)(inputs + (p + (r < last ? r : last)) * inner);
      low[r] = high[r] = splat(0);
    }
    add_tile(low, high, row, panel, inner);
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
      if (r <= last) store_some(products + (p + r) * outputs, low[r], high[r], width);
  }
}

// y = convolution of x with the filters transformed by winograd_filter (+ bias, relu). `zero` points at `inner` zeros.
// scratch: chunkSize(capacity, inner, outputs) of convolution.ts a unit. Unit: `span` tiles, in chunks of `capacity`.
EXPORT(winograd) void winograd(const float *x, const float *transformed, const float *bias, float *y, const float *zero,
                               float *scratch, int images, int inHeight, int inWidth, int inner, int outHeight,
                               int outWidth, int outputs, int padTop, int padLeft, int span, int capacity, int relu,
                               int from, int to) {
  int rows = (outHeight + STEP - 1) / STEP, columns = (outWidth + STEP - 1) / STEP, panels = (outputs + 7) / 8;
  int stepIn = apart(capacity * inner), stepOut = apart(capacity * outputs), stepFilter = apart(panels * inner * 8);
  for (int unit = from; unit < to; unit++) {
    float *inputs = scratch + unit * POSITIONS * (stepIn + stepOut + inner + outputs);
    float *products = inputs + POSITIONS * stepIn, *between = products + POSITIONS * stepOut;
    int end = smaller(images * rows * columns, (unit + 1) * span);
    for (int first = unit * span; first < end; first += capacity) {
      int tiles = smaller(end - first, capacity);
      for (int t = 0; t < tiles; t++) {
        int tile = first + t, image = tile / (rows * columns);
        int row = tile / columns % rows * STEP - padTop, column = tile % columns * STEP - padLeft;
        transform_input(x + image * inHeight * inWidth * inner, zero, between, inputs + t * inner, stepIn, row, column,
                        inHeight, inWidth, inner);
      }
      for (int position = 0; position < POSITIONS; position++)
        for (int panel = 0; panel < panels; panel++)
          multiply_tiles(inputs + position * stepIn, transformed + position * stepFilter + panel * inner * 8,
                         products + position * stepOut + panel * 8, tiles, inner, outputs,
                         smaller(outputs - panel * 8, 8));
      for (int t = 0; t < tiles; t++) {
        int tile = first + t, image = tile / (rows * columns);
        int row = tile / columns % rows * STEP, column = tile % columns * STEP;
        transform_output(products + t * outputs, stepOut, between, bias,
                         y + ((image * outHeight + row) * outWidth + column) * outputs, outWidth, outHeight - row,
                         outWidth - column, outputs, relu);
      }
    }
  }
}

// A dY Aᵀ of the tile of 4x4 pixels at (row, column), to target[position·stride + channel]. `columns` is scratch.
NOT_INLINE void transform_gradient(const float *image, const float *zero, float *columns, float *target, int stride,
                                   int row, int column, int height, int width, int channels) {
  Powers k = powers();
  KEEP_ROLLED for (int j = 0; j < STEP; j++) {
    const float *pixel[STEP];
    UNROLL for (int i = 0; i < STEP; i++) {
      int inside = row + i < height && column + j < width;
      pixel[i] = inside ? image + ((row + i) * width + column + j) * channels : zero;
    }
    float *to = columns + j * channels;
    for (int c = 0; c < channels; c += 4) {
      Vector y[STEP], m[SIDE];
      UNROLL for (int i = 0; i < STEP; i++) y[i] = load(pixel[i] + c);
      gradient_column(y, m, k);
      UNROLL for (int i = 0; i < SIDE; i++) store(to + i * STEP * channels + c, m[i]);
    }
  }
  KEEP_ROLLED for (int i = 0; i < SIDE; i++) {
    const float *line = columns + i * STEP * channels;
    float *to = target + i * SIDE * stride;
    for (int c = 0; c < channels; c += 4) {
      Vector y[STEP], m[SIDE];
      UNROLL for (int j = 0; j < STEP; j++) y[j] = load(line + j * channels + c);
      gradient_column(y, m, k);
      UNROLL for (int j = 0; j < SIDE; j++) store(to + j * stride + c, m[j]);
    }
  }
}

// sums[group][position][c][o] = Σ over the tiles of a group. How tiles are grouped depends on shapes alone, so that
// threads, which take whole groups, do not change the order of a sum.
// scratch: chunkSize(capacity, channels, outputs) of convolution.ts a group. Unit: a group of `groupSize` tiles.
EXPORT(winograd_gradient) void winograd_gradient(const float *x, const float *dy, float *sums, const float *zero,
                                                 float *scratch, int images, int groupSize, int inHeight, int inWidth,
                                                 int channels, int outHeight, int outWidth, int outputs, int padTop,
                                                 int padLeft, int capacity, int from, int to) {
  int rows = (outHeight + STEP - 1) / STEP, columns = (outWidth + STEP - 1) / STEP;
  int stepIn = apart(capacity * channels), stepOut = apart(capacity * outputs), stepSum = apart(channels * outputs);
  for (int group = from; group < to; group++) {
    float *total = sums + group * POSITIONS * stepSum;
    float *inputs = scratch + group * POSITIONS * (stepIn + stepOut + channels + outputs);
    float *gradients = inputs + POSITIONS * stepIn, *between = gradients + POSITIONS * stepOut;
    clear(total, POSITIONS * stepSum);
    int end = smaller(images * rows * columns, (group + 1) * groupSize);
    for (int first = group * groupSize; first < end; first += capacity) {
      int tiles = smaller(end - first, capacity);
      for (int t = 0; t < tiles; t++) {
        int tile = first + t, image = tile / (rows * columns);
        int row = tile / columns % rows * STEP, column = tile % columns * STEP;
        transform_input(x + image * inHeight * inWidth * channels, zero, between, inputs + t * channels, stepIn,
                        row - padTop, column - padLeft, inHeight, inWidth, channels);
        transform_gradient(dy + image * outHeight * outWidth * outputs, zero, between, gradients + t * outputs, stepOut,
                           row, column, outHeight, outWidth, outputs);
      }
      for (int position = 0; position < POSITIONS; position++)
        add_outer_products(inputs + position * stepIn, gradients + position * stepOut, total + position * stepSum, 1, 0,
                           0, tiles, channels, outputs, 0, channels);
    }
  }
}

// dw[tap][c][o] = Gᵀ (Σ_groups sums) G. Unit: one input channel.
EXPORT(winograd_gradient_filter) void winograd_gradient_filter(const float *sums, float *dw, int groups, int channels,
                                                               int outputs, int from, int to) {
  int step = apart(channels * outputs);
  for (int k = from * outputs; k < to * outputs; k += 4) {
    Vector t[3 * SIDE];
    UNROLL for (int j = 0; j < SIDE; j++) { // Gᵀ u, by columns
      Vector u[SIDE], g[3];
      UNROLL for (int i = 0; i < SIDE; i++) {
        u[i] = load(sums + (SIDE * i + j) * step + k);
        for (int group = 1; group < groups; group++)
          u[i] = add(u[i], load(sums + (group * POSITIONS + SIDE * i + j) * step + k));
      }
      filter_gradient_column(u, g);
      UNROLL for (int i = 0; i < 3; i++) t[SIDE * i + j] = g[i];
    }
    UNROLL for (int i = 0; i < 3; i++) { // (Gᵀ u) G, by rows
      Vector g[3];
      filter_gradient_column(t + SIDE * i, g);
      UNROLL for (int j = 0; j < 3; j++) store(dw + (3 * i + j) * channels * outputs + k, g[j]);
    }
  }
}
