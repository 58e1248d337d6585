#include <string.h>

#include "Tables.h"

const convkit_kernels *convkit_kernels_named(const char *name) {
#if defined(__x86_64__)
  // These built-ins also ask whether the operating system saves the wide registers.
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq");
  if (avx512 && strcmp(name, "avx512") == 0) return convkit_avx512;
  if (avx2 && strcmp(name, "avx2") == 0) return convkit_avx2;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return convkit_neon;
#endif
  return strcmp(name, "baseline") == 0 ? convkit_baseline : NULL;
}
