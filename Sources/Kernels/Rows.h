// A convolution over an embedding as a sum of rows that stand ready for every token and tap.
// Included for every instruction set after Product.h.

enum { ROW_VECTORS = 8 };

// One window, for a few vectors that stay in registers; the last lies over the one before where the
// channels do not fill it.
ALWAYS_INLINE void sum_window(const int vectors, const convkit_row_sums *p,
                              const convkit_pool_run *run, const int32_t *tokens, const float *rows,
                              const float *bias, ptrdiff_t last, float *out) {
  const int32_t *taps = p->windows.taps + run->first_tap;
  lanes sum[ROW_VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++)
    sum[v] = bias ? load(bias + (v == vectors - 1 ? last : v * LANES)) : (lanes){};
  for (ptrdiff_t t = 0; t < run->tap_count; t++) {
    const float *row =
        rows + tokens[p->windows.offsets[taps[t]]] * p->token_step + taps[t] * p->tap_step;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[v] += load(row + (v == vectors - 1 ? last : v * LANES));
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    // By a mask, because the maximum instruction turns a NaN into 0.
    if (p->rectify) sum[v] = (lanes)((lane_bits)sum[v] & ~(sum[v] < 0));
    store(out + (v == vectors - 1 ? last : v * LANES), sum[v]);
  }
}

#define SUM_WINDOW_CASE(COUNT) \
  case COUNT: sum_window(COUNT, p, run, window, rows + c, bias ? bias + c : NULL, last, to + c); break;

static void sum_rows(const convkit_row_sums *p, const int32_t *tokens, const float *rows,
                     const float *bias, float *out) {
  const convkit_pool *windows = &p->windows;
  const ptrdiff_t channels = windows->channels;
  for (ptrdiff_t r = 0; r < windows->run_count; r++) {
    const convkit_pool_run *run = &windows->runs[r];
    for (ptrdiff_t i = 0; i < run->count; i++) {
      const int32_t *window = tokens + run->in + i * windows->in_step;
      float *to = out + run->out + i * windows->out_step;
      if (channels < LANES) {
        float edge[LANES];
        sum_window(1, p, run, window, rows, bias, 0, edge);
        __builtin_memcpy(to, edge, (size_t)channels * sizeof(float));
        continue;
      }
      for (ptrdiff_t c = 0; c < channels; c += ROW_VECTORS * LANES) {
        const ptrdiff_t left = channels - c;
        const ptrdiff_t count = left < ROW_VECTORS * LANES ? left : ROW_VECTORS * LANES;
        const ptrdiff_t last = count - LANES;  // before c where less than a vector is left
        switch ((count + LANES - 1) / LANES) { EACH_8(SUM_WINDOW_CASE) }
      }
    }
  }
}
