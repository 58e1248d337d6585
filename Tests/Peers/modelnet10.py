#!/usr/bin/env python3
"""Trains on volumes with PyTorch, from the NIfTI files to the end of the last epoch, as `convkit train` does
with the same network, batch and optimiser.

    python Tests/Peers/modelnet10.py FOLDER [--seeds 0 1] [--epochs 5] [--threads 2]
        [--formats contiguous channels_last] [--networks standard voxel-32] [--convkit PROGRAM]

FOLDER holds ModelNet10's voxels as train/LABEL/*.nii.gz and test/LABEL/*.nii.gz. The clock runs from opening
the first file to the end of the last epoch, without start-up and imports; reading is also reported apart, and
so is the accuracy on the test volumes, which the clock does not count. The files are read once, with nibabel.
Both memory formats are tried, and the faster one counts. With --convkit, that program trains in turn on the
same files, timed as a whole process, which for it is from start-up to the model on disk.

The networks, both without augmentation, batch 32, Adam with 1e-3, cross-entropy: `voxel-32`, the benchmark's
(conv 32@5 stride 2, conv 32@3, max pooling 2, dense 128, each with ReLU, and a dense layer), and `standard`,
the one that `convkit train` takes for volumes: behind the pooling conv 64@3 same and 128@3, each with batch
normalisation and ReLU, the global average, dropout of a fifth and a dense layer.
"""

import argparse
import glob
import json
import os
import subprocess
import tempfile
import time

import nibabel
import numpy
import torch
from torch import nn

BATCH = 32

VOXEL_32 = [
    {"layer": "conv", "features": 32, "size": 5, "stride": 2}, {"layer": "relu"},
    {"layer": "conv", "features": 32, "size": 3}, {"layer": "relu"},
    {"layer": "maxPool", "size": 2}, {"layer": "flatten"},
    {"layer": "dense", "neurons": 128}, {"layer": "relu"}, {"layer": "votes"},
]


def examples(folder):
    names = sorted(os.listdir(folder))
    volumes, labels = [], []
    for label, name in enumerate(names):
        for path in sorted(glob.glob(os.path.join(folder, name, "*.nii.gz"))):
            volumes.append(numpy.asarray(nibabel.load(path).dataobj, dtype=numpy.float32))
            labels.append(label)
    return torch.from_numpy(numpy.stack(volumes))[:, None], torch.tensor(labels)


def network(name):
    features = [
        nn.Conv3d(1, 32, 5, 2), nn.ReLU(), nn.Conv3d(32, 32, 3), nn.ReLU(), nn.MaxPool3d(2)]
    if name == "voxel-32":
        return nn.Sequential(
            *features, nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.Linear(128, 10))
    return nn.Sequential(
        *features, nn.Conv3d(32, 64, 3, padding=1, bias=False), nn.BatchNorm3d(64), nn.ReLU(),
        nn.Conv3d(64, 128, 3, bias=False), nn.BatchNorm3d(128), nn.ReLU(),
        nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, 10))


def train(name, folder, seed, epochs, memory_format):
    torch.manual_seed(seed)
    start = time.perf_counter()
    inputs, labels = examples(os.path.join(folder, "train"))
    inputs = inputs.contiguous(memory_format=memory_format)
    reading = time.perf_counter() - start
    model = network(name)
    model(inputs[:2])
    model = model.to(memory_format=memory_format)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for chosen in torch.randperm(len(labels)).split(BATCH):
            batch = inputs[chosen].contiguous(memory_format=memory_format)
            optimizer.zero_grad()
            loss(model(batch), labels[chosen]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start

    model.eval()
    inputs, labels = examples(os.path.join(folder, "test"))
    with torch.no_grad():
        answers = model(inputs.contiguous(memory_format=memory_format)).argmax(1)
    return seconds, reading, (answers == labels).float().mean().item()


def convkit(program, name, folder, seed, epochs, threads):
    with tempfile.TemporaryDirectory() as place:
        file, model = os.path.join(place, "network.json"), os.path.join(place, "model.convkit")
        with open(file, "w") as text:
            json.dump(VOXEL_32, text)
        chosen = ["--network", file] if name == "voxel-32" else []
        start = time.perf_counter()
        subprocess.run(
            [program, "train", folder, "--out", model, *chosen, "--validation", "0", "--epochs",
             str(epochs), "--batch", str(BATCH), "--learning-rate", "0.001", "--schedule",
             "constant", "--augment", "none", "--label-smoothing", "0", "--seed", str(seed),
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
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--formats", nargs="+", default=["contiguous", "channels_last"])
    parser.add_argument("--networks", nargs="+", default=["standard", "voxel-32"])
    parser.add_argument("--convkit")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    for name in options.networks:
        # Per epoch: of PyTorch without reading, of convkit the whole process.
        epochs = {}
        for seed in options.seeds:
            for chosen in options.formats:
                time, reading, accuracy = train(
                    name, options.folder, seed, options.epochs,
                    torch.channels_last_3d if chosen == "channels_last"
                    else torch.contiguous_format)
                epochs.setdefault("torch", []).append((time - reading) / options.epochs)
                print(json.dumps({"network": name, "program": f"torch {chosen}", "seed": seed,
                                  "seconds": round(time, 2), "reading": round(reading, 2),
                                  "epoch": round(epochs["torch"][-1], 2),
                                  "accuracy": accuracy}), flush=True)
            if options.convkit:
                time, accuracy = convkit(
                    options.convkit, name, options.folder, seed, options.epochs, options.threads)
                epochs.setdefault("convkit", []).append(time / options.epochs)
                print(json.dumps({"network": name, "program": "convkit", "seed": seed,
                                  "seconds": round(time, 2),
                                  "epoch": round(epochs["convkit"][-1], 2),
                                  "accuracy": accuracy}), flush=True)
        if options.convkit:
            ratio = min(epochs["torch"]) / min(epochs["convkit"])
            print(f"{name}: ratio by epoch {ratio:.2f}")


if __name__ == "__main__":
    main()
