#!/usr/bin/env python3
"""Trains a small network on Fashion-MNIST with PyTorch, from the IDX files to the end of the last
epoch, as `convkit train` does with the same network, batch and optimiser.

    python Tests/Peers/fashion_mnist.py FOLDER [--seeds 0 1 2] [--epochs 5] [--threads 2]
        [--formats contiguous channels_last] [--convkit PROGRAM]

FOLDER holds the four IDX files, packed or not. The clock runs from opening the first file to the end
of the last epoch, without start-up and imports; reading and unfolding is also reported apart, and so
is the accuracy on the test files, which the clock does not count. Both memory formats are tried, and
the faster one counts. With --convkit, that program trains in turn on the same files, timed as a whole
process, which for it is from start-up to the model on disk.

The network: conv 32@3 same, ReLU, max pooling 2, conv 64@3 same, ReLU, max pooling 2, dense 128,
ReLU, dense 10; batch 64, Adam with 1e-3, cross-entropy, the examples shuffled anew in every epoch.
"""

import argparse
import gzip
import json
import os
import subprocess
import tempfile
import time

import torch
from torch import nn

NETWORK = [
    {"layer": "conv", "features": 32, "size": 3, "padding": "same"},
    {"layer": "relu"},
    {"layer": "maxPool", "size": 2},
    {"layer": "conv", "features": 64, "size": 3, "padding": "same"},
    {"layer": "relu"},
    {"layer": "maxPool", "size": 2},
    {"layer": "flatten"},
    {"layer": "dense", "neurons": 128},
    {"layer": "relu"},
    {"layer": "votes"},
]
BATCH, RATE = 64, 1e-3


def idx(folder, name, header):
    """The elements of an IDX file behind its header, as a tensor of bytes."""
    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
    else:
        with gzip.open(path + ".gz", "rb") as file:
            content = file.read()
    return torch.frombuffer(bytearray(content), dtype=torch.uint8)[header:]


def examples(folder, part):
    labels = idx(folder, f"{part}-labels-idx1-ubyte", 8).long()
    pictures = idx(folder, f"{part}-images-idx3-ubyte", 16).view(len(labels), 1, 28, 28)
    return pictures.float() / 255, labels


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 49, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def train(folder, seed, epochs, memory_format):
    torch.manual_seed(seed)
    start = time.perf_counter()
    pictures, labels = examples(folder, "train")
    mean, deviation = pictures.mean(), pictures.std()
    pictures = ((pictures - mean) / deviation).contiguous(memory_format=memory_format)
    read = time.perf_counter() - start
    model = network().to(memory_format=memory_format)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    loss = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for chosen in torch.randperm(len(labels)).split(BATCH):
            optimizer.zero_grad()
            loss(model(pictures[chosen]), labels[chosen]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start

    model.eval()
    pictures, labels = examples(folder, "t10k")
    with torch.no_grad():
        answers = torch.cat([
            model(batch.contiguous(memory_format=memory_format)).argmax(1)
            for batch in ((pictures - mean) / deviation).split(1000)
        ])
    return seconds, read, (answers == labels).float().mean().item()


def convkit(program, folder, seed, epochs, threads):
    with tempfile.TemporaryDirectory() as place:
        file, model = os.path.join(place, "network.json"), os.path.join(place, "model.convkit")
        with open(file, "w") as text:
            json.dump(NETWORK, text)
        start = time.perf_counter()
        subprocess.run(
            [program, "train", folder, "--out", model, "--network", file, "--validation", "0",
             "--epochs", str(epochs), "--batch", str(BATCH), "--learning-rate", str(RATE),
             "--schedule", "constant", "--augment", "none", "--seed", str(seed),
             "--threads", str(threads), "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        found = subprocess.run(
            [program, "evaluate", model, folder, "--json", "--quiet"],
            check=True, stdout=subprocess.PIPE, text=True)
        return seconds, json.loads(found.stdout)["accuracy"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--formats", nargs="+", default=["contiguous", "channels_last"])
    parser.add_argument("--convkit")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    seconds, accuracies = {}, {}

    def tell(name, seed, time, accuracy, **more):
        seconds.setdefault(name, []).append(time)
        accuracies.setdefault(name, []).append(accuracy)
        print(json.dumps({"program": name, "seed": seed, "seconds": round(time, 2), **more,
                          "accuracy": accuracy}), flush=True)

    for seed in options.seeds:
        for name in options.formats:
            time, read, accuracy = train(
                options.folder, seed, options.epochs,
                torch.channels_last if name == "channels_last" else torch.contiguous_format)
            tell(f"torch {name}", seed, time, accuracy, reading=round(read, 2))
        if options.convkit:
            time, accuracy = convkit(
                options.convkit, options.folder, seed, options.epochs, options.threads)
            tell("convkit", seed, time, accuracy)
    for name, times in seconds.items():
        mean = sum(accuracies[name]) / len(times)
        print(f"{name:20s} best {min(times):7.2f} s, mean accuracy {mean:.4f}")
    if options.convkit:
        theirs = min(min(times) for name, times in seconds.items() if name != "convkit")
        print(f"ratio {theirs / min(seconds['convkit']):.2f}")


if __name__ == "__main__":
    main()
