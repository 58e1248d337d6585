// The micro-kernel, written once and included for every instruction set, which defines
//   LANES         floats in a vector
//   WIDE_ROWS     rows of a tile that is two vectors wide
//   NARROW_ROWS   rows of a tile that is one vector wide
//   FUSED(a,b,c)  a * b + c
// A tile keeps all its sums in registers: WIDE_ROWS * 2 (or NARROW_ROWS) of them, two vectors of b
// and a broadcast value must fit the register file.

typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef int32_t lane_bits __attribute__((vector_size(LANES * 4)));
typedef float loose_lanes __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

enum { PANEL = 2 * LANES };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE lanes load(const float *p) { return *(const loose_lanes *)p; }
ALWAYS_INLINE void store(float *p, lanes v) { *(loose_lanes *)p = v; }
ALWAYS_INLINE lanes splat(float x) { return x - (lanes){}; }

// The rows and the place in b of one tile.
typedef struct {
  const ptrdiff_t *row;      // by row: offset into a
  const ptrdiff_t *row_out;  // by row: offset into out
  const float *panel;
  ptrdiff_t panel_step;
  const float *bias;  // of the tile's first column, or NULL
  float *out;
  ptrdiff_t columns;
} tile_place;

ALWAYS_INLINE void tile(const int rows, const int vectors, const convkit_product *p, const float *a,
                        const tile_place *place) {
  lanes sum[NARROW_ROWS][2];
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

  for (ptrdiff_t s = 0; s < p->segment_count; s++) {
    const float *term = a + p->segments[s].a;
    const float *line = place->panel + p->segments[s].k * place->panel_step;
    for (ptrdiff_t i = p->segments[s].length; i > 0; i--) {
      lanes b[2];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) b[v] = load(line + v * LANES);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const lanes x = splat(term[place->row[r]]);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[r][v] = FUSED(x, b[v], sum[r][v]);
      }
      term += p->a_step;
      line += place->panel_step;
    }
  }

  for (int r = 0; r < rows; r++) {
    float *to = place->out + place->row_out[r];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      lanes value = sum[r][v];
      // By a mask, because the maximum instruction turns a NaN into 0.
      if (p->rectify) value = (lanes)((lane_bits)value & ~(value < 0));
      store(whole ? to + v * LANES : edge + v * LANES, value);
    }
    if (!whole) __builtin_memcpy(to, edge, place->columns * sizeof(float));
  }
}

typedef void (*tile_function)(const convkit_product *, const float *a, const tile_place *);

#define WIDE_TILE(ROWS)                                                                   \
  static void wide_##ROWS(const convkit_product *p, const float *a, const tile_place *t) { \
    tile(ROWS, 2, p, a, t);                                                               \
  }
#define NARROW_TILE(ROWS)                                                                   \
  static void narrow_##ROWS(const convkit_product *p, const float *a, const tile_place *t) { \
    tile(ROWS, 1, p, a, t);                                                                 \
  }
#define ADDRESS_OF_WIDE(ROWS) wide_##ROWS,
#define ADDRESS_OF_NARROW(ROWS) narrow_##ROWS,

EACH_WIDE(WIDE_TILE)
EACH_NARROW(NARROW_TILE)
static const tile_function wide_tiles[] = {EACH_WIDE(ADDRESS_OF_WIDE)};
static const tile_function narrow_tiles[] = {EACH_NARROW(ADDRESS_OF_NARROW)};
_Static_assert(sizeof wide_tiles / sizeof *wide_tiles == WIDE_ROWS, "one wide tile a row count");
_Static_assert(sizeof narrow_tiles / sizeof *narrow_tiles == NARROW_ROWS, "one narrow tile each");

static void multiply(const convkit_product *p, const float *a, const float *b, const float *bias,
                     float *out) {
  for (ptrdiff_t v = p->columns_begin; v < p->columns_end; v += PANEL) {
    const ptrdiff_t left = p->columns_end - v;
    const bool narrow = left <= LANES;
    const ptrdiff_t most_rows = narrow ? NARROW_ROWS : WIDE_ROWS;
    const tile_function *tiles = narrow ? narrow_tiles : wide_tiles;
    ptrdiff_t row[NARROW_ROWS], row_out[NARROW_ROWS];
    const tile_place place = {
        .row = row,
        .row_out = row_out,
        .panel = b + (p->depth ? p->depth * v : v),
        .panel_step = !p->depth ? p->b_step : narrow ? LANES : PANEL,
        .bias = bias ? bias + v : NULL,
        .out = out + v,
        .columns = left < PANEL ? left : PANEL,
    };
    // Tiles run across the ends of rows, so that only the very last one can be short.
    ptrdiff_t filled = 0;
    for (ptrdiff_t run = 0; run < p->run_count; run++) {
      ptrdiff_t at = p->runs[run].a, to = p->runs[run].out;
      for (ptrdiff_t i = p->runs[run].count; i > 0; i--) {
        row[filled] = at;
        row_out[filled] = to;
        at += p->row_step;
        to += p->out_step;
        if (++filled == most_rows) {
          tiles[filled - 1](p, a, &place);
          filled = 0;
        }
      }
    }
    if (filled) tiles[filled - 1](p, a, &place);
  }
}
