// Group normalisation of [batch, pixels, channels], optionally followed by SiLU, and its gradient.
//
// Statistics take two passes, the mean first: one pass over E[x²] − mean² loses all digits where |mean| ≫ deviation.
// Sums run over the pixels for each channel on its own, which vectorises whatever the group size; groups are joined after.
// Scale and shift of channel k of an image lie at image·scaleStride + k: the stride is 0 where all images share them.
// Unit: one image.
#include "kernel.h"

// Replaces each channel's value by the average over its group: sums[k] → Σ_group sums / count.
INLINE void average_groups(float *sums, int channels, int groupSize, float count) {
  for (int start = 0; start < channels; start += groupSize) {
    float total = 0;
    for (int k = start; k < start + groupSize; k++) total += sums[k];
    for (int k = start; k < start + groupSize; k++) sums[k] = total / count;
  }
}

INLINE void fill_zero(float *p, int count) {
  for (int k = 0; k < count; k++) p[k] = 0;
}

// Four (or, at the end, fewer) channels of act((x − mean)·slope + shift).
INLINE Vector normalized(Vector x, Vector mean, Vector slope, Vector shift, int silu) {
  Vector z = multiply_add(sub(x, mean), slope, shift);
  return silu ? mul(z, logistic(z)) : z;
}

// slope: scratch of `channels` floats an image.
EXPORT(group_norm) void group_norm(const float *x, const float *scale, const float *shift, float *y, float *mean,
                                   float *rstd, float *slope, int pixels, int channels, int groups, int scaleStride,
                                   float epsilon, int silu, int from, int to) {
  int groupSize = channels / groups, size = pixels * channels, whole = channels & ~3;
  float count = (float)pixels * (float)groupSize;
  for (int image = from; image < to; image++) {
    const float *input = x + image * size, *a = scale + image * scaleStride, *b = shift + image * scaleStride;
    float *output = y + image * size, *m = mean + image * channels, *r = rstd + image * channels;
    float *s = slope + image * channels;
    fill_zero(m, channels);
    fill_zero(r, channels);
    for (const float *p = input; p < input + size; p += channels) {
      for (int k = 0; k < whole; k += 4) store(m + k, add(load(m + k), load(p + k)));
      for (int k = whole; k < channels; k++) m[k] += p[k];
    }
    average_groups(m, channels, groupSize, count);
    for (const float *p = input; p < input + size; p += channels) {
      for (int k = 0; k < whole; k += 4) {
        Vector d = sub(load(p + k), load(m + k));
        store(r + k, multiply_add(d, d, load(r + k)));
      }
      for (int k = whole; k < channels; k++) r[k] += (p[k] - m[k]) * (p[k] - m[k]);
    }
    average_groups(r, channels, groupSize, count);
    for (int k = 0; k < channels; k++) {
      r[k] = 1.f / __builtin_sqrtf(r[k] + epsilon);
      s[k] = r[k] * a[k];
    }
    for (int p = 0; p < size; p += channels) {
      for (int k = 0; k < whole; k += 4)
        store(output + p + k, normalized(load(input + p + k), load(m + k), load(s + k), load(b + k), silu));
      for (int k = whole; k < channels; k++)
        output[p + k] = first(normalized(splat(input[p + k]), splat(m[k]), splat(s[k]), splat(b[k]), silu));
    }
  }
}

// dz: the gradient before the activation. SiLU'(z) = σ(z)·(1 + z·(1 − σ(z))).
INLINE Vector before_activation(Vector dy, Vector normal, Vector scale, Vector shift, int silu) {
  if (!silu) return dy;
  Vector z = multiply_add(normal, scale, shift), s = logistic(z);
  return mul(dy, mul(s, multiply_add(z, sub(splat(1), s), splat(1))));
}

// dx, and dscale = Σ_pixels dz·x̂ and dshift = Σ_pixels dz of every image, both [batch, channels].
// dx = rstd·(g − ⟨g⟩ − x̂·⟨g·x̂⟩) with g = dz·scale and ⟨⟩ the average over the group; dz waits in dx meanwhile.
// scratch: 2·channels floats an image.
EXPORT(group_norm_grad) void group_norm_grad(const float *dy, const float *x, const float *scale, const float *shift,
                                             const float *mean, const float *rstd, float *dx, float *dscale,
                                             float *dshift, float *scratch, int pixels, int channels, int groups,
                                             int scaleStride, int silu, int from, int to) {
  int groupSize = channels / groups, size = pixels * channels, whole = channels & ~3;
  float count = (float)pixels * (float)groupSize;
  for (int image = from; image < to; image++) {
    const float *input = x + image * size, *above = dy + image * size;
    const float *a = scale + image * scaleStride, *b = shift + image * scaleStride;
    const float *m = mean + image * channels, *r = rstd + image * channels;
    float *out = dx + image * size, *da = dscale + image * channels, *db = dshift + image * channels;
    float *averageG = scratch + image * 2 * channels, *averageGX = averageG + channels;
    fill_zero(da, channels);
    fill_zero(db, channels);
    for (int p = 0; p < size; p += channels) {
      for (int k = 0; k < whole; k += 4) {
        Vector normal = mul(sub(load(input + p + k), load(m + k)), load(r + k));
        Vector dz = before_activation(load(above + p + k), normal, load(a + k), load(b + k), silu);
        store(out + p + k, dz);
        store(db + k, add(load(db + k), dz));
        store(da + k, multiply_add(dz, normal, load(da + k)));
      }
      for (int k = whole; k < channels; k++) {
        float normal = (input[p + k] - m[k]) * r[k];
        float dz = first(before_activation(splat(above[p + k]), splat(normal), splat(a[k]), splat(b[k]), silu));
        out[p + k] = dz;
        db[k] += dz;
        da[k] += dz * normal;
      }
    }
    for (int k = 0; k < channels; k++) {
      averageG[k] = a[k] * db[k];
      averageGX[k] = a[k] * da[k];
    }
    average_groups(averageG, channels, groupSize, count);
    average_groups(averageGX, channels, groupSize, count);
    for (int p = 0; p < size; p += channels) {
      for (int k = 0; k < whole; k += 4) {
        Vector inverse = load(r + k), normal = mul(sub(load(input + p + k), load(m + k)), inverse);
        Vector centred = sub(mul(load(out + p + k), load(a + k)), load(averageG + k));
        store(out + p + k, mul(inverse, sub(centred, mul(normal, load(averageGX + k)))));
      }
      for (int k = whole; k < channels; k++) {
        float normal = (input[p + k] - m[k]) * r[k];
        out[p + k] = r[k] * (out[p + k] * a[k] - averageG[k] - normal * averageGX[k]);
      }
    }
  }
}
