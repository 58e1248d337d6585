// For every machine: four lanes, which SSE2 and others have, and no fused multiply-add, because
// where the instruction is missing a correctly rounded one costs a library call a term. Its results
// therefore differ from the other tables' in the last bits.
#pragma STDC FP_CONTRACT OFF

#include "Tables.h"

#define INSTRUCTION_SET "baseline"
#define LANES 4
#define WIDE_ROWS 6
#define NARROW_ROWS 12
#define EACH_WIDE EACH_6
#define EACH_NARROW EACH_12
#define FUSED(a, b, c) ((a) * (b) + (c))

#include "Product.h"
#include "Depthwise.h"
#include "Peak.h"
#include "Chosen.h"
#include "Spectrum.h"
#include "Maps.h"

const convkit_kernels *const convkit_baseline = &table;
