// ReLU and max pooling of windows that do not overlap, for some neighbouring channels of one window.
// Included once for each width of vector after Tile.h, whose names it uses.

typedef uint8_t TILE_OF(bytes) __attribute__((vector_size(FLOATS)));

ALWAYS_INLINE void TILE_OF(choose_tap)(const convkit_pool *pool, const convkit_pool_run *run,
                                       const float *x, float *y, uint8_t *index) {
  const int32_t *taps = pool->taps + run->first_tap;
  TILE_OF(lanes) best = TILE_OF(load)(x + pool->offsets[taps[0]]);
  TILE_OF(lane_bits) winner = (TILE_OF(lane_bits)){} + taps[0];
  for (ptrdiff_t t = 1; t < run->tap_count; t++) {
    const TILE_OF(lanes) value = TILE_OF(load)(x + pool->offsets[taps[t]]);
    // A NaN beats every number, and nothing beats a NaN that came first.
    const TILE_OF(lane_bits) better = (value > best) | ((value != value) & (best == best));
    best = (TILE_OF(lanes))(((TILE_OF(lane_bits))value & better) | ((TILE_OF(lane_bits))best & ~better));
    winner = (taps[t] & better) | (winner & ~better);
  }
  const TILE_OF(lane_bits) shut = best <= 0;
  TILE_OF(store)(y, (TILE_OF(lanes))((TILE_OF(lane_bits))best & ~shut));
  if (!index) return;
  winner |= shut;  // all bits, which is CONVKIT_NO_TAP
  if (pool->index_bytes == 1) {
    const TILE_OF(bytes) narrow = __builtin_convertvector(winner, TILE_OF(bytes));
    __builtin_memcpy(index, &narrow, sizeof narrow);
  } else {
    __builtin_memcpy(index, &winner, sizeof winner);
  }
}

ALWAYS_INLINE TILE_OF(lane_bits) TILE_OF(load_taps)(const convkit_pool *pool,
                                                    const uint8_t *index) {
  TILE_OF(lane_bits) winner;
  if (pool->index_bytes == 1) {
    TILE_OF(bytes) narrow;
    __builtin_memcpy(&narrow, index, sizeof narrow);
    winner = __builtin_convertvector(narrow, TILE_OF(lane_bits));
    winner |= winner == 255;  // all bits, which is CONVKIT_NO_TAP
  } else {
    __builtin_memcpy(&winner, index, sizeof winner);
  }
  return winner;
}

ALWAYS_INLINE void TILE_OF(spread)(const convkit_pool *pool, const convkit_pool_run *run,
                                   const uint8_t *index, const float *dy, float *dx) {
  const int32_t *taps = pool->taps + run->first_tap;
  const TILE_OF(lane_bits) gradient = (TILE_OF(lane_bits))TILE_OF(load)(dy);
  const TILE_OF(lane_bits) winner = TILE_OF(load_taps)(pool, index);
  for (ptrdiff_t t = 0; t < run->tap_count; t++)
    TILE_OF(store)(dx + pool->offsets[taps[t]],
                   (TILE_OF(lanes))(gradient & (winner == taps[t])));
}

ALWAYS_INLINE void TILE_OF(add_chosen)(const convkit_pool *pool, const uint8_t *index,
                                       const float *dy, float *sum) {
  const TILE_OF(lane_bits) open = TILE_OF(load_taps)(pool, index) != CONVKIT_NO_TAP;
  const TILE_OF(lanes) slope = (TILE_OF(lanes))((TILE_OF(lane_bits))TILE_OF(load)(dy) & open);
  TILE_OF(store)(sum, TILE_OF(load)(sum) + slope);
}
