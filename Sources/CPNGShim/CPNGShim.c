#include "CPNGShim.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static void keep_message(png_structp png, png_const_charp text) {
  char *message = png_get_error_ptr(png);
  strncpy(message, text, CONVKIT_PNG_MESSAGE_CAPACITY - 1);
  message[CONVKIT_PNG_MESSAGE_CAPACITY - 1] = 0;
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// Reading

typedef struct {
  const uint8_t *bytes;
  size_t remaining;
} Source;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  Source *source = png_get_io_ptr(png);
  if (count > source->remaining) png_error(png, "the file ends too early");
  memcpy(target, source->bytes, count);
  source->bytes += count;
  source->remaining -= count;
}

static void prepare_reading(png_structp png, Source *source) {
  png_set_read_fn(png, source, read_bytes);
  // The caller limits the size, by a limit of its own that it can name in its error.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_benign_errors(png, 1);
  // Every chunk but IHDR, PLTE, tRNS, IDAT and IEND is skipped unread: texts and profiles are
  // compressed, so worth an attack, and say nothing about a sample.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

bool convkit_png_read_header(const uint8_t *bytes, size_t count, ConvKitPNGHeader *header,
                             char *message) {
  strcpy(message, "out of memory");
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, message, keep_message, ignore_warning);
  if (!png) return false;
  png_infop info = png_create_info_struct(png);
  Source source = {bytes, count};
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  prepare_reading(png, &source);
  png_read_info(png, info);
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bitsPerPixel = png_get_channels(png, info) * png_get_bit_depth(png, info);
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

bool convkit_png_read_pixels(const uint8_t *bytes, size_t count, uint32_t width, uint32_t height,
                             uint8_t *pixels, char *message) {
  strcpy(message, "out of memory");
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, message, keep_message, ignore_warning);
  if (!png) return false;
  png_infop info = png_create_info_struct(png);
  Source source = {bytes, count};
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return false;
  }
  prepare_reading(png, &source);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
    png_error(png, "the size differs from the expected one");

  // Whatever the file holds becomes RGBA of 8 bits; 16 bits are rounded, v · 255 / 65535.
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t rowBytes = 4 * (size_t)width;
  if (png_get_rowbytes(png, info) != rowBytes) png_error(png, "rows of an unexpected length");
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t row = 0; row < height; row++)
      png_read_row(png, pixels + row * rowBytes, NULL);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return true;
}

// Writing

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} Sink;

static void write_bytes(png_structp png, png_bytep data, size_t count) {
  Sink *sink = png_get_io_ptr(png);
  if (count > sink->capacity - sink->count) {
    size_t capacity = 2 * (sink->capacity + count);
    uint8_t *bytes = realloc(sink->bytes, capacity);
    if (!bytes) png_error(png, "out of memory");
    sink->bytes = bytes;
    sink->capacity = capacity;
  }
  memcpy(sink->bytes + sink->count, data, count);
  sink->count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

// The sink belongs to the caller: a variable of the function that calls setjmp may be lost.
static bool write_to(Sink *sink, const uint8_t *samples, uint32_t width, uint32_t height,
                     int channels, char *message) {
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, message, keep_message, ignore_warning);
  if (!png) return false;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, sink, write_bytes, flush_nothing);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  int kind = channels == 1   ? PNG_COLOR_TYPE_GRAY
             : channels == 3 ? PNG_COLOR_TYPE_RGB
                             : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_IHDR(png, info, width, height, 8, kind, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row++)
    png_write_row(png, samples + (size_t)row * width * channels);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return true;
}

bool convkit_png_write(const uint8_t *samples, uint32_t width, uint32_t height, int channels,
                       uint8_t **file, size_t *count, char *message) {
  strcpy(message, "out of memory");
  Sink sink = {NULL, 0, 0};
  bool written = write_to(&sink, samples, width, height, channels, message);
  if (!written) free(sink.bytes);
  *file = written ? sink.bytes : NULL;
  *count = written ? sink.count : 0;
  return written;
}

void convkit_png_free(uint8_t *file) { free(file); }

const char *convkit_png_version(void) { return png_get_libpng_ver(NULL); }
