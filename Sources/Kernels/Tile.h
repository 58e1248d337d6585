// One tile of the product: it keeps all its sums in registers while it goes through the terms.
// Included once for each width of vector, with
//   TILE_OF(name)  the name with the width's mark
//   FLOATS         floats in a vector

typedef float TILE_OF(lanes) __attribute__((vector_size(FLOATS * 4)));
typedef int32_t TILE_OF(lane_bits) __attribute__((vector_size(FLOATS * 4)));
typedef float TILE_OF(loose) __attribute__((vector_size(FLOATS * 4), aligned(4), may_alias));

ALWAYS_INLINE TILE_OF(lanes) TILE_OF(load)(const float *p) { return *(const TILE_OF(loose) *)p; }
ALWAYS_INLINE void TILE_OF(store)(float *p, TILE_OF(lanes) v) { *(TILE_OF(loose) *)p = v; }
ALWAYS_INLINE TILE_OF(lanes) TILE_OF(splat)(float x) { return x - (TILE_OF(lanes)){}; }

// The sums of a tile as they start. Every loop over sums is unrolled, here and wherever they are
// added to, or they would live in memory rather than in registers.
ALWAYS_INLINE void TILE_OF(start)(const int rows, const int vectors, const convkit_product *p,
                                  const tile_place *place, TILE_OF(lanes) (*sum)[2]) {
  const bool whole = place->columns == vectors * FLOATS;
  // Stands in for out where the columns do not fill the vectors.
  float edge[NARROW_ROWS][2 * FLOATS];
  if (p->accumulate && !whole) {
    __builtin_memset(edge, 0, sizeof edge);
    for (int r = 0; r < rows; r++)
      __builtin_memcpy(edge[r], place->out + place->row_out[r], place->columns * sizeof(float));
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const float *from = !p->accumulate ? place->bias
                        : whole        ? place->out + place->row_out[r]
                                       : edge[r];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      sum[r][v] = from ? TILE_OF(load)(from + v * FLOATS) : (TILE_OF(lanes)){};
  }
}

ALWAYS_INLINE void TILE_OF(finish)(const int rows, const int vectors, const convkit_product *p,
                                   const tile_place *place, const TILE_OF(lanes) (*sum)[2]) {
  const bool whole = place->columns == vectors * FLOATS;
  float edge[NARROW_ROWS][2 * FLOATS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float *to = whole ? place->out + place->row_out[r] : edge[r];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      TILE_OF(lanes) value = sum[r][v];
      // By a mask, because the maximum instruction turns a NaN into 0.
      if (p->rectify) value = (TILE_OF(lanes))((TILE_OF(lane_bits))value & ~(value < 0));
      TILE_OF(store)(to + v * FLOATS, value);
    }
  }
  if (!whole)
    for (int r = 0; r < rows; r++)
      __builtin_memcpy(place->out + place->row_out[r], edge[r], place->columns * sizeof(float));
}

ALWAYS_INLINE void TILE_OF(tile)(const int rows, const int vectors, const convkit_product *p,
                                 const float *a, const tile_place *place) {
  TILE_OF(lanes) sum[NARROW_ROWS][2];
  TILE_OF(start)(rows, vectors, p, place, sum);
  const float *panel = place->panel;
  for (ptrdiff_t repeat = p->term_repeats; repeat > 0; repeat--) {
    for (ptrdiff_t s = 0; s < p->segment_count; s++) {
      const float *term = a + p->segments[s].a;
      const float *line = panel + p->segments[s].k * place->panel_step;
      for (ptrdiff_t i = p->segments[s].length; i > 0; i--) {
        TILE_OF(lanes) b[2];
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) b[v] = TILE_OF(load)(line + v * FLOATS);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          const TILE_OF(lanes) x = TILE_OF(splat)(term[place->row[r]]);
#pragma clang loop unroll(full)
          for (int v = 0; v < vectors; v++) sum[r][v] = FUSED(x, b[v], sum[r][v]);
        }
        term += p->a_step;
        line += place->panel_step;
      }
    }
    a += p->a_term_repeat;
    panel += p->b_repeat;
  }
  TILE_OF(finish)(rows, vectors, p, place, sum);
}
