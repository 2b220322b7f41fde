// Kernels that move numbers: rows of concatenations and parts, pooling and repeating of pixels.
#include "kernel.h"

// Copies `width` numbers of every row; unit: one row. Concatenating and cutting along any axis are such copies.
EXPORT(copy_rows) void copy_rows(const float *source, float *target, int width, int sourceStride, int targetStride,
                                 int from, int to) {
  for (int row = from; row < to; row++) {
    const float *s = source + row * sourceStride;
    float *t = target + row * targetStride;
    int i = 0;
    for (; i + 4 <= width; i += 4) store(t + i, load(s + i));
    for (; i < width; i++) t[i] = s[i];
  }
}

// Averages squares of size·size pixels; input rows are `width` pixels long. Unit: one row of output pixels.
EXPORT(average_pool) void average_pool(const float *input, float *output, int width, int channels, int size, int from,
                                       int to) {
  int outWidth = width / size;
  Vector factor = splat(1.f / (float)(size * size));
  for (int row = from; row < to; row++)
    for (int x = 0; x < outWidth; x++) {
      const float *corner = input + (row * size * width + x * size) * channels;
      float *y = output + (row * outWidth + x) * channels;
      int c = 0;
      for (; c + 4 <= channels; c += 4) {
        Vector sum = splat(0);
        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++) sum = add(sum, load(corner + (i * width + j) * channels + c));
        store(y + c, mul(sum, factor));
      }
      for (; c < channels; c++) {
        float sum = 0;
        for (int i = 0; i < size; i++)
          for (int j = 0; j < size; j++) sum += corner[(i * width + j) * channels + c];
        y[c] = sum * first(factor);
      }
    }
}

// Repeats every pixel factor·factor times; output rows are `width` pixels long. Unit: one row of output pixels.
EXPORT(repeat_pixels) void repeat_pixels(const float *input, float *output, int width, int channels, int factor,
                                         int from, int to) {
  for (int row = from; row < to; row++)
    for (int x = 0; x < width; x++) {
      const float *s = input + (row / factor * (width / factor) + x / factor) * channels;
      float *t = output + (row * width + x) * channels;
      int c = 0;
      for (; c + 4 <= channels; c += 4) store(t + c, load(s + c));
      for (; c < channels; c++) t[c] = s[c];
    }
}
