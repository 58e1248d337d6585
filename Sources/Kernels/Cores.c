#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include <stdio.h>
#include <unistd.h>

#include "ConvKitKernels.h"

#if defined(__linux__)
// Version 2 of control groups keeps "QUOTA PERIOD", in microseconds, or "max PERIOD".
static int quota(void) {
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (!file) return 0;
  long allowed = 0, period = 0;
  const int read = fscanf(file, "%ld %ld", &allowed, &period);
  fclose(file);
  return read == 2 && allowed > 0 && period > 0 ? (int)((allowed + period - 1) / period) : 0;
}
#endif

int convkit_available_cores(void) {
  int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
#if defined(__linux__)
  cpu_set_t affinity;
  if (sched_getaffinity(0, sizeof affinity, &affinity) == 0) cores = CPU_COUNT(&affinity);
  const int allowed = quota();
  if (allowed > 0 && allowed < cores) cores = allowed;
#endif
  return cores < 1 ? 1 : cores;
}
