// What a spectrogram needs around the Fourier transform. Included for every instruction set; vectors
// have eight floats whatever LANES is, and there is no fused multiply-add, so that all tables give
// the same bits.

#pragma clang diagnostic push
// How a vector is passed where there are no wide registers does not matter to what is inlined.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float eight __attribute__((vector_size(32)));
typedef float eight_loose __attribute__((vector_size(32), aligned(4), may_alias));

ALWAYS_INLINE eight load_eight(const float *p) { return *(const eight_loose *)p; }
ALWAYS_INLINE void store_eight(float *p, eight v) { *(eight_loose *)p = v; }

static void apply_window(ptrdiff_t count, const float *restrict samples,
                         const float *restrict window, float *restrict out) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = samples[i] * window[i];
}

// Bins k onward and half - k downward, eight of each, as real and imaginary parts. With a = z[k] and
// b = conj z[half - k]: even = a + b and odd = turn[k] * (a - b) give bin k as even + odd and bin
// half - k as the conjugate of even - odd.
typedef struct {
  eight rising_real, rising_imaginary;
  eight falling_real, falling_imaginary;  // the last lane is bin half - k
} bin_pairs;

ALWAYS_INLINE bin_pairs unpack_eight(const float *z, ptrdiff_t half, const float *turns,
                                     ptrdiff_t turn_count, ptrdiff_t k) {
  const eight low = load_eight(z + 2 * k), high = load_eight(z + 2 * k + 8);
  const eight a_real = __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14);
  const eight a_imaginary = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
  const float *mirrored = z + 2 * (half - k - 7);
  const eight first = load_eight(mirrored), second = load_eight(mirrored + 8);
  const eight b_real = __builtin_shufflevector(first, second, 14, 12, 10, 8, 6, 4, 2, 0);
  const eight b_imaginary = __builtin_shufflevector(first, second, 15, 13, 11, 9, 7, 5, 3, 1);
  const eight turn_real = load_eight(turns + k), turn_imaginary = load_eight(turns + turn_count + k);
  const eight even_real = a_real + b_real, even_imaginary = a_imaginary - b_imaginary;
  const eight gap_real = a_real - b_real, gap_imaginary = a_imaginary + b_imaginary;
  const eight odd_real = turn_real * gap_real - turn_imaginary * gap_imaginary;
  const eight odd_imaginary = turn_real * gap_imaginary + turn_imaginary * gap_real;
  const eight falling_real = even_real - odd_real, falling_imaginary = odd_imaginary - even_imaginary;
  return (bin_pairs){
      even_real + odd_real, even_imaginary + odd_imaginary,
      __builtin_shufflevector(falling_real, falling_real, 7, 6, 5, 4, 3, 2, 1, 0),
      __builtin_shufflevector(falling_imaginary, falling_imaginary, 7, 6, 5, 4, 3, 2, 1, 0)};
}

// The same of one k, where a transform is too short for eight.
typedef struct {
  float rising_real, rising_imaginary, falling_real, falling_imaginary;
} bin_pair;

ALWAYS_INLINE bin_pair unpack_one(const float *z, ptrdiff_t half, const float *turns,
                                  ptrdiff_t turn_count, ptrdiff_t k) {
  const float *a = z + 2 * k, *b = z + 2 * (half - k);
  const float even_real = a[0] + b[0], even_imaginary = a[1] - b[1];
  const float gap_real = a[0] - b[0], gap_imaginary = a[1] + b[1];
  const float odd_real = turns[k] * gap_real - turns[turn_count + k] * gap_imaginary;
  const float odd_imaginary = turns[k] * gap_imaginary + turns[turn_count + k] * gap_real;
  return (bin_pair){even_real + odd_real, even_imaginary + odd_imaginary, even_real - odd_real,
                    odd_imaginary - even_imaginary};
}

// The k of the pairs are 0 to half / 2; the last eight lie over those before where the pairs are no
// multiple of eight.
ALWAYS_INLINE ptrdiff_t eight_within(ptrdiff_t pairs, ptrdiff_t k) {
  return k + 8 <= pairs ? k : pairs - 8;
}

static void unpack_spectrum(ptrdiff_t half, const float *z, const float *turns, float *out) {
  const ptrdiff_t pairs = half / 2 + 1;
  if (pairs < 8) {
    for (ptrdiff_t k = 0; k < pairs; k++) {
      const bin_pair bins = unpack_one(z, half, turns, pairs, k);
      out[2 * (half - k)] = bins.falling_real;
      out[2 * (half - k) + 1] = bins.falling_imaginary;
      out[2 * k] = bins.rising_real;
      out[2 * k + 1] = bins.rising_imaginary;
    }
    return;
  }
  for (ptrdiff_t next = 0; next < pairs; next += 8) {
    const ptrdiff_t k = eight_within(pairs, next);
    const bin_pairs bins = unpack_eight(z, half, turns, pairs, k);
    const eight real = bins.falling_real, imaginary = bins.falling_imaginary;
    float *falling = out + 2 * (half - k - 7), *rising = out + 2 * k;
    store_eight(falling, __builtin_shufflevector(real, imaginary, 0, 8, 1, 9, 2, 10, 3, 11));
    store_eight(falling + 8, __builtin_shufflevector(real, imaginary, 4, 12, 5, 13, 6, 14, 7, 15));
    store_eight(rising, __builtin_shufflevector(bins.rising_real, bins.rising_imaginary, 0, 8, 1, 9,
                                                2, 10, 3, 11));
    store_eight(rising + 8, __builtin_shufflevector(bins.rising_real, bins.rising_imaginary, 4, 12,
                                                    5, 13, 6, 14, 7, 15));
  }
}

