// The product of convolutions with several small groups, included after Product.h for the
// instruction sets that can pick lanes by number in one instruction. A vector of columns spans whole
// groups; each of its lanes takes a value of its own group, picked from a vector of channels.

ALWAYS_INLINE void grouped_tile(const int rows, const bool by_row, const convkit_product *p,
                                const float *a, const tile_place *place, const lane_bits first,
                                const int32_t *channel) {
  lanes sum[NARROW_ROWS][2];
  lane_bits of_row[WIDE_ROWS];
  start(rows, 1, p, place, sum);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) of_row[r] = first + channel[r];

  const float *panel = place->panel;
  for (ptrdiff_t repeat = p->term_repeats; repeat > 0; repeat--) {
    for (ptrdiff_t s = 0; s < p->segment_count; s++) {
      const float *term = a + p->segments[s].a;
      const float *line = panel + p->segments[s].k * place->panel_step;
      lane_bits pick = first;
      for (ptrdiff_t i = p->segments[s].length; i > 0; i--) {
        lanes b = load(line);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          lanes x = load(term + place->row[r]);
          // Numbers that stay the same are otherwise taken apart ahead of the loop, and the lanes then
          // fetched one by one.
          if (by_row) __asm__("" : "+v"(of_row[r]));
          sum[r][0] = FUSED(__builtin_shufflevector(x, by_row ? of_row[r] : pick), b, sum[r][0]);
        }
        if (by_row)
          term += p->a_step;
        else
          pick += 1;
        line += place->panel_step;
      }
    }
    a += p->a_term_repeat;
    panel += p->b_repeat;
  }
  finish(rows, 1, p, place, sum);
}

typedef void (*grouped_function)(const convkit_product *, const float *a, const tile_place *,
                                 const lane_bits *first, const int32_t *channel);

#define GROUPED(ROWS)                                                                     \
  static void grouped_by_term_##ROWS(const convkit_product *p, const float *a,            \
                                     const tile_place *t, const lane_bits *first,         \
                                     const int32_t *channel) {                           \
    grouped_tile(ROWS, false, p, a, t, *first, channel);                                   \
  }                                                                                       \
  static void grouped_by_row_##ROWS(const convkit_product *p, const float *a,             \
                                    const tile_place *t, const lane_bits *first,          \
                                    const int32_t *channel) {                            \
    grouped_tile(ROWS, true, p, a, t, *first, channel);                                    \
  }
#define ADDRESS_OF_BY_TERM(ROWS) grouped_by_term_##ROWS,
#define ADDRESS_OF_BY_ROW(ROWS) grouped_by_row_##ROWS,

EACH_WIDE(GROUPED)
static const grouped_function by_term_tiles[] = {EACH_WIDE(ADDRESS_OF_BY_TERM)};
static const grouped_function by_row_tiles[] = {EACH_WIDE(ADDRESS_OF_BY_ROW)};

static void multiply_grouped(const convkit_product *p, const float *a, const float *b,
                             const float *bias, float *out) {
  const grouped_function *tiles = p->channels_are_rows ? by_row_tiles : by_term_tiles;
  lane_bits first;
  for (int lane = 0; lane < LANES; lane++)
    first[lane] = (int32_t)(lane / p->group_columns * p->group_channels);

  for (ptrdiff_t v = p->columns_begin; v < p->columns_end; v += LANES) {
    const ptrdiff_t panel = v / PANEL * PANEL, left = p->columns_end - v;
    const ptrdiff_t begin = v / p->group_columns * p->group_channels;
    ptrdiff_t row[WIDE_ROWS], row_out[WIDE_ROWS];
    int32_t channel[WIDE_ROWS];
    const tile_place place = {
        .row = row,
        .row_out = row_out,
        .panel = p->depth ? b + p->depth * panel + (v - panel) : b + v,
        .panel_step = p->depth ? panel_columns(p->columns_end - panel) : p->b_step,
        .bias = bias ? bias + v : NULL,
        .out = out + v,
        .columns = left < LANES ? left : LANES,
    };
    ptrdiff_t filled = 0;
    for (ptrdiff_t repeat = 0; repeat < p->row_repeats; repeat++)
      for (ptrdiff_t run = 0; run < p->run_count; run++) {
        ptrdiff_t at = p->runs[run].a + repeat * p->a_row_repeat + begin;
        ptrdiff_t to = p->runs[run].out + repeat * p->out_repeat;
        int32_t pick = 0;
        for (ptrdiff_t i = p->runs[run].count; i > 0; i--) {
          row[filled] = at;
          row_out[filled] = to;
          channel[filled] = pick;
          if (p->channels_are_rows)
            pick++;
          else
            at += p->row_step;
          to += p->out_step;
          if (++filled == WIDE_ROWS) {
            tiles[filled - 1](p, a, &place, &first, channel);
            filled = 0;
          }
        }
      }
    if (filled) tiles[filled - 1](p, a, &place, &first, channel);
  }
}
