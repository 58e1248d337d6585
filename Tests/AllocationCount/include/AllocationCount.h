#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts what a program takes from the heap: calls of malloc, calloc, realloc, posix_memalign and
// aligned_alloc, on all threads.

// Whether calls are counted: not where a sanitizer has functions of its own, nor beside other C
// libraries than glibc.
bool allocation_count_works(void);

void allocation_count_begin(void);

// The calls since the beginning.
uint64_t allocation_count_end(void);
