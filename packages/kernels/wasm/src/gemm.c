// Convolutions and matrix products as one implicit product of pixels and packed weights.
#include "outer-products.h"
#include "tile.h"

// Copies weights into panels of 8 output channels, in the order in which gemm reads them, padded with zeros:
// packed[batch][outputs/8][tap][inner][8] = source[batch·batchStride + tap·tapStride + inner·innerStride + out·outStride].
// Unit: one batch element.
EXPORT(pack) void pack(const float *source, float *packed, int batchStride, int taps, int inner, int outputs,
                       int tapStride, int innerStride, int outStride, int from, int to) {
  int panels = (outputs + TILE_COLUMNS - 1) / TILE_COLUMNS;
  float *p = packed + from * panels * taps * inner * TILE_COLUMNS;
  for (int batch = from; batch < to; batch++)
    for (int o = 0; o < outputs; o += TILE_COLUMNS) {
      int width = smaller(outputs - o, TILE_COLUMNS);
      for (int tap = 0; tap < taps; tap++) {
        const float *s = source + batch * batchStride + tap * tapStride + o * outStride;
        for (int k = 0; k < inner; k++, p += TILE_COLUMNS, s += innerStride) {
          if (width == TILE_COLUMNS && outStride == 1) {
            store(p, load(s));
            store(p + 4, load(s + 4));
          } else
            for (int j = 0; j < TILE_COLUMNS; j++) p[j] = j < width ? s[j * outStride] : 0.f;
        }
      }
    }
}

// For every tap and output pixel of one image, where the input pixel under the tap starts, or -1 outside the image.
// `inHeight`, `inWidth`, `channels` describe what is read. Forward: input row = y·stride + i − pad. Backward (the
// gradient by the input reads dy): dy row = (y + pad − i) / stride where that divides. Unit: one tap.
EXPORT(pixel_table) void pixel_table(int *table, int inHeight, int inWidth, int channels, int outHeight, int outWidth,
                                     int kernelWidth, int strideY, int strideX, int padTop, int padLeft, int backward,
                                     int from, int to) {
  int *t = table + from * outHeight * outWidth;
  for (int tap = from; tap < to; tap++) {
    int i = tap / kernelWidth, j = tap % kernelWidth;
    for (int y = 0; y < outHeight; y++)
      for (int x = 0; x < outWidth; x++) {
        int row, column, exists = 1;
        if (backward) {
          row = y + padTop - i;
          column = x + padLeft - j;
          exists = row >= 0 && column >= 0 && row % strideY == 0 && column % strideX == 0;
          row /= strideY;
          column /= strideX;
        } else {
          row = y * strideY + i - padTop;
          column = x * strideX + j - padLeft;
        }
        exists = exists && row >= 0 && row < inHeight && column >= 0 && column < inWidth;
        *t++ = exists ? (row * inWidth + column) * channels : -1;
      }
  }
}

// y[image][pixel][outputs] = bias + sum over taps and inner channels of x[pixel under tap] * packed, then max(·, 0) if
// `relu`. Without a table there is one tap and pixel p of x lies at p·inner. `zero` points at `inner` zeros, which stand
// for pixels outside the image. `packedStride` is 0 where all images share the weights, as in a convolution, else the
// distance from one image's to the next's, as in a batched product.
// Unit: a block of `block` pixels of one image.
EXPORT(gemm) void gemm(const float *x, const int *table, const float *packed, const float *bias, float *y,
                       const float *zero, int imageSize, int inner, int pixels, int outputs, int taps, int packedStride,
                       int block, int relu, int from, int to) {
  int blocks = (pixels + block - 1) / block;
  for (int unit = from; unit < to; unit++) {
    int image = unit / blocks;
    int start = unit % blocks * block, end = smaller(pixels, start + block);
    const float *input = x + image * imageSize;
    float *output = y + image * pixels * outputs;
    for (int o = 0; o < outputs; o += TILE_COLUMNS) {
      const float *panel = packed + image * packedStride + o * taps * inner;
      int width = smaller(outputs - o, TILE_COLUMNS);
      Vector bias0 = splat(0), bias1 = bias0;
      if (bias) {
        bias0 = load_some(bias + o, width);
        if (width > 4) bias1 = load_some(bias + o + 4, width - 4);
      }
      for (int p = start; p < end; p += TILE_ROWS) {
        int last = smaller(end - p, TILE_ROWS) - 1;
        const float *b = panel;
        Vector low[TILE_ROWS], high[TILE_ROWS];
        UNROLL for (int r = 0; r < TILE_ROWS; r++) low[r] = bias0, high[r] = bias1;
        for (int tap = 0; tap < taps; tap++) {
          const char *a[TILE_ROWS];
          int outside = -1;
          UNROLL for (int r = 0; r < TILE_ROWS; r++) {
            int pixel = p + (r < last ? r : last);
            int offset = table ? table[tap * pixels + pixel] : pixel * inner;
            outside &= offset;
            a[r] = (const char *)(offset < 0 ? zero : input + offset);
          }
          if (outside == -1) {
            b += inner * TILE_COLUMNS;
            continue;
          }
          add_tile(low, high, a, b, inner);
          b += inner * TILE_COLUMNS;
        }
        UNROLL for (int r = 0; r < TILE_ROWS; r++) if (r <= last) {
          if (relu) low[r] = larger(low[r], splat(0)), high[r] = larger(high[r], splat(0));
          store_some(output + (p + r) * outputs + o, low[r], high[r], width);
        }
      }
    }
  }
}

