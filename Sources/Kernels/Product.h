// The micro-kernel, written once and included for every instruction set, which defines
//   LANES         floats in a vector
//   WIDE_ROWS     rows of a tile that is two vectors wide, or half a vector
//   NARROW_ROWS   rows of a tile that is one vector wide
//   FUSED(a,b,c)  a * b + c
// The sums of a tile, two vectors of b and a broadcast value must fit the register file. A tile of
// half a vector has no more rows than a wide one, so that their addresses stay in registers too: it
// is done with a term so fast that fetching them again would hold it up.

enum { PANEL = 2 * LANES, HALF = LANES / 2 };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

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

#define TILE_OF(name) name
#define FLOATS LANES
#include "Tile.h"
#include "RectifiedPool.h"
#undef TILE_OF
#undef FLOATS

#define TILE_OF(name) half_##name
#define FLOATS (LANES / 2)
#include "Tile.h"
#include "RectifiedPool.h"
#undef TILE_OF
#undef FLOATS

typedef void (*tile_function)(const convkit_product *, const float *a, const tile_place *);

#define WIDE_TILE(ROWS)                                                                   \
  static void wide_##ROWS(const convkit_product *p, const float *a, const tile_place *t) { \
    tile(ROWS, 2, p, a, t);                                                               \
  }
#define NARROW_TILE(ROWS)                                                                   \
  static void narrow_##ROWS(const convkit_product *p, const float *a, const tile_place *t) { \
    tile(ROWS, 1, p, a, t);                                                                 \
  }
#define HALF_TILE(ROWS)                                                                   \
  static void half_##ROWS(const convkit_product *p, const float *a, const tile_place *t) { \
    half_tile(ROWS, 1, p, a, t);                                                          \
  }
#define ADDRESS_OF_WIDE(ROWS) wide_##ROWS,
#define ADDRESS_OF_NARROW(ROWS) narrow_##ROWS,
#define ADDRESS_OF_HALF(ROWS) half_##ROWS,

EACH_WIDE(WIDE_TILE)
EACH_NARROW(NARROW_TILE)
EACH_WIDE(HALF_TILE)
static const tile_function wide_tiles[] = {EACH_WIDE(ADDRESS_OF_WIDE)};
static const tile_function narrow_tiles[] = {EACH_NARROW(ADDRESS_OF_NARROW)};
static const tile_function half_tiles[] = {EACH_WIDE(ADDRESS_OF_HALF)};
_Static_assert(sizeof wide_tiles / sizeof *wide_tiles == WIDE_ROWS, "one wide tile a row count");
_Static_assert(sizeof narrow_tiles / sizeof *narrow_tiles == NARROW_ROWS, "one narrow tile each");

// The columns of a panel when so many are left, missing ones included.
static ptrdiff_t panel_columns(ptrdiff_t columns_left) {
  return columns_left <= HALF ? HALF : columns_left <= LANES ? LANES : PANEL;
}

// Computes the columns of one panel, from v on, by tiles of at most `most_rows` rows.
static void multiply_panel(const convkit_product *p, ptrdiff_t v, const tile_function *tiles,
                           ptrdiff_t most_rows, const float *a, const float *b, const float *bias,
                           float *out) {
  const ptrdiff_t left = p->columns_end - v;
  ptrdiff_t row[NARROW_ROWS], row_out[NARROW_ROWS];
  const tile_place place = {
      .row = row,
      .row_out = row_out,
      .panel = b + (p->depth ? p->depth * v : v),
      .panel_step = p->depth ? panel_columns(left) : p->b_step,
      .bias = bias ? bias + v : NULL,
      .out = out + v,
      .columns = left < PANEL ? left : PANEL,
  };
  // Tiles run across the ends of rows and from example to example, so that only the very last one
  // can be short.
  ptrdiff_t filled = 0;
  for (ptrdiff_t repeat = 0; repeat < p->row_repeats; repeat++)
    for (ptrdiff_t run = 0; run < p->run_count; run++) {
      ptrdiff_t at = p->runs[run].a + repeat * p->a_row_repeat;
      ptrdiff_t to = p->runs[run].out + repeat * p->out_repeat;
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

static void multiply(const convkit_product *p, const float *a, const float *b, const float *bias,
                     float *out) {
  for (ptrdiff_t v = p->columns_begin; v < p->columns_end; v += PANEL) {
    const ptrdiff_t columns = panel_columns(p->columns_end - v);
    const tile_function *tiles = columns == PANEL   ? wide_tiles
                                 : columns == LANES ? narrow_tiles
                                                    : half_tiles;
    multiply_panel(p, v, tiles, columns == LANES ? NARROW_ROWS : WIDE_ROWS, a, b, bias, out);
  }
}
