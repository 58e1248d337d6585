// libpng for Swift. libpng reports an error by longjmp, which Swift cannot catch: these functions
// return false instead and leave libpng's own words in `message`.
//
// libpng's simplified API needs no longjmp either, but it converts by the file's gamma (with pow, so
// not to the same bits everywhere) and stops before the end of the file. Here a sample stays what the
// file says, as other readers used for learning have it, and every chunk is checked.

#ifndef CONVKIT_PNG_SHIM_H
#define CONVKIT_PNG_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONVKIT_PNG_MESSAGE_CAPACITY = 160 };

typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t bitsPerPixel;
} ConvKitPNGHeader;

/// Reads what comes before the pixels. Allocates nothing that depends on width or height.
bool convkit_png_read_header(const uint8_t *bytes, size_t count, ConvKitPNGHeader *header,
                             char *message);

/// Reads the pixels as 8 bits each of red, green, blue and alpha (not multiplied), row by row from
/// the top, into `pixels`: 4 × width × height bytes. Fails when the file's size is another.
bool convkit_png_read_pixels(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height,
                             uint8_t *pixels, char *message);

/// Writes 8-bit samples of 1 channel (grey), 3 (RGB) or 4 (RGBA), row by row from the top.
/// The caller gives `*file` to convkit_png_free.
bool convkit_png_write(const uint8_t *samples, uint32_t width, uint32_t height, int channels,
                       uint8_t **file, size_t *count, char *message);

void convkit_png_free(uint8_t *file);

/// The version of the libpng that is loaded, such as "1.6.39".
const char *convkit_png_version(void);

#endif