INLINE int ceil_div(int a, int b) { return a <= 0 ? 0 : (a + b - 1) / b; }

// dw[i][j][c][o] = sum over images and output pixels of x under the tap (i, j) times dy. Rows of the image are taken in
// blocks of `rowBlock`, so that one block of x and dy serves all taps from the cache.
// Unit: four input channels of one tap, channels outermost, so that threads split channels first.
EXPORT(filter_gradient) void filter_gradient(const float *x, const float *dy, float *dw, int images, int inHeight,
                                             int inWidth, int channels, int outHeight, int outWidth, int outputs,
                                             int kernelHeight, int kernelWidth, int strideY, int strideX, int padTop,
                                             int padLeft, int rowBlock, int from, int to) {
  int taps = kernelHeight * kernelWidth;
  for (int tap = 0; tap < taps; tap++) {
    int c0 = 4 * ceil_div(from - tap, taps), c1 = smaller(channels, 4 * ceil_div(to - tap, taps));
    if (c0 < c1) clear(dw + (tap * channels + c0) * outputs, (c1 - c0) * outputs);
  }
  for (int image = 0; image < images; image++)
    for (int y = 0; y < outHeight; y += rowBlock)
      for (int tap = 0; tap < taps; tap++) {
        int c0 = 4 * ceil_div(from - tap, taps), c1 = smaller(channels, 4 * ceil_div(to - tap, taps));
        int shiftY = tap / kernelWidth - padTop, shiftX = tap % kernelWidth - padLeft;
        int y0 = y, y1 = smaller(y + rowBlock, outHeight), x0 = 0, x1 = outWidth;
        while (y0 < y1 && y0 * strideY + shiftY < 0) y0++;
        while (y1 > y0 && (y1 - 1) * strideY + shiftY >= inHeight) y1--;
        while (x0 < x1 && x0 * strideX + shiftX < 0) x0++;
        while (x1 > x0 && (x1 - 1) * strideX + shiftX >= inWidth) x1--;
        if (c0 >= c1 || y0 >= y1 || x0 >= x1) continue;
        int row = y0 * strideY + shiftY, column = x0 * strideX + shiftX;
        add_outer_products(x + ((image * inHeight + row) * inWidth + column) * channels,
                           dy + ((image * outHeight + y0) * outWidth + x0) * outputs,
                           dw + tap * channels * outputs, y1 - y0, strideY * inWidth * channels, outWidth * outputs,
                           x1 - x0, strideX * channels, outputs, c0, c1);
      }
}

// out[batch] = aᵀ·b with a [inner, rows] and b [inner, columns]; a stride of 0 repeats the matrix for every batch element.
// Unit: four rows of one batch element.
EXPORT(transposed_product) void transposed_product(const float *a, const float *b, float *out, int strideA, int strideB,
                                                   int inner, int rows, int columns, int from, int to) {
  int units = ceil_div(rows, 4);
  for (int unit = from; unit < to; unit++) {
    int batch = unit / units, c0 = unit % units * 4, c1 = smaller(rows, c0 + 4);
    float *o = out + batch * rows * columns;
    clear(o + c0 * columns, (c1 - c0) * columns);
    add_outer_products(a + batch * strideA, b + batch * strideB, o, 1, 0, 0, inner, rows, columns, c0, c1);
  }
}
