// The gradients of a convolution from whose outputs a max pooling chose few: a term for each chosen
// position instead of one for every position. Included for every instruction set after Product.h.

// to[i] += factor * from[i]
ALWAYS_INLINE void add_multiple(ptrdiff_t count, float factor, const float *from, float *to) {
  ptrdiff_t i = 0;
  const vector whole = splat(factor);
  for (; i + LANES <= count; i += LANES)
    store(to + i, FUSED(whole, load(from + i), load(to + i)));
  for (; i < count; i++) to[i] = FUSED(factor, from[i], to[i]);
}

// The tap that window and channel `i` of `index` chose, or CONVKIT_NO_TAP.
ALWAYS_INLINE int32_t chosen_tap(const convkit_pool *pool, const uint8_t *index, ptrdiff_t i) {
  if (pool->index_bytes == 1) return index[i] == 255 ? CONVKIT_NO_TAP : index[i];
  int32_t tap;
  __builtin_memcpy(&tap, index + i * 4, sizeof tap);
  return tap;
}

static void chosen_feature_gradient(const convkit_chosen *chosen, const uint8_t *index,
                                    const float *dy, const float *x, float *gradient) {
  const convkit_pool *pool = &chosen->pool;
  for (ptrdiff_t r = 0; r < pool->run_count; r++)
    for (ptrdiff_t i = 0; i < pool->runs[r].count; i++) {
      const float *window = x + pool->runs[r].in + i * pool->in_step;
      const float *slopes = dy + pool->runs[r].out + i * pool->out_step;
      for (ptrdiff_t c = 0; c < pool->channels; c++) {
        const int32_t tap = chosen_tap(pool, index, c);
        if (tap == CONVKIT_NO_TAP) continue;
        const float *from = window + pool->offsets[tap];
        float *to = gradient + c * chosen->depth;
        for (ptrdiff_t s = 0; s < chosen->segment_count; s++)
          add_multiple(chosen->segments[s].length, slopes[c], from + chosen->segments[s].a,
                       to + chosen->segments[s].k);
      }
      index += pool->channels * pool->index_bytes;
    }
}

static void chosen_input_gradient(const convkit_chosen *chosen, const uint8_t *index,
                                  const float *dy, const float *weights, float *dx) {
  const convkit_pool *pool = &chosen->pool;
  for (ptrdiff_t r = 0; r < pool->run_count; r++)
    for (ptrdiff_t i = 0; i < pool->runs[r].count; i++) {
      float *window = dx + pool->runs[r].in + i * pool->in_step;
      const float *slopes = dy + pool->runs[r].out + i * pool->out_step;
      for (ptrdiff_t c = 0; c < pool->channels; c++) {
        const int32_t tap = chosen_tap(pool, index, c);
        if (tap == CONVKIT_NO_TAP) continue;
        float *to = window + pool->offsets[tap];
        const float *from = weights + c * chosen->depth;
        for (ptrdiff_t s = 0; s < chosen->segment_count; s++)
          add_multiple(chosen->segments[s].length, slopes[c], from + chosen->segments[s].k,
                       to + chosen->segments[s].a);
      }
      index += pool->channels * pool->index_bytes;
    }
}

static void chosen_sums(const convkit_pool *pool, const uint8_t *index, const float *dy,
                        float *sum) {
  for (ptrdiff_t r = 0; r < pool->run_count; r++)
    for (ptrdiff_t i = 0; i < pool->runs[r].count; i++) {
      const float *slopes = dy + pool->runs[r].out + i * pool->out_step;
      float *restrict total = sum;
      for (ptrdiff_t c = 0; c < pool->channels; c++)
        total[c] += chosen_tap(pool, index, c) == CONVKIT_NO_TAP ? 0 : slopes[c];
      index += pool->channels * pool->index_bytes;
    }
}
