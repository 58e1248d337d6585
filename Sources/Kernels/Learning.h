// The loops over flat lists of parameters, included for every instruction set after Product.h.

// Doubles, half as many as floats in a vector.
typedef double wide_lanes __attribute__((vector_size(LANES * 4)));

ALWAYS_INLINE wide_lanes load_wide(const float *p) {
  return __builtin_convertvector(half_load(p), wide_lanes);
}

// The sum of the squares of x. Sixteen sums, whatever a vector holds: element i goes to sum i % 16.
ALWAYS_INLINE double squares(ptrdiff_t count, const float *x) {
  enum { SUMS = 16 };
  double sum[SUMS];
  wide_lanes part[SUMS / HALF] = {};
  ptrdiff_t i = 0;
  for (; i + SUMS <= count; i += SUMS)
#pragma clang loop unroll(full)
    for (int v = 0; v < SUMS / HALF; v++) {
      const wide_lanes value = load_wide(x + i + v * HALF);
      part[v] += value * value;
    }
  __builtin_memcpy(sum, part, sizeof sum);
  for (int s = 0; i < count; i++, s++) sum[s] += (double)x[i] * (double)x[i];
  double total = sum[0];
  for (int s = 1; s < SUMS; s++) total += sum[s];
  return total;
}

static double sum_lanes(ptrdiff_t count, ptrdiff_t lane_count, ptrdiff_t stride, const float *lane,
                        float *out) {
  // In blocks that stay in the first-level cache, so that out is not fetched once a lane.
  enum { BLOCK = 1024 };
  double total = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += BLOCK) {
    const ptrdiff_t length = begin + BLOCK < count ? BLOCK : count - begin;
    float *to = out + begin;
    if (lane_count > 0) __builtin_memcpy(to, lane + begin, length * sizeof(float));
    for (ptrdiff_t l = 1; l < lane_count; l++) {
      const float *from = lane + l * stride + begin;
      // Lanes and their sum are different memory, which the compiler does not know.
#pragma clang loop vectorize(assume_safety)
      for (ptrdiff_t i = 0; i < length; i++) to[i] += from[i];
    }
    total += squares(length, to);
  }
  return total;
}

static void adam(const convkit_adam *knobs, ptrdiff_t count, const float *g, float *p, float *m,
                 float *v) {
  const convkit_adam k = *knobs;
  // The lists do not meet. Eight at a time also where sixteen fit: on a Zen 4 core divisions and
  // roots of sixteen took twice as long for each element (0.87 ns, with eight 0.44).
#pragma clang loop vectorize(assume_safety) vectorize_width(8)
  for (ptrdiff_t i = 0; i < count; i++) {
    const float slope = g[i] * k.gradient_scale + k.weight_decay * p[i];
    m[i] = k.beta1 * m[i] + k.one_minus_beta1 * slope;
    v[i] = k.beta2 * v[i] + k.one_minus_beta2 * slope * slope;
    const float denominator = __builtin_elementwise_sqrt(v[i]) / k.root_correction + k.epsilon;
    p[i] = p[i] * k.decay_factor - k.step_size * m[i] / denominator;
  }
}

static void descend(const convkit_descent *knobs, ptrdiff_t count, const float *g, float *p,
                    float *v) {
  const convkit_descent k = *knobs;
  // The lists do not meet.
#pragma clang loop vectorize(assume_safety)
  for (ptrdiff_t i = 0; i < count; i++) {
    const float slope = g[i] * k.gradient_scale + k.weight_decay * p[i];
    v[i] = k.momentum * v[i] + slope;
    p[i] -= k.rate * v[i];
  }
}
