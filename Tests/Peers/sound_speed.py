#!/usr/bin/env python3
"""Times spectra of sound with librosa, PyTorch and SciPy, in turn with `convkit-bench sound`.

    python Tests/Peers/sound_speed.py FOLDER --bench PROGRAM [--rounds 5]

Log-mel: every WAV file of FOLDER is read from disk (at its own rate) and becomes 64 mel bands in decibels,
frames of 256 samples, hop 80: librosa in two processes, which are warm, against two threads. STFT: 16
sounds of 10 s at 16 kHz become spectra, with one thread and with two; torch.stft takes them as one batch,
scipy.signal.stft and librosa.stft one by one. Start-up and imports do not count. Best against best.
"""

import argparse
import glob
import json
import os
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OMP_NUM_THREADS", "2")


def log_mel(paths):
    import librosa
    for path in paths:
        samples, rate = librosa.load(path, sr=None)
        power = librosa.feature.melspectrogram(
            y=samples, sr=rate, n_fft=256, hop_length=80, n_mels=64)
        librosa.power_to_db(power)
    return len(paths)


def best(rounds, work):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def transforms(rounds, threads):
    import librosa
    import numpy
    import scipy.signal
    import torch

    torch.set_num_threads(threads)
    sounds = numpy.random.default_rng(0).uniform(-1, 1, (16, 160000)).astype(numpy.float32)
    tensor = torch.from_numpy(sounds)
    found = {}
    for frame, hop in [(256, 64), (512, 128), (2048, 512)]:
        window = torch.hann_window(frame)
        hann = scipy.signal.get_window("hann", frame).astype(numpy.float32)
        programs = {
            "torch": lambda: torch.stft(
                tensor, frame, hop, window=window, return_complex=True, pad_mode="constant"),
            "torch one by one": lambda: [torch.stft(
                sound, frame, hop, window=window, return_complex=True, pad_mode="constant")
                for sound in tensor],
            "scipy": lambda: [scipy.signal.stft(
                sound, window=hann, nperseg=frame, noverlap=frame - hop) for sound in sounds],
            "librosa": lambda: [librosa.stft(
                sound, n_fft=frame, hop_length=hop) for sound in sounds],
        }
        for name, work in programs.items():
            work()
            found[frame, name] = best(rounds, work)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--bench", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    def bench(threads):
        text = subprocess.run(
            [options.bench, "sound", options.folder, "--threads", str(threads), "--rounds",
             str(options.rounds)], check=True, stdout=subprocess.PIPE, text=True).stdout
        return {(line["job"], line["frame"]): line["seconds"]
                for line in map(json.loads, text.splitlines())}

    own = {threads: bench(threads) for threads in (1, 2)}
    paths = sorted(glob.glob(os.path.join(options.folder, "*.wav")))
    with ProcessPoolExecutor(2) as pool:
        halves = [paths[0::2], paths[1::2]]
        list(pool.map(log_mel, halves))
        theirs = best(max(2, options.rounds // 2), lambda: list(pool.map(log_mel, halves)))
    own[2] = {key: min(own[2][key], value) for key, value in bench(2).items()}
    ours = own[2]["log-mel", 256]
    print(f"log-mel of {len(paths)} clips: {ours:.3f} s, librosa in two processes {theirs:.3f} s, "
          f"ratio {theirs / ours:.1f}")
    for threads in (1, 2):
        for (frame, name), seconds in transforms(options.rounds, threads).items():
            ours = own[threads]["stft", frame]
            print(f"stft {frame}, {threads} threads: {ours:.4f} s, {name} {seconds:.4f} s, "
                  f"ratio {seconds / ours:.2f}")


if __name__ == "__main__":
    main()
