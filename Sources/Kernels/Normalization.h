// Batch normalisation's loops over maps, included for every instruction set after Product.h.
//
// A vector of channels at a time goes through all positions, with what belongs to the channels in
// registers: maps have few channels, and a loop over them would end as soon as it began. What is
// left of the channels, less than a vector, takes a plain loop. By channel, all is summed position
// by position, however wide the vectors.

// The channels that fill whole vectors.
ALWAYS_INLINE ptrdiff_t whole_vectors(ptrdiff_t channels) { return channels - channels % LANES; }

static void channel_moments(const convkit_rows *rows, ptrdiff_t channels, const float *shift,
                            const float *x, double *sum, double *square) {
  const ptrdiff_t whole = whole_vectors(channels);
  for (ptrdiff_t c = 0; c < whole; c += LANES) {
    wide_lanes about[2], total[2], squares[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      about[v] = load_wide(shift + c + v * HALF);
      __builtin_memcpy(&total[v], sum + c + v * HALF, sizeof total[v]);
      __builtin_memcpy(&squares[v], square + c + v * HALF, sizeof squares[v]);
    }
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      const float *from = x + rows->a[r];
      for (ptrdiff_t i = c; i < rows->length; i += channels)
#pragma clang loop unroll(full)
        for (int v = 0; v < 2; v++) {
          const wide_lanes value = load_wide(from + i + v * HALF) - about[v];
          total[v] += value;
          squares[v] += value * value;
        }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      __builtin_memcpy(sum + c + v * HALF, &total[v], sizeof total[v]);
      __builtin_memcpy(square + c + v * HALF, &squares[v], sizeof squares[v]);
    }
  }
  if (whole == channels) return;
  for (ptrdiff_t r = 0; r < rows->count; r++)
    for (ptrdiff_t i = 0; i < rows->length; i += channels) {
      const float *from = x + rows->a[r] + i;
      for (ptrdiff_t c = whole; c < channels; c++) {
        const double value = (double)from[c] - (double)shift[c];
        sum[c] += value;
        square[c] += value * value;
      }
    }
}

static void channel_products(const convkit_rows *rows, ptrdiff_t channels, const float *mean,
                             const float *x, const float *dy, double *sum, double *product) {
  const ptrdiff_t whole = whole_vectors(channels);
  for (ptrdiff_t c = 0; c < whole; c += LANES) {
    wide_lanes centre[2], total[2], products[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      centre[v] = load_wide(mean + c + v * HALF);
      __builtin_memcpy(&total[v], sum + c + v * HALF, sizeof total[v]);
      __builtin_memcpy(&products[v], product + c + v * HALF, sizeof products[v]);
    }
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      const float *value = x + rows->a[r], *from = dy + rows->b[r];
      for (ptrdiff_t i = c; i < rows->length; i += channels)
#pragma clang loop unroll(full)
        for (int v = 0; v < 2; v++) {
          const wide_lanes gradient = load_wide(from + i + v * HALF);
          total[v] += gradient;
          products[v] += gradient * (load_wide(value + i + v * HALF) - centre[v]);
        }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      __builtin_memcpy(sum + c + v * HALF, &total[v], sizeof total[v]);
      __builtin_memcpy(product + c + v * HALF, &products[v], sizeof products[v]);
    }
  }
  if (whole == channels) return;
  for (ptrdiff_t r = 0; r < rows->count; r++)
    for (ptrdiff_t i = 0; i < rows->length; i += channels) {
      const float *value = x + rows->a[r] + i, *from = dy + rows->b[r] + i;
      for (ptrdiff_t c = whole; c < channels; c++) {
        sum[c] += (double)from[c];
        product[c] += (double)from[c] * ((double)value[c] - (double)mean[c]);
      }
    }
}

static void normalize(const convkit_rows *rows, ptrdiff_t channels, const float *mean,
                      const float *scale, const float *shift, const float *x, float *y) {
  const ptrdiff_t whole = whole_vectors(channels);
  for (ptrdiff_t c = 0; c < whole; c += LANES) {
    const lanes centre = load(mean + c), factor = load(scale + c), offset = load(shift + c);
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      const float *from = x + rows->a[r];
      float *to = y + rows->b[r];
      for (ptrdiff_t i = c; i < rows->length; i += channels)
        store(to + i, (load(from + i) - centre) * factor + offset);
    }
  }
  if (whole == channels) return;
  for (ptrdiff_t r = 0; r < rows->count; r++)
    for (ptrdiff_t i = 0; i < rows->length; i += channels) {
      const float *from = x + rows->a[r] + i;
      float *to = y + rows->b[r] + i;
      for (ptrdiff_t c = whole; c < channels; c++)
        to[c] = (from[c] - mean[c]) * scale[c] + shift[c];
    }
}

static void normalize_gradient(const convkit_rows *rows, ptrdiff_t channels, const float *mean,
                               const float *scale, const float *slope, const float *shift,
                               const float *x, const float *dy, float *dx, bool accumulate) {
  const ptrdiff_t whole = whole_vectors(channels);
  for (ptrdiff_t c = 0; c < whole; c += LANES) {
    const lanes centre = load(mean + c), factor = load(scale + c);
    const lanes tilt = load(slope + c), offset = load(shift + c);
    for (ptrdiff_t r = 0; r < rows->count; r++) {
      const float *value = x + rows->a[r], *from = dy + rows->b[r];
      float *to = dx + rows->c[r];
      for (ptrdiff_t i = c; i < rows->length; i += channels) {
        const lanes gradient =
            load(from + i) * factor + (load(value + i) - centre) * tilt + offset;
        store(to + i, accumulate ? load(to + i) + gradient : gradient);
      }
    }
  }
  if (whole == channels) return;
  for (ptrdiff_t r = 0; r < rows->count; r++)
    for (ptrdiff_t i = 0; i < rows->length; i += channels) {
      const float *value = x + rows->a[r] + i, *from = dy + rows->b[r] + i;
      float *to = dx + rows->c[r] + i;
      for (ptrdiff_t c = whole; c < channels; c++) {
        const float gradient = from[c] * scale[c] + (value[c] - mean[c]) * slope[c] + shift[c];
        to[c] = accumulate ? to[c] + gradient : gradient;
      }
    }
}
