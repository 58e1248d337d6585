#include "AllocationCount.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HAS_SANITIZER)

static _Atomic bool counts;
static _Atomic uint64_t calls;

static inline void count(void) {
  if (atomic_load_explicit(&counts, memory_order_relaxed)) atomic_fetch_add(&calls, 1);
}

// glibc's own functions under their other names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count();
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

bool allocation_count_works(void) { return true; }

void allocation_count_begin(void) {
  atomic_store(&calls, 0);
  atomic_store(&counts, true);
}

uint64_t allocation_count_end(void) {
  atomic_store(&counts, false);
  return atomic_load(&calls);
}

#else

bool allocation_count_works(void) { return false; }
void allocation_count_begin(void) {}
uint64_t allocation_count_end(void) { return 0; }

#endif
