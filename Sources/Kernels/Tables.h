// The tables that are compiled in; only convkit_kernels_named looks here.
#pragma once

#include "ConvKitKernels.h"

extern const convkit_kernels *const convkit_baseline;
#if defined(__x86_64__)
extern const convkit_kernels *const convkit_avx2;
extern const convkit_kernels *const convkit_avx512;
#elif defined(__aarch64__)
extern const convkit_kernels *const convkit_neon;
#endif

// Lists for the tiles of 1, 2, … rows.
#define EACH_4(F) F(1) F(2) F(3) F(4)
#define EACH_6(F) EACH_4(F) F(5) F(6)
#define EACH_8(F) EACH_6(F) F(7) F(8)
#define EACH_12(F) EACH_8(F) F(9) F(10) F(11) F(12)
#define EACH_14(F) EACH_12(F) F(13) F(14)
#define EACH_16(F) EACH_14(F) F(15) F(16)
#define EACH_28(F) \
  EACH_16(F) F(17) F(18) F(19) F(20) F(21) F(22) F(23) F(24) F(25) F(26) F(27) F(28)
