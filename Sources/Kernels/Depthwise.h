// The product of depthwise convolutions, included for every instruction set after Product.h. It is
// the micro-kernel with one difference: a row has a value of its own for every column, which stand
// side by side, where the other broadcasts one value to all of them.

ALWAYS_INLINE void depthwise_tile(const int rows, const int vectors, const convkit_product *p,
                                  const float *a, const tile_place *place) {
  lanes sum[NARROW_ROWS][2];
  start(rows, vectors, p, place, sum);
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
  finish(rows, vectors, p, place, sum);
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
    const bool wide = panel_columns(p->columns_end - v) == PANEL;
    // A column has its own channel of a.
    multiply_panel(p, v, wide ? wide_depthwise_tiles : narrow_depthwise_tiles, WIDE_ROWS, a + v, b,
                   bias, out);
  }
}
