#!/usr/bin/env python3
"""Asks NumPy 2.4 for the files that the tests of arrays read.

    python Tests/Peers/numpy_goldens.py > Tests/Files/NumPyGoldens+Packed.swift

The answers are committed, so the tests need no Python. They are JSON, packed by gzip, in base64:

- `arrays`: a `.npy` file of every type of number that NumPy has, in both byte orders and both orders of
  the axes, in all versions of the format; of texts; without axes, and without elements. Next to each stand
  its shape and its numbers, as float64 rounded to float32 (complex ones as pairs), or its texts. NumPy has
  binary128 only on machines other than most, so those files are made here by hand.
- `refused`: files that hold something else, and what they are refused as.
- `archives`: `.npz` files by NumPy and by zipfile, and what is in them.
"""

import base64
import gzip
import io
import json
import struct
import warnings
import zipfile

import numpy

SHAPE = (2, 3, 4)
SIMPLE = ["bool", "int8", "uint8"]
ORDERED = ["int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "float32", "float64",
           "longdouble", "complex64", "complex128", "clongdouble"]


def text(data):
    return base64.b64encode(data).decode()


def file(array, version=(1, 0)):
    output = io.BytesIO()
    numpy.lib.format.write_array(output, array, version=version)
    return output.getvalue()


def floats(array):
    """The numbers in the order of the axes, the two parts of complex ones as a further axis."""
    if array.dtype.kind == "c":
        array = numpy.stack([array.real, array.imag], axis=-1)
    with warnings.catch_warnings():
        # What is too large for float32 is infinite.
        warnings.simplefilter("ignore")
        return array.shape, text(array.astype("<f8").astype("<f4").tobytes())


def settled(array):
    """With zeros in the six bytes behind each long double, where else is what was in memory."""
    if array.dtype.char in "gG":
        raw = array.ravel(order="K").view("u1").reshape(-1, 16)
        raw[:, slice(0, 6) if array.dtype.byteorder == ">" else slice(10, 16)] = 0
        assert numpy.shares_memory(raw, array)
    return array


def golden(name, array, version=(1, 0)):
    result = {"name": name, "file": text(file(array, version))}
    if array.dtype.kind in "US":
        texts = [
            item.decode() if isinstance(item, bytes) else item for item in array.ravel().tolist()]
        return {**result, "shape": array.shape, "texts": texts}
    shape, values = floats(array)
    return {**result, "shape": shape, "values": values}


def numbers(name):
    type, count = numpy.dtype(name), SHAPE[0] * SHAPE[1] * SHAPE[2]
    random = numpy.random.default_rng(7)
    if type.kind == "b":
        return random.integers(0, 2, count).astype(type)
    if type.kind in "iu":
        limits = numpy.iinfo(type)
        values = random.integers(limits.min, limits.max, count, dtype=type, endpoint=True)
        values[:2] = limits.min, limits.max
        return values
    limits = numpy.finfo(type)
    edges = numpy.array(
        [0, -0.0, 1, -2, numpy.inf, -numpy.inf, numpy.nan, limits.max, limits.smallest_subnormal,
         limits.smallest_normal, limits.eps], dtype=limits.dtype)

    def part():
        # Of many bits: a third has as many as the type has.
        values = (random.standard_normal(count) / 3).astype(limits.dtype) / limits.dtype.type(3)
        values[:len(edges)] = edges
        return values

    if type.kind == "f":
        return part()
    values = numpy.empty(count, type)
    values.real, values.imag = part(), part()[::-1]
    return values


def quadruple(value):
    """The bits of binary128, of a normal float64 or zero."""
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    sign, exponent, fraction = bits >> 63, bits >> 52 & 0x7FF, bits & (1 << 52) - 1
    if exponent == 0:
        return sign << 127
    return sign << 127 | (exponent - 1023 + 16383) << 112 | fraction << 60


def quadruples(values, order):
    """A file as of a machine whose long double is binary128."""
    data = file(numpy.array(values, "float64"))
    header = data[:128].replace(b"'<f8'", f"'{order}f16'".encode()).replace(b" \n", b"\n")
    for value in values:
        header += quadruple(value).to_bytes(16, "big" if order == ">" else "little")
    shape, expected = floats(numpy.array(values, "float64"))
    return {"name": f"binary128{order}{len(values)}", "file": text(header), "shape": shape,
            "values": expected}


