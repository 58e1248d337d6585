// The inner loops of ConvKit: one micro-kernel, the few helpers around it, and the worker threads.
//
// Everything here works on plain addresses and step lengths that Swift has computed from shapes it
// has checked. Nothing knows a rank, a layer or a file. All lengths and offsets count floats.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: the product

// Rows of a product that lie at equal distances: row i starts at a + i * row_step and its results
// go to out + i * out_step.
typedef struct {
  ptrdiff_t a;
  ptrdiff_t out;
  ptrdiff_t count;
} convkit_run;

// Consecutive terms of the sum: term i multiplies a[row + a + i * a_step] with line k + i of b.
typedef struct {
  ptrdiff_t a;
  ptrdiff_t k;
  ptrdiff_t length;
} convkit_segment;

// out[row][v] = start + sum over all terms of a[row, term] * b[term, v], in the order of the
// segments, one fused multiply-add a term. That order is the whole definition: no tile size,
// instruction set (with fused multiply-add) or number of threads changes a bit of the result.
typedef struct {
  const convkit_run *runs;
  ptrdiff_t run_count;
  ptrdiff_t row_step;
  ptrdiff_t out_step;
  // All runs so many times, each time so much further on: the rows of several examples.
  ptrdiff_t row_repeats;
  ptrdiff_t a_row_repeat;
  ptrdiff_t out_repeat;

  const convkit_segment *segments;
  ptrdiff_t segment_count;
  ptrdiff_t a_step;
  // All segments so many times, each time so much further on: the terms of several examples.
  ptrdiff_t term_repeats;
  ptrdiff_t a_term_repeat;
  ptrdiff_t b_repeat;

  // b is packed in panels (see convkit_pack) of `depth` lines, or, where depth is 0, plain lines
  // that are b_step apart. Plain lines are read up to a whole vector past `columns_end`.
  ptrdiff_t depth;
  ptrdiff_t b_step;

  // The columns v to compute; columns_begin is a multiple of the table's panel_columns.
  ptrdiff_t columns_begin;
  ptrdiff_t columns_end;

  // Starts from what stands in out (true), or from the bias, or from zero where there is none.
  bool accumulate;
  // Stores 0 in place of a negative result; a NaN stays.
  bool rectify;

  // Of multiply_grouped alone.
  ptrdiff_t group_channels;
  ptrdiff_t group_columns;
  bool channels_are_rows;
} convkit_product;

// MARK: maps

// Corresponding rows of up to three maps of one extent: row i of the first starts at a[i], and so
// on, each `length` floats long.
typedef struct {
  ptrdiff_t count;
  ptrdiff_t length;
  const ptrdiff_t *a;
  const ptrdiff_t *b;
  const ptrdiff_t *c;
} convkit_rows;

// Pooling windows that hold the same taps and lie at equal distances.
typedef struct {
  ptrdiff_t in;  // the window's first tap, which may lie outside the map
  ptrdiff_t out;
  ptrdiff_t count;
  ptrdiff_t first_tap;  // into convkit_pool.taps
  ptrdiff_t tap_count;
} convkit_pool_run;

typedef struct {
  const convkit_pool_run *runs;
  ptrdiff_t run_count;
  ptrdiff_t in_step;
  ptrdiff_t out_step;
  ptrdiff_t channels;
  const int32_t *taps;       // ordinals of the taps present, list after list
  const ptrdiff_t *offsets;  // by ordinal: the distance from the window's first tap
  // Of relu_max_pool: 1 where windows have at most 255 taps, or 4.
  ptrdiff_t index_bytes;
} convkit_pool;

// In place of a tap's ordinal: ReLU let nothing of the window through. As a byte it is 255.
enum { CONVKIT_NO_TAP = -1 };

// Windows over tokens, of which each has a row of `channels` floats ready for every tap: token by
// token token_step apart, tap by tap tap_step. `in`, `in_step` and `offsets` of the windows count
// tokens.
typedef struct {
  convkit_pool windows;
  ptrdiff_t token_step;
  ptrdiff_t tap_step;
  // Stores 0 in place of a negative result; a NaN stays.
  bool rectify;
} convkit_row_sums;

// A convolution from whose outputs relu_max_pool chose. `pool` has the windows of the pooling, where
// `in` and `offsets` say where the convolution's own window starts for every tap; `segments` are the
// terms of the convolution, whose weights lie as [channel, depth].
typedef struct {
  convkit_pool pool;
  const convkit_segment *segments;
  ptrdiff_t segment_count;
  ptrdiff_t depth;
} convkit_chosen;

// Weights of runs of bins: band b sums `length[b]` bins from `first[b]` on. The weights stand band
// after band.
typedef struct {
  ptrdiff_t band_count;
  ptrdiff_t bin_count;
  const int32_t *first;
  const int32_t *length;
  const float *weights;
} convkit_bands;

