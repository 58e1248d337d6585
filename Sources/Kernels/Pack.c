#include <string.h>

#include "ConvKitKernels.h"

void convkit_pack(const convkit_kernels *kernels, const float *source, const ptrdiff_t *taps,
                  ptrdiff_t tap_count, ptrdiff_t length, ptrdiff_t line_step, ptrdiff_t column_step,
                  ptrdiff_t columns, ptrdiff_t group_columns, ptrdiff_t group_step,
                  float *destination) {
  for (ptrdiff_t v = 0; v < columns; v += kernels->panel_columns) {
    const ptrdiff_t left = columns - v;
    const ptrdiff_t panel = kernels->columns_of_panel(left);
    const ptrdiff_t present = left < panel ? left : panel;
    for (ptrdiff_t t = 0; t < tap_count; t++)
      for (ptrdiff_t i = 0; i < length; i++, destination += panel) {
        const float *line = source + taps[t] + i * line_step;
        if (group_columns < columns) {
          for (ptrdiff_t c = 0; c < present; c++) {
            const ptrdiff_t group = (v + c) / group_columns;
            destination[c] = line[group * group_step + (v + c - group * group_columns) * column_step];
          }
          memset(destination + present, 0, (size_t)(panel - present) * sizeof(float));
          continue;
        }
        line += v * column_step;
        if (column_step == 1)
          memcpy(destination, line, (size_t)present * sizeof(float));
        else
          for (ptrdiff_t c = 0; c < present; c++) destination[c] = line[c * column_step];
        memset(destination + present, 0, (size_t)(panel - present) * sizeof(float));
      }
  }
}

void convkit_transpose(ptrdiff_t rows, ptrdiff_t columns, const float *from, float *to) {
  // In squares of a line of the cache each way.
  enum { SIDE = 16 };
  for (ptrdiff_t r = 0; r < rows; r += SIDE)
    for (ptrdiff_t c = 0; c < columns; c += SIDE)
      for (ptrdiff_t i = c; i < c + SIDE && i < columns; i++)
        for (ptrdiff_t j = r; j < r + SIDE && j < rows; j++)
          to[i * rows + j] = from[j * columns + i];
}
