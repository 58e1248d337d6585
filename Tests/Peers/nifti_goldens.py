#!/usr/bin/env python3
"""Asks nibabel 5.4 what is in NIfTI files, for the tests of volumes.

    python Tests/Peers/nifti_goldens.py NIFTI > Tests/Volumes/Fixtures/nibabel.json

NIFTI is the folder of nibabel's own sample files. The values are committed, so the tests need no
Python. Of every sample there are the extent, spacing and stored axes after `as_closest_canonical`, and
of each volume FNV-1a over its float32 bytes (lowest first, [x, y, z]), the extremes and the mean.

The small files have headers by nibabel, of every type of number in both byte orders and both versions,
and are packed by gzip; next to them stand the values that nibabel reads. It cannot read binary128 on
all machines, so those files are its float64 ones with the numbers and two fields of the header replaced.

`orientations` has a letter for each of 10,000 affines, which are made here and, from the same integers,
in Tests/Volumes/NibabelGoldens.swift: what `io_orientation` says of it.
"""

import base64
import gzip
import io
import json
import os
import struct
import sys

import nibabel
import numpy
from nibabel.orientations import aff2axcodes, io_orientation

SIZE = (3, 4, 5)
TYPES = {
    "uint8": 2, "int16": 4, "int32": 8, "float32": 16, "float64": 64, "int8": 256, "uint16": 512,
    "uint32": 768, "int64": 1024, "uint64": 1280, "float128": 1536,
}
MILLIMETRES = {"unknown": 1, "meter": 1000, "mm": 1, "micron": 0.001}


