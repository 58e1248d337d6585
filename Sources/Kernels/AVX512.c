// 32 registers of sixteen lanes, with fused multiply-add.
#if defined(__x86_64__)
#pragma STDC FP_CONTRACT OFF

#include "Tables.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)

#define PICKS_LANES 1
#define INSTRUCTION_SET "avx512"
#define LANES 16
#define WIDE_ROWS 14
#define NARROW_ROWS 28
#define EACH_WIDE EACH_14
#define EACH_NARROW EACH_28
#define FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "Product.h"
#include "Depthwise.h"
#include "Grouped.h"
#include "Peak.h"
#include "Chosen.h"
#include "Spectrum.h"
#include "Maps.h"

#pragma clang attribute pop

const convkit_kernels *const convkit_avx512 = &table;
#endif
