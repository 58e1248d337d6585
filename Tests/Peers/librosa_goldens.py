#!/usr/bin/env python3
"""Asks librosa 0.11 for the values that the tests of spectrograms hold ConvKit to.

    python Tests/Peers/librosa_goldens.py FSDD > Tests/Sound/Fixtures/librosa.json

FSDD is the folder `recordings` of the Free Spoken Digit Dataset (3,000 clips of 8 kHz, 16 bits). The
values are committed, so the tests need no Python. The other signals are made here and, from the same
integers, in Tests/Sound/GoldenSignal.swift.

Settings are written as ConvKit encodes its own. Of every result there are the shape, the largest
value, the sum and some values, whose places (in [frame, bin] order) are (k · 2654435761) mod size; of
small ones all. Signals are float32, as librosa loads them; --double computes in float64 instead, which
shows how much of a difference is librosa's own rounding.
"""

import argparse
import itertools
import json
import os
import sys
import warnings
import wave

import librosa
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("fsdd")
parser.add_argument("--double", action="store_true")
arguments = parser.parse_args()
REAL = numpy.float64 if arguments.double else numpy.float32

warnings.simplefilter("ignore")
PADDINGS = {"zeros": "constant", "edge": "edge", "reflected": "reflect", "symmetric": "symmetric"}
WINDOWS = {"hann": "hann", "hamming": "hamming", "blackman": "blackman", "rectangular": "boxcar"}


def noise(count, seed=1):
    """SplitMix64, its upper 24 bits as a number of [-1, 1)."""
    state, values, mask = seed, [], (1 << 64) - 1
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        values.append(((z ^ (z >> 31)) >> 40) * 2.0**-23 - 1)
    return numpy.array(values)


def fixed(values):
    """As multiples of 2^-23, so that a mathematics library's last bit does not matter."""
    return numpy.round(values * 2.0**23) * 2.0**-23


def signal(name, count=7919):
    if name == "noise":
        return noise(count)
    if name == "silence":
        return numpy.zeros(count)
    if name == "clicks":
        clicks = numpy.zeros(count)
        for number, place in enumerate(range(500, count, 1013)):
            clicks[place] = (1 if number % 2 == 0 else -1) / (1 + number)
        return clicks
    t = numpy.arange(count) / 22050
    if name == "sine":
        return fixed(0.5 * numpy.sin(2 * numpy.pi * 1000 * t))
    if name == "chirp":
        # From 100 Hz, 20 kHz a second faster.
        return fixed(0.5 * numpy.sin(2 * numpy.pi * (100 + 10000 * t) * t))
    with wave.open(os.path.join(arguments.fsdd, name)) as file:
        return numpy.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def digits(value):
    return float(f"{value:.7g}")


def sampled(result, whole=False, count=8):
    """What is kept of a result, which comes as [bin, frame]."""
    result = numpy.ascontiguousarray(result.T.astype(numpy.float64))
    flat = result.ravel()
    places = range(flat.size) if whole else [k * 2654435761 % flat.size for k in range(count)]
    return {
        "shape": list(result.shape),
        "largest": digits(flat.max()),
        "sum": digits(flat.sum()),
        "values": [digits(flat[place]) for place in places],
    }


def transform_arguments(transform):
    return {
        "n_fft": transform["frameLength"],
        "hop_length": transform["hopLength"],
        "win_length": transform["windowLength"],
        "window": WINDOWS[transform["window"]],
        "center": transform["isCentred"],
    }