def arrays():
    for name in SIMPLE + ORDERED:
        values = numbers(name).reshape(SHAPE)
        for order in "<>" if name in ORDERED else "|":
            array = values.astype(values.dtype.newbyteorder(order))
            yield golden(f"{name}{order}C", settled(array))
            yield golden(f"{name}{order}F", settled(numpy.asfortranarray(array)))
    array = numbers("float32").reshape(SHAPE)
    for version in (2, 3):
        yield golden(f"version {version}", array, (version, 0))
    yield golden("no axes", numpy.array(-2.5))
    yield golden("no elements", numpy.zeros((3, 0, 2), "int16"))
    yield golden("nothing", numpy.zeros(0))
    yield golden("ones", numpy.ones((1,) * 64, "uint8"))
    yield golden("zeros", numpy.zeros(3, "longdouble"))
    for axes in ((5,), (1, 7), (2, 2), (3, 1, 2, 2, 2)):
        count = int(numpy.prod(axes))
        yield golden(f"F{axes}", numpy.asfortranarray(numpy.arange(count, dtype=">i4").reshape(axes)))
    texts = ["a", "", "grün", "谢谢😀", "abcde", "x y"]
    for order in "<>":
        yield golden(f"{order}U5", numpy.array(texts, f"{order}U5"))
        yield golden(f"{order}U5F", numpy.asfortranarray(numpy.array(texts, f"{order}U5").reshape(2, 3)))
    yield golden("S5", numpy.array([b"a", b"", b"abcde", b"b c"]))
    yield golden("one text", numpy.array("text"))
    for order in "<>":
        yield quadruples([0, 1, -2, 0.5], order)
        yield quadruples([0.1, 1e30, -1 / 3, 0, 7, 1e-300], order)


def refused():
    for name, error, array in [
        ("objects", "objects", numpy.array([1, "a", None], object)),
        ("fields", "elements", numpy.zeros(2, [("a", "<i4"), ("b", "<f8")])),
        ("arrays in fields", "elements", numpy.zeros(2, [("a", "<i4", (2, 2))])),
        ("days", "elements", numpy.zeros(2, "datetime64[D]")),
        ("spans", "elements", numpy.zeros(2, "timedelta64[ns]")),
        ("void", "elements", numpy.zeros(2, "V4")),
    ]:
        yield {"name": name, "file": text(file(array)), "error": error}


class Pipe(io.RawIOBase):
    """Cannot go back, so that sizes and sums stand behind the entries."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


def archive(name, data, arrays):
    found = []
    for key, array in arrays.items():
        shape, values = floats(array)
        found.append({"name": key, "shape": shape, "values": values})
    return {"name": name, "file": text(data), "arrays": found}


def archives():
    some = {
        "x": numpy.arange(24, dtype="float32").reshape(SHAPE),
        "noise": numpy.random.default_rng(3).integers(0, 256, 300, dtype="uint8"),
        "zeros": numpy.zeros((40, 50), "int16"),
    }
    for name, save in (("stored", numpy.savez), ("deflated", numpy.savez_compressed)):
        output = io.BytesIO()
        save(output, **some)
        yield archive(name, output.getvalue(), some)
    with zipfile.ZipFile(output, "a") as file_:
        file_.comment = b"PK\x05\x06 a comment that begins as the end does"
    yield archive("comment", output.getvalue(), some)
    for name, target in (("mixed", io.BytesIO()), ("pipe", Pipe())):
        with zipfile.ZipFile(target, "w") as zipped:
            for index, (key, array) in enumerate(some.items()):
                method = [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED][index % 2]
                zipped.writestr(f"{key}.npy", file(array), method)
        yield archive(name, target.data if name == "pipe" else target.getvalue(), some)
    # As MedMNIST's volumes.
    output = io.BytesIO()
    numpy.savez_compressed(output, **{
        f"{part}_{what}": numpy.arange(count * size, dtype="uint8").reshape((count,) + shape) % limit
        for part, count in (("train", 4), ("val", 2), ("test", 3))
        for what, size, shape, limit in (("images", 8, (2, 2, 2), 200), ("labels", 1, (1,), 2))
    })
    loaded = numpy.load(io.BytesIO(output.getvalue()))
    yield archive("medmnist", output.getvalue(), {key: loaded[key] for key in loaded.files})


# Zip files state when they were made.
zipfile.time.localtime = lambda *_: (1980, 1, 1, 0, 0, 0)
answers = json.dumps({
    "numpy": numpy.__version__, "arrays": list(arrays()), "refused": list(refused()),
    "archives": list(archives()),
})
packed = text(gzip.compress(answers.encode(), mtime=0))
print("extension NumPyGoldens {")
print("  /// By Tests/Peers/numpy_goldens.py.")
print('  static let packed = """')
for start in range(0, len(packed), 94):
    print("    " + packed[start:start + 94])
print('    """')
print("}")
