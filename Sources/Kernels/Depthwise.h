// The product of depthwise convolutions, included for every instruction set after Product.h. It is
// the micro-kernel with one difference: a row has a value of its own for every column, which stand
// side by side, where the other broadcasts one value to all of them.

ALWAYS_INLINE void depthwise_tile(const int rows, const int vectors, const convkit_product *p,
                                  const float *a, const tile_place *place) {
  lanes sum[WIDE_ROWS][2];
  float edge[PANEL];
  const bool whole = place->columns == vectors * LANES;

  for (int r = 0; r < rows; r++) {
    const float *from = place->bias;
    if (p->accumulate) {
      from = place->out + place->row_out[r];
      if (!whole) {
        __builtin_memset(edge, 0, sizeof edge);
        __builtin_memcpy(edge, from, place->columns * sizeof(float));
        from = edge;
      }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = from ? load(from + v * LANES) : (lanes){};
  }

  const float *panel = place->panel;
  for (ptrdiff_t repeat = p->term_repeats; repeat > 0; repeat--) {
    for (ptrdiff_t s = 0; s < p->segment_count; s++) {
      const float *term = a + p->segments[s].a;
      const float *line = panel + p->segments[s].k * place->panel_step;
      for (ptrdiff_t i = p->segments[s].length; i > 0; i--) {
        lanes b[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) b[v] = load(line + v * LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
          for (int v = 0; v < vectors; v++)
            sum[r][v] = FUSED(load(term + place->row[r] + v * LANES), b[v], sum[r][v]);
        }
        term += p->a_step;
        line += place->panel_step;
      }
    }
    a += p->a_term_repeat;
    panel += p->b_repeat;
  }

  for (int r = 0; r < rows; r++) {
    float *to = place->out + place->row_out[r];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      lanes value = sum[r][v];
      if (p->rectify) value = (lanes)((lane_bits)value & ~(value < 0));
      store(whole ? to + v * LANES : edge + v * LANES, value);
    }
    if (!whole) __builtin_memcpy(to, edge, place->columns * sizeof(float));
  }
}

#define WIDE_DEPTHWISE(ROWS)                                                     \
  static void wide_depthwise_##ROWS(const convkit_product *p, const float *a,    \
                                    const tile_place *t) {                       \
    depthwise_tile(ROWS, 2, p, a, t);                                            \
  }
#define NARROW_DEPTHWISE(ROWS)                                                   \
  static void narrow_depthwise_##ROWS(const convkit_product *p, const float *a,  \
                                      const tile_place *t) {                     \
    depthwise_tile(ROWS, 1, p, a, t);                                            \
  }
#define ADDRESS_OF_WIDE_DEPTHWISE(ROWS) wide_depthwise_##ROWS,
#define ADDRESS_OF_NARROW_DEPTHWISE(ROWS) narrow_depthwise_##ROWS,

EACH_WIDE(WIDE_DEPTHWISE)
EACH_WIDE(NARROW_DEPTHWISE)
static const tile_function wide_depthwise_tiles[] = {EACH_WIDE(ADDRESS_OF_WIDE_DEPTHWISE)};
static const tile_function narrow_depthwise_tiles[] = {EACH_WIDE(ADDRESS_OF_NARROW_DEPTHWISE)};

static void multiply_depthwise(const convkit_product *p, const float *a, const float *b,
                               const float *bias, float *out) {
  for (ptrdiff_t v = p->columns_begin; v < p->columns_end; v += PANEL) {
    const ptrdiff_t left = p->columns_end - v;
    const ptrdiff_t width = panel_width(left);
    const tile_function *tiles = width == PANEL ? wide_depthwise_tiles : narrow_depthwise_tiles;
    ptrdiff_t row[WIDE_ROWS], row_out[WIDE_ROWS];
    const tile_place place = {
        .row = row,
        .row_out = row_out,
        .panel = b + (p->depth ? p->depth * v : v),
        .panel_step = p->depth ? width : p->b_step,
        .bias = bias ? bias + v : NULL,
        .out = out + v,
        .columns = left < PANEL ? left : PANEL,
    };
    ptrdiff_t filled = 0;
    for (ptrdiff_t repeat = 0; repeat < p->row_repeats; repeat++)
      for (ptrdiff_t run = 0; run < p->run_count; run++) {
        ptrdiff_t at = p->runs[run].a + repeat * p->a_row_repeat + v;
        ptrdiff_t to = p->runs[run].out + repeat * p->out_repeat;
        for (ptrdiff_t i = p->runs[run].count; i > 0; i--) {
          row[filled] = at;
          row_out[filled] = to;
          at += p->row_step;
          to += p->out_step;
          if (++filled == WIDE_ROWS) {
            tiles[filled - 1](p, a, &place);
            filled = 0;
          }
        }
      }
    if (filled) tiles[filled - 1](p, a, &place);
  }
}