// What one step of Adam or AdamW needs; the doubles of PyTorch's formula, rounded once.
typedef struct {
  float beta1, one_minus_beta1;
  float beta2, one_minus_beta2;
  float step_size;               // learning rate / (1 - beta1^t)
  float root_correction;         // sqrt(1 - beta2^t)
  float epsilon;
  float decay_factor;            // AdamW: 1 - learning rate * weight decay
  float weight_decay;            // Adam: added to the gradient, times the parameter
  float gradient_scale;          // clipping
} convkit_adam;

// What one step of gradient descent with momentum needs, in PyTorch's order of operations.
typedef struct {
  float momentum;
  float rate;
  float weight_decay;    // added to the gradient, times the parameter
  float gradient_scale;  // clipping
} convkit_descent;

// MARK: the table of one instruction set

typedef struct {
  const char *name;
  ptrdiff_t vector_floats;  // floats in a vector
  ptrdiff_t panel_columns;  // columns of every packed panel but the last
  // The columns of a panel when so many are left: of the last one, half a vector or a whole one
  // where that is enough.
  ptrdiff_t (*columns_of_panel)(ptrdiff_t columns_left);

  void (*multiply)(const convkit_product *, const float *a, const float *b, const float *bias,
                   float *out);
  // The same with a value of a for every column: out[row][v] = start + sum over all terms of
  // a[row, term, v] * b[term, v], where v counts on from a[row, term]. That value, too, is read up to
  // a whole vector past columns_end.
  void (*multiply_depthwise)(const convkit_product *, const float *a, const float *b,
                             const float *bias, float *out);
  // The same with a value of a for every group_columns columns; v counts on by group_channels with
  // each of these groups. group_columns divides the vector, and group_channels is no larger. Either
  // the terms of a segment are the channels of a group, or the rows of a run are. NULL where lanes
  // cannot be picked by number in one instruction.
  void (*multiply_grouped)(const convkit_product *, const float *a, const float *b,
                           const float *bias, float *out);

  void (*relu)(const convkit_rows *, const float *x, float *y);
  // dx = (or +=) 0 where the stored output y is 0 or less, dy elsewhere; dx may be dy.
  void (*relu_gradient)(const convkit_rows *, const float *y, const float *dy, float *dx,
                        bool accumulate);
  void (*leaky_relu)(const convkit_rows *, float slope, const float *x, float *y);
  void (*leaky_relu_gradient)(const convkit_rows *, float slope, const float *x, const float *dy,
                              float *dx, bool accumulate);

  // The first maximum wins, a NaN wins over everything; index holds the winner's ordinal for
  // [window, channel], windows in the order of the runs.
  void (*max_pool)(const convkit_pool *, const float *x, float *y, int32_t *index);
  // Adds to dx, which the caller has cleared or filled.
  void (*max_pool_gradient)(const convkit_pool *, const int32_t *index, const float *dy, float *dx);
  // The same of windows that do not overlap, with ReLU: the index, of index_bytes each, is that of
  // the first maximum, or CONVKIT_NO_TAP where y is 0. It may be NULL.
  void (*relu_max_pool)(const convkit_pool *, const float *x, float *y, uint8_t *index);
  // Writes dx at every tap of every window.
  void (*relu_max_pool_gradient)(const convkit_pool *, const uint8_t *index, const float *dy,
                                 float *dx);
  // Add the gradients of what was chosen: to the weights [channel, depth], to the input, and, by
  // channel, to the bias.
  void (*chosen_feature_gradient)(const convkit_chosen *, const uint8_t *index, const float *dy,
                                  const float *x, float *gradient);
  void (*chosen_input_gradient)(const convkit_chosen *, const uint8_t *index, const float *dy,
                                const float *weights, float *dx);
  void (*chosen_sums)(const convkit_pool *, const uint8_t *index, const float *dy, float *sum);
  void (*average_pool)(const convkit_pool *, const float *x, float *y);
  void (*average_pool_gradient)(const convkit_pool *, const float *dy, float *dx);

  // sum[c] += x, for every channel c of rows of [position, channel].
  void (*channel_sums)(const convkit_rows *, ptrdiff_t channels, const float *x, float *sum);
  // sum[c] += x - shift[c], square[c] += its square.
  void (*channel_moments)(const convkit_rows *, ptrdiff_t channels, const float *shift,
                          const float *x, double *sum, double *square);
  // sum[c] += dy, product[c] += dy * (x - mean[c]).
  void (*channel_products)(const convkit_rows *, ptrdiff_t channels, const float *mean,
                           const float *x, const float *dy, double *sum, double *product);
  // y = (x - mean[c]) * scale[c] + shift[c]
  void (*normalize)(const convkit_rows *, ptrdiff_t channels, const float *mean,
                    const float *scale, const float *shift, const float *x, float *y);
  // dx = (or +=) dy * scale[c] + (x - mean[c]) * slope[c] + shift[c]
  void (*normalize_gradient)(const convkit_rows *, ptrdiff_t channels, const float *mean,
                             const float *scale, const float *slope, const float *shift,
                             const float *x, const float *dy, float *dx, bool accumulate);

  void (*add)(const convkit_rows *, const float *x, float *y);  // y += x

  // out[window][c] = bias[c] + rows[token][tap][c] for every tap of the window, in their order.
  // rows and bias (or NULL for 0) are read up to a whole vector where there are fewer channels.
  void (*sum_rows)(const convkit_row_sums *, const int32_t *tokens, const float *rows,
                   const float *bias, float *out);

  // out[i] = lanes[i] + lanes[stride + i] + … in that order; with no lane, out stays as it is.
  // Returns the sum of the squares of out, which no number of floats makes infinite: it is finite
  // just where all of them are. Its order depends on count alone.
  double (*sum_lanes)(ptrdiff_t count, ptrdiff_t lane_count, ptrdiff_t stride, const float *lanes,
                      float *out);
  void (*adam)(const convkit_adam *, ptrdiff_t count, const float *gradient, float *parameter,
               float *first_moment, float *second_moment);
  void (*descend)(const convkit_descent *, ptrdiff_t count, const float *gradient,
                  float *parameter, float *velocity);

  // Spectrograms; every table gives the same bits.

  void (*apply_window)(ptrdiff_t count, const float *samples, const float *window, float *out);
  // The transform of 2 * half real values from z, that of the complex numbers (x[0], x[1]),
  // (x[2], x[3]), …, with z[half] = z[0] behind it: half + 1 bins, twice as large. turns holds the
  // real parts of -i exp(-i pi k / half), k = 0 to half / 2, and then the imaginary parts.
  void (*unpack_spectrum)(ptrdiff_t half, const float *z, const float *turns, float *out);
  // The squared magnitudes of the same.
  void (*unpack_powers)(ptrdiff_t half, const float *z, const float *turns, float *out);
  // out[i] = |spectrum[i]|^2, of complex numbers.
  void (*powers)(ptrdiff_t count, const float *spectrum, float *out);
  // out[frame][band] for 1 to 8 frames, whose bins start at values + frame * step. A band's even and
  // odd places are summed apart, in order. `turned` has room for 8 floats a bin.
  void (*band_sums)(const convkit_bands *, ptrdiff_t frames, const float *values, ptrdiff_t step,
                    float *turned, float *out);
  // out[i] = 10 log10 of the larger of x[i] and `least`, a normal number; a NaN stays. Within 4e-5.
  // out may be x.
  void (*decibels)(ptrdiff_t count, float least, const float *x, float *out);

  // What a benchmark measures products against: does `rounds` of as many independent multiply-adds
  // as a tile has sums, and returns how many floating-point operations they were. `sums` is a vector
  // of the table's width, read for a factor of about 0.5 and written so that the work is not left out.
  ptrdiff_t (*peak)(ptrdiff_t rounds, float *sums);
} convkit_kernels;

