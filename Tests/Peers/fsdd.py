#!/usr/bin/env python3
"""Trains on clips with PyTorch, from the WAV files to the end of the last epoch, as `convkit train` does with
the same network, batch and optimiser.

    python Tests/Peers/fsdd.py FOLDER [--seeds 0 1] [--epochs 10] [--threads 2]
        [--formats contiguous channels_last] [--convkit PROGRAM]

FOLDER holds the recordings of FSDD, named {digit}_{speaker}_{index}.wav; index 0 to 4 are for testing. The
clock runs from opening the first file to the end of the last epoch, without start-up and imports; decoding
is also reported apart, and so is the accuracy on the test clips, which the clock does not count. The clips
are read once, with the soundfile package, and become log-mel spectrograms with torch.stft and librosa's
filters: frames of 256 samples, hop 80, 64 bands, each clip at a root mean square of 1 in the middle of 0.66 s
of silence. Both memory formats are tried, and the faster one counts. With --convkit, that program trains
in turn on the same files, timed as a whole process, which for it is from start-up to the model on disk.

The networks, both without augmentation, batch 32, Adam with 1e-3, cross-entropy: `standard`, the one that
`convkit train` takes for clips, and `plain`, the benchmark's spectrogram-64 (conv 16, 32 and 64 @3 same, each
with ReLU and max pooling 2, and a dense layer).
"""

import argparse
import glob
import json
import os
import subprocess
import tempfile
import time

import librosa
import soundfile
import torch
from torch import nn

RATE, WINDOW, FRAME, HOP, BANDS = 8000, 5280, 256, 80, 64
BATCH = 32
NAMES = "{label}_{speaker}_{index}.wav"

PLAIN = []
for features in (16, 32, 64):
    PLAIN += [
        {"layer": "conv", "features": features, "size": 3, "padding": "same"},
        {"layer": "relu"},
        {"layer": "maxPool", "size": 2},
    ]
PLAIN += [{"layer": "flatten"}, {"layer": "votes"}]


def examples(paths):
    weights = torch.from_numpy(
        librosa.filters.mel(sr=RATE, n_fft=FRAME, n_mels=BANDS, fmin=20)).T.contiguous()
    window = torch.hann_window(FRAME)
    clips = torch.zeros(len(paths), WINDOW)
    labels = []
    for index, path in enumerate(paths):
        samples = torch.from_numpy(soundfile.read(path, dtype="float32")[0])
        if len(samples) > WINDOW:
            start = (len(samples) - WINDOW) // 2
            samples = samples[start:start + WINDOW]
        samples = samples / samples.square().mean().sqrt().clamp(min=1e-5)
        start = (WINDOW - len(samples)) // 2
        clips[index, start:start + len(samples)] = samples
        labels.append(int(os.path.basename(path)[0]))
    spectra = torch.stft(
        clips, FRAME, HOP, window=window, pad_mode="constant", return_complex=True)
    powers = spectra.abs().square().transpose(1, 2) @ weights
    return ((10 * torch.log10(powers + 1e-4) + 13) / 17.5)[:, None], torch.tensor(labels)


def features(inputs, outputs, size, stride=1):
    padding = tuple((s - 1) // 2 for s in (size if isinstance(size, tuple) else (size, size)))
    return [nn.Conv2d(inputs, outputs, size, stride, padding, bias=False),
            nn.BatchNorm2d(outputs), nn.ReLU()]


def network(name):
    if name == "plain":
        layers, channels = [], 1
        for count in (16, 32, 64):
            layers += [nn.Conv2d(channels, count, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            channels = count
        return nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(10))
    return nn.Sequential(
        *features(1, 8, 5, 2), *features(8, 16, 3), nn.MaxPool2d((1, 2)), *features(16, 32, 3),
        nn.MaxPool2d(2), nn.Conv2d(32, 64, (3, 8), padding=(1, 0), bias=False), nn.BatchNorm2d(64),
        nn.ReLU(), *features(64, 64, (3, 1)), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Dropout(0.2), nn.Linear(64, 10))


def parts(folder):
    paths = sorted(glob.glob(os.path.join(folder, "*.wav")))
    tested = [path for path in paths if int(path[:-4].split("_")[-1]) < 5]
    return [path for path in paths if path not in set(tested)], tested


def train(name, folder, seed, epochs, memory_format):
    torch.manual_seed(seed)
    learned, tested = parts(folder)
    start = time.perf_counter()
    inputs, labels = examples(learned)
    inputs = inputs.contiguous(memory_format=memory_format)
    decoding = time.perf_counter() - start
    model = network(name)
    model(inputs[:2])
    model = model.to(memory_format=memory_format)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for chosen in torch.randperm(len(labels)).split(BATCH):
            optimizer.zero_grad()
            loss(model(inputs[chosen]), labels[chosen]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start

    model.eval()
    inputs, labels = examples(tested)
    with torch.no_grad():
        answers = model(inputs.contiguous(memory_format=memory_format)).argmax(1)
    return seconds, decoding, (answers == labels).float().mean().item()


def convkit(program, name, folder, seed, epochs, threads):
    data = [folder, "--label-from", NAMES, "--test", "index=0-4"]
    with tempfile.TemporaryDirectory() as place:
        file, model = os.path.join(place, "network.json"), os.path.join(place, "model.convkit")
        with open(file, "w") as text:
            json.dump(PLAIN, text)
        chosen = ["--network", file] if name == "plain" else []
        start = time.perf_counter()
        subprocess.run(
            [program, "train", *data, "--out", model, *chosen, "--validation", "0", "--window",
             str(WINDOW / RATE), "--epochs", str(epochs), "--batch", str(BATCH), "--learning-rate",
             "0.001", "--schedule", "constant", "--augment", "none", "--seed", str(seed),
             "--threads", str(threads), "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        found = subprocess.run(
            [program, "evaluate", model, *data, "--json", "--quiet"],
            check=True, stdout=subprocess.PIPE, text=True)
        return seconds, json.loads(found.stdout)["accuracy"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--formats", nargs="+", default=["contiguous", "channels_last"])
    parser.add_argument("--networks", nargs="+", default=["standard", "plain"])
    parser.add_argument("--convkit")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    for name in options.networks:
        seconds = {}
        for seed in options.seeds:
            for chosen in options.formats:
                time, decoding, accuracy = train(
                    name, options.folder, seed, options.epochs,
                    torch.channels_last if chosen == "channels_last" else torch.contiguous_format)
                seconds.setdefault("torch", []).append(time)
                print(json.dumps({"network": name, "program": f"torch {chosen}", "seed": seed,
                                  "seconds": round(time, 2), "decoding": round(decoding, 2),
                                  "accuracy": accuracy}), flush=True)
            if options.convkit:
                time, accuracy = convkit(
                    options.convkit, name, options.folder, seed, options.epochs, options.threads)
                seconds.setdefault("convkit", []).append(time)
                print(json.dumps({"network": name, "program": "convkit", "seed": seed,
                                  "seconds": round(time, 2), "accuracy": accuracy}), flush=True)
        if options.convkit:
            ratio = min(seconds["torch"]) / min(seconds["convkit"])
            print(f"{name}: ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
