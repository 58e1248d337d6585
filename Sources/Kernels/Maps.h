// The loops over maps that are bound by memory rather than arithmetic, included for every
// instruction set after Product.h. They are plain C that the compiler vectorises over the channels
// or along a row: element by element the operations and their order are the same everywhere.

#include "Learning.h"
#include "Normalization.h"
#include "Rows.h"

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

// The windows of a pool one by one, each with its channels: whole vectors, the last of which lies
// over the one before where they do not fill it, or half ones, or one by one.
#define EACH_WINDOW(WHOLE, HALVED, SINGLE)                                           \
  for (ptrdiff_t r = 0; r < pool->run_count; r++) {                                  \
    const convkit_pool_run *run = &pool->runs[r];                                    \
    for (ptrdiff_t i = 0; i < run->count; i++) {                                     \
      const ptrdiff_t in = run->in + i * pool->in_step;                              \
      const ptrdiff_t to = run->out + i * pool->out_step;                            \
      if (channels >= LANES)                                                         \
        for (ptrdiff_t next = 0; next < channels; next += LANES) {                   \
          const ptrdiff_t c = next + LANES <= channels ? next : channels - LANES;    \
          WHOLE;                                                                     \
        }                                                                            \
      else if (channels >= HALF)                                                     \
        for (ptrdiff_t next = 0; next < channels; next += HALF) {                    \
          const ptrdiff_t c = next + HALF <= channels ? next : channels - HALF;      \
          HALVED;                                                                    \
        }                                                                            \
      else                                                                           \
        for (ptrdiff_t c = 0; c < channels; c++) SINGLE;                             \
      if (index) index += channels * bytes;                                          \
    }                                                                                \
  }

static void choose_tap_of_one(const convkit_pool *pool, const convkit_pool_run *run, const float *x,
                              float *y, uint8_t *index) {
  const int32_t *taps = pool->taps + run->first_tap;
  float best = x[pool->offsets[taps[0]]];
  int32_t winner = taps[0];
  for (ptrdiff_t t = 1; t < run->tap_count; t++) {
    const float value = x[pool->offsets[taps[t]]];
    if (value > best || (value != value && best == best)) {
      best = value;
      winner = taps[t];
    }
  }
  *y = best <= 0 ? 0 : best;
  if (!index) return;
  if (best <= 0) winner = CONVKIT_NO_TAP;
  __builtin_memcpy(index, &winner, pool->index_bytes);
}

static void relu_max_pool(const convkit_pool *pool, const float *x, float *y, uint8_t *index) {
  const ptrdiff_t channels = pool->channels, bytes = pool->index_bytes;
  EACH_WINDOW(
      choose_tap(pool, run, x + in + c, y + to + c, index ? index + c * bytes : index),
      half_choose_tap(pool, run, x + in + c, y + to + c, index ? index + c * bytes : index),
      choose_tap_of_one(pool, run, x + in + c, y + to + c, index ? index + c * bytes : index))
}

static void spread_one(const convkit_pool *pool, const convkit_pool_run *run, const uint8_t *index,
                       const float *dy, float *dx) {
  const int32_t *taps = pool->taps + run->first_tap;
  const int32_t winner = chosen_tap(pool, index, 0);
  for (ptrdiff_t t = 0; t < run->tap_count; t++)
    dx[pool->offsets[taps[t]]] = taps[t] == winner ? *dy : 0;
}

static void relu_max_pool_gradient(const convkit_pool *pool, const uint8_t *index, const float *dy,
                                   float *dx) {
  const ptrdiff_t channels = pool->channels, bytes = pool->index_bytes;
  EACH_WINDOW(spread(pool, run, index + c * bytes, dy + to + c, dx + in + c),
              half_spread(pool, run, index + c * bytes, dy + to + c, dx + in + c),
              spread_one(pool, run, index + c * bytes, dy + to + c, dx + in + c))
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

// A few neighbouring channels at a time, whose sums stay in registers.
#define CHANNEL_SUMS(FLOATS_OF, COUNT, LOAD, STORE, VECTOR)                           \
  for (; channels - c >= (COUNT) * (FLOATS_OF); c += (COUNT) * (FLOATS_OF)) {         \
    VECTOR total[COUNT];                                                              \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < (COUNT); v++)              \
        total[v] = LOAD(sum + c + v * (FLOATS_OF));                                   \
    for (ptrdiff_t r = 0; r < rows->count; r++) {                                     \
      const float *from = x + rows->a[r] + c;                                         \
      for (ptrdiff_t i = 0; i < rows->length; i += channels, from += channels)        \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < (COUNT); v++)          \
            total[v] += LOAD(from + v * (FLOATS_OF));                                 \
    }                                                                                 \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < (COUNT); v++)              \
        STORE(sum + c + v * (FLOATS_OF), total[v]);                                   \
  }

static void channel_sums(const convkit_rows *rows, ptrdiff_t channels, const float *x, float *sum) {
  ptrdiff_t c = 0;
  CHANNEL_SUMS(LANES, 4, load, store, lanes)
  CHANNEL_SUMS(LANES, 2, load, store, lanes)
  CHANNEL_SUMS(LANES, 1, load, store, lanes)
  CHANNEL_SUMS(HALF, 1, half_load, half_store, half_lanes)
  for (; c < channels; c++)
    for (ptrdiff_t r = 0; r < rows->count; r++)
      for (ptrdiff_t i = 0; i < rows->length; i += channels) sum[c] += x[rows->a[r] + i + c];
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
    .vector_floats = LANES,
    .panel_columns = PANEL,
    .columns_of_panel = panel_columns,
    .multiply = multiply,
    .multiply_depthwise = multiply_depthwise,
#ifdef PICKS_LANES
    .multiply_grouped = multiply_grouped,
#endif
    .relu = relu,
    .relu_gradient = relu_gradient,
    .leaky_relu = leaky_relu,
    .leaky_relu_gradient = leaky_relu_gradient,
    .max_pool = max_pool,
    .max_pool_gradient = max_pool_gradient,
    .relu_max_pool = relu_max_pool,
    .relu_max_pool_gradient = relu_max_pool_gradient,
    .chosen_feature_gradient = chosen_feature_gradient,
    .chosen_input_gradient = chosen_input_gradient,
    .chosen_sums = chosen_sums,
    .average_pool = average_pool,
    .average_pool_gradient = average_pool_gradient,
    .channel_sums = channel_sums,
    .channel_moments = channel_moments,
    .channel_products = channel_products,
    .normalize = normalize,
    .normalize_gradient = normalize_gradient,
    .add = add,
    .sum_rows = sum_rows,
    .sum_lanes = sum_lanes,
    .adam = adam,
    .descend = descend,
    .apply_window = apply_window,
    .unpack_spectrum = unpack_spectrum,
    .unpack_powers = unpack_powers,
    .powers = powers,
    .band_sums = band_sums,
    .decibels = decibels,
    .peak = peak,
};
