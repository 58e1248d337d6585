// The multiply-adds that a core can do at best: as many independent sums as a tile keeps in
// registers, and no load or store between them. Included for every instruction set after Product.h.

static ptrdiff_t peak(ptrdiff_t rounds, float *sums) {
  // The sums stay near 2; the factor comes from memory so that nothing is worked out beforehand.
  const lanes factor = splat(sums[0]), addend = splat(1);
  lanes sum[NARROW_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < NARROW_ROWS; r++) sum[r] = splat((float)r);
  for (ptrdiff_t i = 0; i < rounds; i++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < NARROW_ROWS; r++) sum[r] = FUSED(sum[r], factor, addend);
  }
  lanes total = sum[0];
#pragma clang loop unroll(full)
  for (int r = 1; r < NARROW_ROWS; r++) total += sum[r];
  store(sums, total);
  return rounds * NARROW_ROWS * LANES * 2;
}
