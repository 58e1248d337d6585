// 16 registers of eight lanes, with fused multiply-add.
#if defined(__x86_64__)
#pragma STDC FP_CONTRACT OFF

#include "Tables.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define PICKS_LANES 1
#define INSTRUCTION_SET "avx2"
#define LANES 8
#define WIDE_ROWS 6
#define NARROW_ROWS 12
#define EACH_WIDE EACH_6
#define EACH_NARROW EACH_12
#define FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "Product.h"
#include "Depthwise.h"
#include "Grouped.h"
#include "Peak.h"
#include "Chosen.h"
#include "Spectrum.h"
#include "Maps.h"

#pragma clang attribute pop

const convkit_kernels *const convkit_avx2 = &table;
#endif
