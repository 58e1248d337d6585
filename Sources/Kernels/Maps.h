// The loops over maps that are bound by memory rather than arithmetic, included for every
// instruction set after Product.h. They are plain C that the compiler vectorises over the channels
// or along a row: element by element the operations and their order are the same everywhere.

#include "Learning.h"
#include "Normalization.h"

static void relu(const convkit_rows *rows, const float *x, float *y) {
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    const float *restrict from = x + rows->a[r];
    float *restrict to = y + rows->b[r];
    for (ptrdiff_t i = 0; i < rows->length; i++) to[i] = from[i] < 0 ? 0 : from[i];
  }
}

static void relu_gradient(const convkit_rows *rows, const float *y, const float *dy, float *dx,
                          bool accumulate) {
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    const float *value = y + rows->a[r], *from = dy + rows->b[r];
    float *to = dx + rows->c[r];
    // dx may be dy itself, element on element, which the compiler cannot know to be harmless.
    if (accumulate)
#pragma clang loop vectorize(assume_safety)
      for (ptrdiff_t i = 0; i < rows->length; i++) {
        const float slope = from[i];
        to[i] += value[i] <= 0 ? 0 : slope;
      }
    else
#pragma clang loop vectorize(assume_safety)
      for (ptrdiff_t i = 0; i < rows->length; i++) {
        const float slope = from[i];
        to[i] = value[i] <= 0 ? 0 : slope;
      }
  }
}

static void leaky_relu(const convkit_rows *rows, float slope, const float *x, float *y) {
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    const float *restrict from = x + rows->a[r];
    float *restrict to = y + rows->b[r];
    for (ptrdiff_t i = 0; i < rows->length; i++) to[i] = from[i] < 0 ? slope * from[i] : from[i];
  }
}

static void leaky_relu_gradient(const convkit_rows *rows, float slope, const float *x,
                                const float *dy, float *dx, bool accumulate) {
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    const float *restrict value = x + rows->a[r], *restrict from = dy + rows->b[r];
    float *restrict to = dx + rows->c[r];
    for (ptrdiff_t i = 0; i < rows->length; i++) {
      const float gradient = value[i] > 0 ? from[i] : slope * from[i];
      to[i] = accumulate ? to[i] + gradient : gradient;
    }
  }
}

static void max_pool(const convkit_pool *pool, const float *x, float *y, int32_t *index) {
  const ptrdiff_t channels = pool->channels;
  for (ptrdiff_t r = 0; r < pool->run_count; r++) {
    const convkit_pool_run *run = &pool->runs[r];
    const int32_t *taps = pool->taps + run->first_tap;
    for (ptrdiff_t i = 0; i < run->count; i++, index += channels) {
      const ptrdiff_t window = run->in + i * pool->in_step;
      float *restrict to = y + run->out + i * pool->out_step;
      int32_t *restrict winner = index;
      const float *restrict first = x + window + pool->offsets[taps[0]];
      for (ptrdiff_t c = 0; c < channels; c++) {
        to[c] = first[c];
        winner[c] = taps[0];
      }
      for (ptrdiff_t t = 1; t < run->tap_count; t++) {
        const int32_t tap = taps[t];
        const float *restrict from = x + window + pool->offsets[tap];
        for (ptrdiff_t c = 0; c < channels; c++) {
          // A NaN beats every number, and nothing beats a NaN that came first.
          const bool better = (from[c] > to[c]) | ((from[c] != from[c]) & (to[c] == to[c]));
          to[c] = better ? from[c] : to[c];
          winner[c] = better ? tap : winner[c];
        }
      }
    }
  }
}

static void max_pool_gradient(const convkit_pool *pool, const int32_t *index, const float *dy,
                              float *dx) {
  const ptrdiff_t channels = pool->channels;
  for (ptrdiff_t r = 0; r < pool->run_count; r++) {
    const convkit_pool_run *run = &pool->runs[r];
    for (ptrdiff_t i = 0; i < run->count; i++, index += channels) {
      const float *restrict from = dy + run->out + i * pool->out_step;
      float *to = dx + run->in + i * pool->in_step;
      for (ptrdiff_t c = 0; c < channels; c++) to[pool->offsets[index[c]] + c] += from[c];
    }
  }
}

static void average_pool(const convkit_pool *pool, const float *x, float *y) {
  const ptrdiff_t channels = pool->channels;
  for (ptrdiff_t r = 0; r < pool->run_count; r++) {
    const convkit_pool_run *run = &pool->runs[r];
    const int32_t *taps = pool->taps + run->first_tap;
    const float present = (float)run->tap_count;
    for (ptrdiff_t i = 0; i < run->count; i++) {
      const ptrdiff_t window = run->in + i * pool->in_step;
      float *restrict to = y + run->out + i * pool->out_step;
      for (ptrdiff_t c = 0; c < channels; c++) to[c] = 0;
      for (ptrdiff_t t = 0; t < run->tap_count; t++) {
        const float *restrict from = x + window + pool->offsets[taps[t]];
        for (ptrdiff_t c = 0; c < channels; c++) to[c] += from[c];
      }
      for (ptrdiff_t c = 0; c < channels; c++) to[c] /= present;
    }
  }
}

static void average_pool_gradient(const convkit_pool *pool, const float *dy, float *dx) {
  const ptrdiff_t channels = pool->channels;
  for (ptrdiff_t r = 0; r < pool->run_count; r++) {
    const convkit_pool_run *run = &pool->runs[r];
    const int32_t *taps = pool->taps + run->first_tap;
    const float present = (float)run->tap_count;
    for (ptrdiff_t i = 0; i < run->count; i++) {
      const float *restrict from = dy + run->out + i * pool->out_step;
      const ptrdiff_t window = run->in + i * pool->in_step;
      for (ptrdiff_t t = 0; t < run->tap_count; t++) {
        float *restrict to = dx + window + pool->offsets[taps[t]];
        for (ptrdiff_t c = 0; c < channels; c++) to[c] += from[c] / present;
      }
    }
  }
}

static void channel_sums(const convkit_rows *rows, ptrdiff_t channels, const float *x, float *sum) {
  float *restrict total = sum;
  for (ptrdiff_t r = 0; r < rows->count; r++)
    for (ptrdiff_t i = 0; i < rows->length; i += channels) {
      const float *restrict from = x + rows->a[r] + i;
      for (ptrdiff_t c = 0; c < channels; c++) total[c] += from[c];
    }
}

static void add(const convkit_rows *rows, const float *x, float *y) {
  for (ptrdiff_t r = 0; r < rows->count; r++) {
    const float *restrict from = x + rows->a[r];
    float *restrict to = y + rows->b[r];
    for (ptrdiff_t i = 0; i < rows->length; i++) to[i] += from[i];
  }
}

static const convkit_kernels table = {
    .name = INSTRUCTION_SET,
    .vector_width = LANES,
    .panel_width = PANEL,
    .multiply = multiply,
    .relu = relu,
    .relu_gradient = relu_gradient,
    .leaky_relu = leaky_relu,
    .leaky_relu_gradient = leaky_relu_gradient,
    .max_pool = max_pool,
    .max_pool_gradient = max_pool_gradient,
    .average_pool = average_pool,
    .average_pool_gradient = average_pool_gradient,
    .channel_sums = channel_sums,
    .channel_moments = channel_moments,
    .channel_products = channel_products,
    .normalize = normalize,
    .normalize_gradient = normalize_gradient,
    .add = add,
    .sum_lanes = sum_lanes,
    .adam = adam,
    .descend = descend,
};
