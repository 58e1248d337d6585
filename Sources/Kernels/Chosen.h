// The gradients of a convolution from whose outputs a max pooling chose few: a term for each chosen
// position instead of one for every position. Included for every instruction set after Product.h.

// to[i] += factor * from[i]
ALWAYS_INLINE void add_multiple(ptrdiff_t count, float factor, const float *from, float *to) {
  ptrdiff_t i = 0;
  const lanes whole = splat(factor);
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

// The positions that windows chose for one channel, and their slopes.
enum { CHOICES = 256 };
typedef struct {
  ptrdiff_t count;
  ptrdiff_t from[CHOICES];
  float slope[CHOICES];
} choices;

// to[i] += slope * x[from + i] for every choice, for a few vectors that stay in registers.
ALWAYS_INLINE void add_choices(const int vectors, const choices *list, const float *x, float *to) {
  lanes sum[8];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) sum[v] = load(to + v * LANES);
  for (ptrdiff_t i = 0; i < list->count; i++) {
    const lanes slope = splat(list->slope[i]);
    const float *from = x + list->from[i];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[v] = FUSED(slope, load(from + v * LANES), sum[v]);
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) store(to + v * LANES, sum[v]);
}

static void add_all_choices(const convkit_chosen *chosen, const choices *list, const float *x,
                            float *to) {
  for (ptrdiff_t s = 0; s < chosen->segment_count; s++) {
    const float *from = x + chosen->segments[s].a;
    float *sums = to + chosen->segments[s].k;
    const ptrdiff_t length = chosen->segments[s].length;
    ptrdiff_t i = 0;
    for (; i + 8 * LANES <= length; i += 8 * LANES) add_choices(8, list, from + i, sums + i);
    for (; i + 4 * LANES <= length; i += 4 * LANES) add_choices(4, list, from + i, sums + i);
    for (; i + 2 * LANES <= length; i += 2 * LANES) add_choices(2, list, from + i, sums + i);
    for (; i + LANES <= length; i += LANES) add_choices(1, list, from + i, sums + i);
    for (; i < length; i++)
      for (ptrdiff_t n = 0; n < list->count; n++)
        sums[i] = FUSED(list->slope[n], from[list->from[n] + i], sums[i]);
  }
}

static void chosen_feature_gradient(const convkit_chosen *chosen, const uint8_t *index,
                                    const float *dy, const float *x, float *gradient) {
  const convkit_pool *pool = &chosen->pool;
  choices list;
  for (ptrdiff_t c = 0; c < pool->channels; c++) {
    const uint8_t *taps = index;
    list.count = 0;
    for (ptrdiff_t r = 0; r < pool->run_count; r++)
      for (ptrdiff_t i = 0; i < pool->runs[r].count; i++) {
        const int32_t tap = chosen_tap(pool, taps, c);
        taps += pool->channels * pool->index_bytes;
        if (tap == CONVKIT_NO_TAP) continue;
        list.from[list.count] = pool->runs[r].in + i * pool->in_step + pool->offsets[tap];
        list.slope[list.count] = dy[pool->runs[r].out + i * pool->out_step + c];
        if (++list.count < CHOICES) continue;
        add_all_choices(chosen, &list, x, gradient + c * chosen->depth);
        list.count = 0;
      }
    add_all_choices(chosen, &list, x, gradient + c * chosen->depth);
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
      const ptrdiff_t bytes = pool->index_bytes;
      ptrdiff_t c = 0;
      for (; c + LANES <= pool->channels; c += LANES)
        add_chosen(pool, index + c * bytes, slopes + c, sum + c);
      for (; c + HALF <= pool->channels; c += HALF)
        half_add_chosen(pool, index + c * bytes, slopes + c, sum + c);
      for (; c < pool->channels; c++)
        sum[c] += chosen_tap(pool, index, c) == CONVKIT_NO_TAP ? 0 : slopes[c];
      index += pool->channels * bytes;
    }
}