def case(name, rate, transform, mel, decibels, count, lifter, whole=False, length=7919):
    y = signal(name, length).astype(REAL)
    spectrum = librosa.stft(
        y, pad_mode=PADDINGS[transform["padding"]], **transform_arguments(transform))
    quantity = numpy.abs(spectrum) ** (2 if mel["quantity"] == "power" else 1)
    bands = librosa.feature.melspectrogram(
        S=quantity, sr=rate, n_fft=transform["frameLength"], n_mels=mel["bands"],
        fmin=mel["lowest"], fmax=mel["highest"], htk=mel["scale"] == "htk",
        norm="slaney" if mel["normalization"] == "area" else None, dtype=REAL)
    to_decibels = (
        librosa.power_to_db if mel["quantity"] == "power" else librosa.amplitude_to_db)
    reference = numpy.max if decibels["reference"] == "loudest" else decibels["reference"]
    levels = to_decibels(
        bands, ref=reference, amin=decibels["least"], top_db=decibels.get("range"))
    cepstrum = librosa.feature.mfcc(S=to_decibels(bands), n_mfcc=count, lifter=lifter)
    return {
        "signal": name,
        "length": len(y),
        "spectrogram": {"sampleRate": rate, "transform": transform, **mel},
        "decibels": {"quantity": mel["quantity"], **decibels},
        "count": count,
        "lifter": lifter,
        "powers": sampled(numpy.abs(spectrum) ** 2, whole),
        "binLevels": sampled(librosa.power_to_db(numpy.abs(spectrum) ** 2), whole),
        "bands": sampled(bands, whole),
        "levels": sampled(levels, whole),
        "cepstrum": sampled(cepstrum, whole),
    }


def turn(choices, number):
    return choices[number % len(choices)]


