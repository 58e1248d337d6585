// 32 registers of four lanes, with fused multiply-add; every 64-bit ARM has them.
#if defined(__aarch64__)
#pragma STDC FP_CONTRACT OFF

#include "Tables.h"

#define INSTRUCTION_SET "neon"
#define LANES 4
#define WIDE_ROWS 8
#define NARROW_ROWS 16
#define EACH_WIDE EACH_8
#define EACH_NARROW EACH_16
#define FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "Product.h"
#include "Depthwise.h"
#include "Peak.h"
#include "Chosen.h"
#include "Spectrum.h"
#include "Maps.h"

const convkit_kernels *const convkit_neon = &table;
#endif