// The table of `name` ("baseline", "avx2", "avx512", "neon"), or NULL where this machine lacks it.
const convkit_kernels *convkit_kernels_named(const char *name);

// MARK: packing

// Copies the lines of b into panels of the table's panel_columns: panel p holds, line after line, the
// columns p * panel_columns onward, as many as columns_of_panel says. Missing columns are 0. Line
// (t, i), for i < length, column v is source[taps[t] + i * line_step + v / group_columns * group_step
// + v % group_columns * column_step]. The destination holds tap_count * length times as many floats
// as all panels together have columns.
void convkit_pack(const convkit_kernels *, const float *source, const ptrdiff_t *taps,
                  ptrdiff_t tap_count, ptrdiff_t length, ptrdiff_t line_step, ptrdiff_t column_step,
                  ptrdiff_t columns, ptrdiff_t group_columns, ptrdiff_t group_step,
                  float *destination);

// to[column][row] = from[row][column]
void convkit_transpose(ptrdiff_t rows, ptrdiff_t columns, const float *from, float *to);

// MARK: workers

// Flushes denormal numbers to zero on this thread and returns what the setting was.
uint64_t convkit_flush_denormals(void);
void convkit_restore_denormals(uint64_t setting);

// The cores that this process may use: those of its affinity mask, and no more than the quota of
// its control group, rounded up. At least 1.
int convkit_available_cores(void);

typedef struct convkit_workers convkit_workers;

// Threads that wait for work, for a moment awake and then asleep; the caller is worker 0, so `count`
// 1 starts none. With more threads than cores they sleep at once.
// NULL where a thread cannot be started.
convkit_workers *convkit_workers_create(int count);
void convkit_workers_destroy(convkit_workers *);

// Calls body(context, worker, item) for every item of 0..<items, each once, on whichever worker is
// free, and returns when all are done. Denormals are flushed meanwhile on every thread.
void convkit_workers_run(convkit_workers *, int items, void *context,
                         void (*body)(void *context, int worker, int item));
