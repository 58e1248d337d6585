"""Makes the JPEG files of this folder and golden.json, what Pillow reads from them.

Run: python make_jpegs.py, with Pillow 13.0.0 and numpy (the checked-in files were made with these).
Pillow decodes with its own libjpeg-turbo: the same whole-number DCT and smooth upsampling.

golden.json: file name -> {"width", "height", "pixels": base64 of the RGB bytes, row by row, upright}.
"""

import base64
import io
import json
import os
import struct

import numpy
from PIL import Image, ImageChops, ImageOps

folder = os.path.dirname(os.path.abspath(__file__))
golden = {}


def picture(width, height):
    """Smooth colours with a dark diagonal: all three channels and all directions differ."""
    rows, columns = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * columns / max(1, width - 1)
    green = 255 * rows / max(1, height - 1)
    blue = 127 + 120 * numpy.sin(columns / 3) * numpy.cos(rows / 4)
    result = numpy.stack([red, green, blue], axis=-1)
    result[numpy.abs(rows - columns) < 1.5] = (20, 30, 60)
    return Image.fromarray(result.round().astype(numpy.uint8), "RGB")


def keep(name, data, inks_are_inverted=True):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    # Pillow takes every file of four inks for one of Adobe's.
    shown = (shown if inks_are_inverted else ImageChops.invert(shown)).convert("RGB")
    golden[name] = {
        "width": shown.width,
        "height": shown.height,
        "pixels": base64.b64encode(shown.tobytes()).decode(),
    }


def encoded(image, **options):
    stream = io.BytesIO()
    image.save(stream, "JPEG", **options)
    return stream.getvalue()


def exif(orientation, order):
    """An EXIF block with two entries, of which the second is the orientation."""
    sign = ">" if order == b"MM" else "<"
    entries = struct.pack(sign + "HHIHH", 0x0100, 3, 1, 21, 0)
    entries += struct.pack(sign + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0" + order + struct.pack(sign + "HIH", 42, 8, 2) + entries + b"\0\0\0\0"


def without_adobe(data):
    """The file without the marker of Adobe's programs, and so with inks that are not inverted."""
    place = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[place + 2 : place + 4])[0]
    return data[:place] + data[place + 2 + length :]


def with_transform(data, transform):
    """The file with another number in Adobe's marker: 2 says that the first three inks are YCC."""
    place = data.index(b"\xff\xee")
    return data[: place + 15] + bytes([transform]) + data[place + 16 :]


colour = picture(21, 13)
keep("rgb-444.jpg", encoded(colour, quality=90, subsampling=0))
keep("rgb-422.jpg", encoded(colour, quality=80, subsampling=1))
keep("rgb-420.jpg", encoded(colour, quality=80, subsampling=2))
keep("grey.jpg", encoded(colour.convert("L"), quality=85))
keep("progressive.jpg", encoded(colour, quality=85, progressive=True))
keep("grey-progressive.jpg", encoded(colour.convert("L"), quality=85, progressive=True))
keep("restart.jpg", encoded(picture(40, 24), quality=60, restart_marker_blocks=1))
keep("kept-rgb.jpg", encoded(colour, quality=90, keep_rgb=True))
keep("one-pixel.jpg", encoded(picture(1, 1), quality=90))
for orientation in range(1, 9):
    order = b"MM" if orientation % 2 else b"II"
    keep(
        f"orientation-{orientation}.jpg",
        encoded(colour, quality=70, exif=exif(orientation, order)),
    )

# Inks as a program for print would choose them, so that all four are used.
inks = numpy.asarray(picture(16, 16).convert("CMYK")).copy()
inks[..., 3] = numpy.arange(16, dtype=numpy.uint8)[:, None] * 12
cmyk = encoded(Image.fromarray(inks, "CMYK"), quality=90)
keep("cmyk.jpg", cmyk)
keep("cmyk-not-adobe.jpg", without_adobe(cmyk), inks_are_inverted=False)
keep("ycck.jpg", with_transform(cmyk, 2))

with open(os.path.join(folder, "golden.json"), "w") as file:
    json.dump(golden, file, indent=1, sort_keys=True)
    file.write("\n")