class Random:
    """SplitMix64; a number has its upper 24 bits, of [-1, 1)."""

    def __init__(self, seed):
        self.state = seed

    def word(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def number(self):
        return (self.word() >> 40) * 2.0**-23 - 1

    def matrix(self):
        return numpy.array([[self.number() for _ in range(3)] for _ in range(3)])


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return f"{value:016x}"


def text(data):
    return base64.b64encode(data).decode()


def signed_permutation(random):
    order = sorted(range(3), key=lambda _: random.word())
    matrix = numpy.zeros((3, 3))
    for column, row in enumerate(order):
        matrix[row, column] = -1 if random.word() & 1 else 1
    return matrix


def affine(index, random):
    """Entry by entry, by exact arithmetic: anything, nearly along the axes, sheared, of uneven steps."""
    matrix = random.matrix()
    if index % 4 == 1:
        matrix = signed_permutation(random) + matrix / 8
    elif index % 4 == 2:
        matrix = matrix[:, [0, 0, 0]] + matrix / 4
    elif index % 4 == 3:
        matrix = matrix * [2.0 ** (random.word() % 12) for _ in range(3)]
    return matrix


def letter(matrix):
    """The targets as a number to the base 3, times 8, and a bit for each axis that is mirrored."""
    orientation = io_orientation(numpy.block([[matrix, numpy.zeros((3, 1))], [0, 0, 0, 1]]))
    if numpy.isnan(orientation).any():
        return None
    order = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    place = order.index(tuple(int(axis) for axis in orientation[:, 0]))
    bits = sum(1 << axis for axis in range(3) if orientation[axis, 1] < 0)
    return chr(ord("0") + place * 8 + bits)


def canonical(image):
    """The image with its axes to the right, front and head, unless it does not say where they lead."""
    known = image.header["sform_code"] > 0 or image.header["qform_code"] > 0
    return (nibabel.as_closest_canonical(image), True) if known else (image, False)


def description(image):
    turned, known = canonical(image)
    factor = MILLIMETRES[image.header.get_xyzt_units()[0]]
    if known:
        spacing = nibabel.affines.voxel_sizes(turned.affine)
    else:
        spacing = numpy.array(image.header.get_zooms()[:3], float)
    result = {
        "extent": [int(size) for size in turned.shape[:3]],
        "spacing": [float(step * factor) for step in spacing],
        "axes": "".join(aff2axcodes(image.affine)) if known else None,
    }
    return result, turned.get_fdata(dtype=numpy.float64).astype("<f4")


def sample(folder, name):
    result, values = description(nibabel.load(os.path.join(folder, name)))
    values = values.reshape(values.shape[:3] + (-1,))
    volumes = []
    for place in range(values.shape[3]):
        volume = numpy.ascontiguousarray(values[..., place])
        volumes.append({
            "checksum": fnv(volume.tobytes()),
            "least": float(volume.min()),
            "most": float(volume.max()),
            "mean": float(volume.mean(dtype=numpy.float64)),
        })
    return {"name": name, **result, "volumes": volumes}


def quadruple(value):
    """The bits of binary128, of a normal float64 or zero."""
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    sign, exponent, fraction = bits >> 63, bits >> 52 & 0x7FF, bits & (1 << 52) - 1
    if exponent == 0:
        return sign << 127
    return sign << 127 | (exponent - 1023 + 16383) << 112 | fraction << 60


def numbers(type, random):
    """Some of any size, and the extremes of an integer type."""
    count = SIZE[0] * SIZE[1] * SIZE[2]
    if type.startswith("float"):
        return numpy.array([random.number() * 2.0 ** (random.word() % 40 - 20) for _ in range(count)])
    limits = numpy.iinfo(type)
    words = [random.word() % (int(limits.max) - int(limits.min) + 1) + int(limits.min) for _ in range(count)]
    return numpy.array([int(limits.min), int(limits.max)] + words[2:], dtype=type)


def small(type, order, version, case, random):
    header = (nibabel.Nifti1Header if version == 1 else nibabel.Nifti2Header)(endianness=order)
    stored = "float64" if type == "float128" else type
    header.set_data_dtype(numpy.dtype(stored).newbyteorder(order))
    header.set_data_shape(SIZE)
    header.set_zooms([abs(random.number()) + 0.5 for _ in range(3)])
    header.set_xyzt_units(list(MILLIMETRES)[case // 3 % 4], "sec")
    # None, a quaternion, an affine, or both, which differ.
    forms = (case + case // 4 + case // 44) % 4
    for form, is_set in (("qform", forms & 1), ("sform", forms & 2)):
        if is_set:
            matrix = numpy.eye(4)
            matrix[:3, :3] = (signed_permutation(random) + random.matrix() / 4) @ numpy.diag(
                [abs(random.number()) + 0.5 for _ in range(3)])
            (header.set_qform if form == "qform" else header.set_sform)(matrix, code=1 + case % 3)
    slope, intercept = [(0, 7), (1, 0), (0.25, -3), (random.number(), random.number())][case // 4 % 4]
    header["scl_slope"], header["scl_inter"] = slope, intercept
    header["vox_offset"] = 352 if version == 1 else 544
    header["magic"] = header.single_magic
    values = numbers(type, random)
    data = bytes(header.binaryblock) + bytes(4) + values.astype(
        numpy.dtype(stored).newbyteorder(order)).tobytes()
    image = (nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image).from_bytes(data)
    result, expected = description(image)
    if type == "float128":
        place = 70 if version == 1 else 12
        data = bytearray(data[:352 if version == 1 else 544])
        data[place:place + 4] = struct.pack(order + "hh", TYPES[type], 128)
        for value in values:
            data += quadruple(value).to_bytes(16, "big" if order == ">" else "little")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as file:
        file.write(bytes(data))
    return {
        "name": f"{type}{order}{version}", "type": type, **result,
        "file": text(packed.getvalue()), "values": text(numpy.ascontiguousarray(expected).tobytes()),
    }


folder = sys.argv[1]
random = Random(1)
orientations = "".join(letter(affine(index, random)) for index in range(10_000))
random = Random(2)
cases = [(type, order, version) for type in TYPES for order in "<>" for version in (1, 2)]
json.dump({
    "nibabel": nibabel.__version__,
    "samples": [sample(folder, name) for name in sorted(os.listdir(folder))],
    "small": [small(*which, case, random) for case, which in enumerate(cases * 2)],
    "orientations": orientations,
}, sys.stdout, indent=1)
print()
