#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

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

// How long a thread that has run out of work looks for more before it sleeps: the layers of a
// network follow one another faster, and pthreadpool's million turns would take a core from others
// who share the machine. Chosen, not tuned.
static const int64_t spin_nanoseconds = 30000;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// A round is open from the store of `remaining` until `unfinished` is 0. Nobody waits for a thread
// that has taken no item: one that wakes up late finds nothing left and sleeps again.
struct convkit_workers {
  // Items that nobody has taken. Its store publishes the round; whoever takes an item by making it
  // one less may read the round, which cannot end before that item is done.
  _Alignas(64) atomic_int remaining;
  // Items that are not done. The caller returns at 0.
  _Alignas(64) atomic_int unfinished;

  // Of this round.
  _Alignas(64) int items;
  void *context;
  void (*body)(void *, int, int);

  // Threads count themselves here before they look for the last time and sleep, and whoever gives
  // them a reason to wake looks here after giving it. All four accesses are sequentially
  // consistent, so one of the two sees the other.
  atomic_int sleepers;
  atomic_bool caller_sleeps;
  atomic_bool closing;
  pthread_mutex_t lock;
  pthread_cond_t work_is_there;
  pthread_cond_t work_is_done;

  // 0 where there are more threads than cores: whoever spins would keep another from its work.
  int64_t spin;
  int thread_count;
  pthread_t threads[];
};

typedef struct {
  convkit_workers *workers;
  int worker;
} convkit_thread_start;

// Takes items, in their order, until none is left. Returns how many.
static int take_items(convkit_workers *workers, int worker) {
  int taken = 0;
  int remaining = atomic_load_explicit(&workers->remaining, memory_order_relaxed);
  while (remaining > 0) {
    if (!atomic_compare_exchange_weak_explicit(&workers->remaining, &remaining, remaining - 1,
                                               memory_order_acquire, memory_order_relaxed))
      continue;
    workers->body(workers->context, worker, workers->items - remaining);
    taken++;
    remaining = atomic_load_explicit(&workers->remaining, memory_order_relaxed);
  }
  return taken;
}

static bool has_work(const convkit_workers *workers) {
  return atomic_load_explicit(&workers->remaining, memory_order_relaxed) > 0 ||
         atomic_load_explicit(&workers->closing, memory_order_relaxed);
}

static bool is_done(const convkit_workers *workers) {
  return atomic_load_explicit(&workers->unfinished, memory_order_acquire) == 0;
}

// Whether `holds` comes true while this spins.
static bool comes_true_soon(const convkit_workers *workers, bool (*holds)(const convkit_workers *)) {
  if (workers->spin == 0) return false;
  const int64_t end = now() + workers->spin;
  do {
    // About a microsecond, so that the clock is read seldom.
    for (int i = 0; i < 32; i++) {
      if (holds(workers)) return true;
      pause_briefly();
    }
  } while (now() < end);
  return false;
}

static void *thread_main(void *argument) {
  const convkit_thread_start start = *(convkit_thread_start *)argument;
  free(argument);
  convkit_workers *workers = start.workers;
  convkit_flush_denormals();
  while (!atomic_load(&workers->closing)) {
    const int taken = take_items(workers, start.worker);
    // The caller may return now, but not destroy the workers, for that joins this thread.
    if (taken > 0 && atomic_fetch_sub(&workers->unfinished, taken) == taken &&
        atomic_load(&workers->caller_sleeps)) {
      pthread_mutex_lock(&workers->lock);
      pthread_cond_signal(&workers->work_is_done);
      pthread_mutex_unlock(&workers->lock);
    }
    if (comes_true_soon(workers, has_work)) continue;
    pthread_mutex_lock(&workers->lock);
    atomic_fetch_add(&workers->sleepers, 1);
    while (atomic_load(&workers->remaining) == 0 && !atomic_load(&workers->closing))
      pthread_cond_wait(&workers->work_is_there, &workers->lock);
    atomic_fetch_sub(&workers->sleepers, 1);
    pthread_mutex_unlock(&workers->lock);
  }
  return NULL;
}

convkit_workers *convkit_workers_create(int count) {
  const int threads = count > 1 ? count - 1 : 0;
  const size_t line = _Alignof(convkit_workers);
  const size_t size = sizeof(convkit_workers) + (size_t)threads * sizeof(pthread_t);
  void *memory = NULL;
  if (posix_memalign(&memory, line, size) != 0) return NULL;
  __builtin_memset(memory, 0, size);
  convkit_workers *workers = memory;
  workers->spin = count <= convkit_available_cores() ? spin_nanoseconds : 0;
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
  atomic_store(&workers->closing, true);
  pthread_cond_broadcast(&workers->work_is_there);
  pthread_mutex_unlock(&workers->lock);
  for (int i = 0; i < workers->thread_count; i++) pthread_join(workers->threads[i], NULL);
  pthread_cond_destroy(&workers->work_is_there);
  pthread_cond_destroy(&workers->work_is_done);
  pthread_mutex_destroy(&workers->lock);
  free(workers);
}

// Wakes as many threads as there are items, but for the caller and those who are awake.
static void wake(convkit_workers *workers, int items) {
  const int sleepers = atomic_load(&workers->sleepers);
  const int awake = workers->thread_count - sleepers;
  if (items - 1 <= awake || sleepers == 0) return;
  pthread_mutex_lock(&workers->lock);
  for (int i = awake; i < workers->thread_count && i < items - 1; i++)
    pthread_cond_signal(&workers->work_is_there);
  pthread_mutex_unlock(&workers->lock);
}

void convkit_workers_run(convkit_workers *workers, int items, void *context,
                         void (*body)(void *, int, int)) {
  const uint64_t setting = convkit_flush_denormals();
  if (workers->thread_count == 0 || items < 2) {
    for (int item = 0; item < items; item++) body(context, 0, item);
  } else {
    workers->items = items;
    workers->context = context;
    workers->body = body;
    atomic_store_explicit(&workers->unfinished, items, memory_order_relaxed);
    atomic_store(&workers->remaining, items);
    wake(workers, items);
    const int taken = take_items(workers, 0);
    if (atomic_fetch_sub(&workers->unfinished, taken) > taken &&
        !comes_true_soon(workers, is_done)) {
      pthread_mutex_lock(&workers->lock);
      atomic_store(&workers->caller_sleeps, true);
      while (atomic_load(&workers->unfinished) > 0)
        pthread_cond_wait(&workers->work_is_done, &workers->lock);
      atomic_store(&workers->caller_sleeps, false);
      pthread_mutex_unlock(&workers->lock);
    }
  }
  convkit_restore_denormals(setting);
}