def settings(number, frame, hop, centred, rate):
    """The settings that are not multiplied out take turns, with periods that share no factor."""
    window = turn([frame, frame, frame, frame * 3 // 4, frame - 1], number)
    transform = {
        "frameLength": frame, "hopLength": hop, "windowLength": window,
        "window": turn(["hann", "hamming", "hann", "blackman", "hann", "rectangular", "hann"], number),
        "isCentred": centred,
        # librosa mirrors the ends of a part of the sound, which is too short for a long hop.
        "padding": turn(list(PADDINGS), number // 3) if hop <= frame // 2 else "zeros",
    }
    mel = {
        "bands": turn([13, 40, 64, 128], number // 2),
        "lowest": turn([0, 0, 20, 300], number // 5),
        "highest": turn([rate / 2, rate / 2, rate * 3 / 8], number),
        "scale": turn(["slaney", "htk"], number),
        "normalization": turn(["area", "area", "none"], number // 2),
        "quantity": turn(["power", "power", "power", "magnitude"], number // 7),
    }
    decibels = {
        "reference": turn([1, "loudest", 0.25], number // 2),
        "least": 1e-10 if mel["quantity"] == "power" else 1e-5,
    }
    if number % 4 != 3:
        decibels["range"] = turn([80, 80, 60], number // 4)
    return transform, mel, decibels, turn([13, 10], number), turn([0, 0, 22], number // 4)


def spectrograms():
    frames = [256, 320, 400, 512, 777, 1000, 1024, 2048, 4096]
    number = 0
    made = ["chirp", "noise", "silence", "clicks", "sine"]
    for name, frame, hop, centred in itertools.product(
            made, frames, [lambda n: n // 4, lambda n: n * 3 // 5], [True, False]):
        yield case(name, 22050, *settings(number, frame, hop(frame), centred, 22050))
        number += 1
    clips = sorted(os.listdir(arguments.fsdd))[::150]
    assert len(clips) == 20
    for number, (name, part) in enumerate(itertools.product(clips, range(5))):
        frame = turn(frames, number)
        hop = turn([frame // 4, 80, frame // 2], number)
        # Some clips are shorter than the longest frame.
        centred = number % 3 != 0 or frame > 1024
        yield case(name, 8000, *settings(number, frame, hop, centred, 8000))


def small():
    for number, (frame, hop, length) in enumerate(
            [(2, 1, 9), (3, 2, 10), (4, 1, 8), (9, 4, 20), (16, 4, 40), (16, 16, 7), (25, 10, 64),
             (32, 8, 1), (30, 7, 100)]):
        transform, mel, decibels, _, _ = settings(0, frame, hop, True, 1000)
        transform["padding"] = turn(list(PADDINGS), number) if hop <= frame // 2 else "zeros"
        mel["bands"] = 2
        yield case("noise", 1000, transform, mel, decibels, 2, 0, whole=True, length=length)


def filters():
    for rate, frame, bands, lowest, highest, scale, normalization in [
            (22050, 2048, 128, 0, 11025, "slaney", "area"), (22050, 2048, 128, 0, 11025, "htk", "none"),
            (8000, 256, 40, 0, 4000, "slaney", "none"), (8000, 256, 40, 20, 3800, "htk", "area"),
            (16000, 400, 80, 0, 8000, "htk", "none"), (44100, 777, 13, 300, 20000, "slaney", "area"),
            (8000, 64, 40, 0, 4000, "slaney", "area")]:
        weights = librosa.filters.mel(
            sr=rate, n_fft=frame, n_mels=bands, fmin=lowest, fmax=highest, htk=scale == "htk",
            norm="slaney" if normalization == "area" else None, dtype=numpy.float64)
        yield {
            "sampleRate": rate, "frameLength": frame, "bands": bands, "lowest": lowest,
            "highest": highest, "scale": scale, "normalization": normalization,
            "sums": [digits(row.sum()) for row in weights],
            "largest": [digits(row.max()) for row in weights],
            "brightest": [int(row.argmax()) for row in weights],
            # Weights of 1e-12 and less are rounding.
            "counts": [int((row > 1e-12 * max(row.max(), 1)).sum()) for row in weights],
        }


def inverses():
    """The spectrum of noise without its every third bin, back."""
    for number, (frame, hop, centred, extra) in enumerate(itertools.product(
            [64, 63, 100, 512], [4, 2], [True, False], [None, -50, 70])):
        transform = settings(number, frame, frame // hop, centred, 8000)[0]
        y = signal("noise", 1500).astype(REAL)
        spectrum = librosa.stft(
            y, pad_mode=PADDINGS[transform["padding"]], **transform_arguments(transform))
        spectrum[::3] = 0
        length = None if extra is None else len(y) + extra
        back = librosa.istft(spectrum, length=length, **transform_arguments(transform))
        # Where windows hardly reach, a division by nearly nothing says nothing.
        window = librosa.filters.window_sumsquare(
            window=WINDOWS[transform["window"]], n_frames=spectrum.shape[1],
            hop_length=transform["hopLength"], win_length=transform["windowLength"], n_fft=frame)
        start = frame // 2 if centred else 0
        solid = librosa.util.fix_length(window[start:], size=len(back)) > 0.1
        places = [k * 2654435761 % len(back) for k in range(16)]
        yield {
            "transform": transform, "length": 1500, "samples": len(back),
            **({} if length is None else {"count": length}),
            "places": [place for place in places if solid[place]],
            "values": [digits(back[place]) for place in places if solid[place]],
        }


def scale():
    hertz = [0, 1, 60, 440, 999.9, 1000, 1000.1, 4000, 11025, 22050, 96000]
    return {
        "hertz": hertz,
        "slaney": [float(f"{m:.14g}") for m in librosa.hz_to_mel(hertz)],
        "htk": [float(f"{m:.14g}") for m in librosa.hz_to_mel(hertz, htk=True)],
        "slaneyMiddles": [
            float(f"{f:.12g}") for f in librosa.mel_frequencies(12, fmin=50, fmax=7000)],
        "htkMiddles": [
            float(f"{f:.12g}") for f in librosa.mel_frequencies(12, fmin=50, fmax=7000, htk=True)],
    }


def write(name, cases, last=False):
    print(f' "{name}": [')
    print(",\n".join("  " + json.dumps(one, separators=(",", ":")) for one in cases))
    print(" ]" + ("" if last else ","))


assert librosa.__version__ == "0.11.0", librosa.__version__
print("{")
print(f' "scale": {json.dumps(scale())},')
write("spectrograms", spectrograms())
write("small", small())
write("filters", filters())
write("inverses", inverses(), last=True)
print("}")
