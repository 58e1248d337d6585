#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "ConvKitKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Flush-to-zero (bit 15) and denormals-are-zero (bit 6) of MXCSR.
uint64_t convkit_flush_denormals(void) {
  const unsigned setting = _mm_getcsr();
  _mm_setcsr(setting | 0x8040);
  return setting;
}

void convkit_restore_denormals(uint64_t setting) { _mm_setcsr((unsigned)setting); }

#elif defined(__aarch64__)

// Flush-to-zero is bit 24 of FPCR.
uint64_t convkit_flush_denormals(void) {
  uint64_t setting;
  __asm__ volatile("mrs %0, fpcr" : "=r"(setting));
  __asm__ volatile("msr fpcr, %0" ::"r"(setting | (UINT64_C(1) << 24)));
  return setting;
}

void convkit_restore_denormals(uint64_t setting) {
  __asm__ volatile("msr fpcr, %0" ::"r"(setting));
}

#else
uint64_t convkit_flush_denormals(void) { return 0; }
void convkit_restore_denormals(uint64_t setting) { (void)setting; }
#endif

struct convkit_workers {
  pthread_mutex_t lock;
  pthread_cond_t work_is_there;
  pthread_cond_t work_is_done;
  uint64_t round;  // counts the calls of run; a worker sleeps until it changes
  bool closing;
  int busy;  // threads that have not finished this round

  // Of this round.
  int items;
  void *context;
  void (*body)(void *, int, int);
  atomic_int next_item;

  int thread_count;
  pthread_t threads[];
};

typedef struct {
  convkit_workers *workers;
  int worker;
} convkit_thread_start;

static void take_items(convkit_workers *workers, int worker) {
  for (;;) {
    const int item = atomic_fetch_add_explicit(&workers->next_item, 1, memory_order_relaxed);
    if (item >= workers->items) return;
    workers->body(workers->context, worker, item);
  }
}

static void *thread_main(void *argument) {
  const convkit_thread_start start = *(convkit_thread_start *)argument;
  free(argument);
  convkit_workers *workers = start.workers;
  convkit_flush_denormals();
  uint64_t seen = 0;
  pthread_mutex_lock(&workers->lock);
  for (;;) {
    while (workers->round == seen && !workers->closing)
      pthread_cond_wait(&workers->work_is_there, &workers->lock);
    if (workers->closing) break;
    seen = workers->round;
    pthread_mutex_unlock(&workers->lock);
    take_items(workers, start.worker);
    pthread_mutex_lock(&workers->lock);
    if (--workers->busy == 0) pthread_cond_signal(&workers->work_is_done);
  }
  pthread_mutex_unlock(&workers->lock);
  return NULL;
}

convkit_workers *convkit_workers_create(int count) {
  const int threads = count > 1 ? count - 1 : 0;
  convkit_workers *workers =
      calloc(1, sizeof(convkit_workers) + (size_t)threads * sizeof(pthread_t));
  if (!workers) return NULL;
  pthread_mutex_init(&workers->lock, NULL);
  pthread_cond_init(&workers->work_is_there, NULL);
  pthread_cond_init(&workers->work_is_done, NULL);
  for (int i = 0; i < threads; i++) {
    convkit_thread_start *start = malloc(sizeof *start);
    if (start) *start = (convkit_thread_start){workers, i + 1};
    if (!start || pthread_create(&workers->threads[i], NULL, thread_main, start) != 0) {
      free(start);
      convkit_workers_destroy(workers);
      return NULL;
    }
    workers->thread_count++;
  }
  return workers;
}

void convkit_workers_destroy(convkit_workers *workers) {
  pthread_mutex_lock(&workers->lock);
  workers->closing = true;
  pthread_cond_broadcast(&workers->work_is_there);
  pthread_mutex_unlock(&workers->lock);
  for (int i = 0; i < workers->thread_count; i++) pthread_join(workers->threads[i], NULL);
  pthread_cond_destroy(&workers->work_is_there);
  pthread_cond_destroy(&workers->work_is_done);
  pthread_mutex_destroy(&workers->lock);
  free(workers);
}

void convkit_workers_run(convkit_workers *workers, int items, void *context,
                         void (*body)(void *, int, int)) {
  const uint64_t setting = convkit_flush_denormals();
  if (workers->thread_count == 0 || items < 2) {
    for (int item = 0; item < items; item++) body(context, 0, item);
  } else {
    pthread_mutex_lock(&workers->lock);
    workers->items = items;
    workers->context = context;
    workers->body = body;
    atomic_store_explicit(&workers->next_item, 0, memory_order_relaxed);
    workers->busy = workers->thread_count;
    workers->round++;
    pthread_cond_broadcast(&workers->work_is_there);
    pthread_mutex_unlock(&workers->lock);
    take_items(workers, 0);
    pthread_mutex_lock(&workers->lock);
    while (workers->busy > 0) pthread_cond_wait(&workers->work_is_done, &workers->lock);
    pthread_mutex_unlock(&workers->lock);
  }
  convkit_restore_denormals(setting);
}