static void unpack_powers(ptrdiff_t half, const float *z, const float *turns, float *out) {
  const ptrdiff_t pairs = half / 2 + 1;
  if (pairs < 8) {
    for (ptrdiff_t k = 0; k < pairs; k++) {
      const bin_pair bins = unpack_one(z, half, turns, pairs, k);
      out[half - k] = bins.falling_real * bins.falling_real +
                      bins.falling_imaginary * bins.falling_imaginary;
      out[k] = bins.rising_real * bins.rising_real + bins.rising_imaginary * bins.rising_imaginary;
    }
    return;
  }
  for (ptrdiff_t next = 0; next < pairs; next += 8) {
    const ptrdiff_t k = eight_within(pairs, next);
    const bin_pairs bins = unpack_eight(z, half, turns, pairs, k);
    store_eight(out + half - k - 7, bins.falling_real * bins.falling_real +
                                        bins.falling_imaginary * bins.falling_imaginary);
    store_eight(out + k, bins.rising_real * bins.rising_real +
                             bins.rising_imaginary * bins.rising_imaginary);
  }
}

static void powers(ptrdiff_t count, const float *restrict spectrum, float *restrict out) {
  for (ptrdiff_t i = 0; i < count; i++)
    out[i] = spectrum[2 * i] * spectrum[2 * i] + spectrum[2 * i + 1] * spectrum[2 * i + 1];
}

// Eight columns of eight rows, turned: to[column][row].
ALWAYS_INLINE void turn_eight(const float *const *row, ptrdiff_t column, float *to) {
  eight r[8], s[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) r[i] = load_eight(row[i] + column);
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4)
#pragma clang loop unroll(full)
    for (int j = i; j < i + 2; j++) {
      r[j] = __builtin_shufflevector(s[j], s[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      r[j + 2] = __builtin_shufflevector(s[j], s[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    store_eight(to + 8 * i, __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store_eight(to + 8 * (i + 4), __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}

static void band_sums(const convkit_bands *bands, ptrdiff_t frames, const float *values,
                      ptrdiff_t step, float *turned, float *out) {
  const float *row[8];
  // In place of a frame that is not there, the first.
  for (int i = 0; i < 8; i++) row[i] = values + (i < frames ? i : 0) * step;
  const ptrdiff_t bins = bands->bin_count;
  ptrdiff_t bin = 0;
  for (; bin + 8 <= bins; bin += 8) turn_eight(row, bin, turned + 8 * bin);
  for (; bin < bins; bin++)
    for (int i = 0; i < 8; i++) turned[8 * bin + i] = row[i][bin];

  const float *weight = bands->weights;
  for (ptrdiff_t b = 0; b < bands->band_count; b++) {
    const float *from = turned + 8 * bands->first[b];
    const ptrdiff_t length = bands->length[b];
    eight even = {}, odd = {};
    ptrdiff_t i = 0;
    for (; i + 2 <= length; i += 2) {
      even += weight[i] * load_eight(from + 8 * i);
      odd += weight[i + 1] * load_eight(from + 8 * i + 8);
    }
    if (i < length) even += weight[i] * load_eight(from + 8 * i);
    weight += length;
    float sum[8];
    store_eight(sum, even + odd);
    for (ptrdiff_t f = 0; f < frames; f++) out[f * bands->band_count + b] = sum[f];
  }
}

// 10 log10 x as 10 log10 2 * e + 10 log10 m, m from 0.707 to 1.414: with s = (m - 1) / (m + 1),
// ln m = 2 (s + s^3 / 3 + s^5 / 5 + …), of which the first term left out is below 1e-9.
static void decibels(ptrdiff_t count, float least, const float *x, float *out) {
  const float root_half = 0x1.6a09e6p-1f;
  int32_t offset;
  __builtin_memcpy(&offset, &root_half, sizeof offset);
#pragma clang loop vectorize(assume_safety)
  for (ptrdiff_t i = 0; i < count; i++) {
    const float value = x[i] < least ? least : x[i];
    int32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    const int32_t above = bits - offset;
    const float exponent = (float)(above >> 23);
    const int32_t mantissa_bits = (above & 0x7fffff) + offset;
    float mantissa;
    __builtin_memcpy(&mantissa, &mantissa_bits, sizeof mantissa);
    const float s = (mantissa - 1) / (mantissa + 1), square = s * s;
    const float series =
        2 + square * (2.0f / 3 + square * (2.0f / 5 + square * (2.0f / 7 + square * (2.0f / 9))));
    const float level = exponent * 3.01029995664f + s * series * 4.34294481903f;
    // Infinity and NaN stay what they are.
    out[i] = value - value == 0 ? level : value;
  }
}

#pragma clang diagnostic pop
