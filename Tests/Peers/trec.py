#!/usr/bin/env python3
"""Trains on questions with PyTorch, from the files to the end of the last epoch, as `convkit train` does with
the same network, buckets, batch and optimiser.

    python Tests/Peers/trec.py FOLDER [--seeds 0 1] [--epochs 10] [--threads 2]
        [--formats contiguous channels_last] [--channels 128] [--convkit PROGRAM]

FOLDER holds TREC.train and TREC.test: lines of `COARSE:fine question` in Latin-1. The clock runs from opening
the file to the end of the last epoch, without start-up and imports; the accuracy on the test questions is
reported too, which the clock does not count. Words are found by a regular expression, which agrees with
Unicode's boundaries on all but a few of these questions; those that the training has once are unknown.
Batches are made as ConvKit makes them: of 16 shuffled batches the questions are sorted by length, then the
batches are shuffled, and each is filled up to its longest question. With --convkit, that program trains in
turn on the same file, timed as a whole process, which for it is from start-up to the model on disk.

The network, for both: an embedding, features of 3, 4 and 5 words, 100 each, that reach over both ends of the
question, the maximum of each over time, dropout 0.5 and a dense layer; batch 32, dense Adam with 1e-3,
cross-entropy. The convolution as Conv1d, and as Conv2d in the other memory format; the faster one counts.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import tempfile
import time

import torch
from torch import nn
from torch.nn import functional

BATCH, BATCHES_SORTED, FEATURES, SIZES = 32, 16, 100, (3, 4, 5)
WORD = re.compile(r"\w+(?:['.,]\w+)*|[^\w\s]")


def questions(path):
    with open(path, encoding="latin1") as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file if line.strip()]
    return [label.split(":")[0] for label, _ in lines], [WORD.findall(text.lower()) for _, text in lines]


def numbered(texts, known):
    return [torch.tensor([known.get(word, 1) for word in words]) for words in texts]


class TextCNN(nn.Module):
    def __init__(self, vocabulary, channels, labels, planar):
        super().__init__()
        self.planar = planar
        self.embedding = nn.Embedding(vocabulary, channels, padding_idx=0)
        nn.init.uniform_(self.embedding.weight, -0.1 * 3**0.5, 0.1 * 3**0.5)
        self.features = nn.ModuleList(
            nn.Conv2d(channels, FEATURES, (size, 1), padding=(size - 1, 0)) if planar
            else nn.Conv1d(channels, FEATURES, size, padding=size - 1) for size in SIZES)
        self.dropout = nn.Dropout(0.5)
        self.votes = nn.Linear(FEATURES * len(SIZES), labels)

    def forward(self, tokens):
        values = self.embedding(tokens).transpose(1, 2)
        # In memory already as channels_last wants it.
        values = values[..., None] if self.planar else values
        maps = [functional.relu(features(values)).flatten(2).amax(2) for features in self.features]
        return self.votes(self.dropout(torch.cat(maps, 1)))


def batches(lengths):
    order = torch.randperm(len(lengths)).tolist()
    at_once = BATCH * BATCHES_SORTED
    ordered = []
    for start in range(0, len(order), at_once):
        ordered += sorted(order[start:start + at_once], key=lengths.__getitem__)
    parts = [ordered[start:start + BATCH] for start in range(0, len(ordered), BATCH)]
    full = [part for part in parts if len(part) == BATCH]
    return [full[place] for place in torch.randperm(len(full)).tolist()] + parts[len(full):]


def filled(texts, chosen):
    return nn.utils.rnn.pad_sequence([texts[index] for index in chosen], batch_first=True)


def train(folder, seed, epochs, channels, planar):
    torch.manual_seed(seed)
    start = time.perf_counter()
    names, words = questions(os.path.join(folder, "TREC.train"))
    counts = collections.Counter(word for text in words for word in text)
    frequent = [word for word, count in counts.most_common() if count > 1]
    known = {word: place + 2 for place, word in enumerate(frequent)}
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    texts, labels = numbered(words, known), torch.tensor([numbers[name] for name in names])
    reading = time.perf_counter() - start
    lengths = [len(text) for text in texts]
    model = TextCNN(len(known) + 2, channels, len(numbers), planar)
    if planar:
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for chosen in batches(lengths):
            optimizer.zero_grad()
            loss(model(filled(texts, chosen)), labels[chosen]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start

    model.eval()
    names, words = questions(os.path.join(folder, "TREC.test"))
    with torch.no_grad():
        answers = model(filled(numbered(words, known), range(len(words)))).argmax(1)
    right = answers == torch.tensor([numbers[name] for name in names])
    return seconds, reading, right.float().mean().item()


def convkit(program, folder, seed, epochs, channels, threads):
    form = ["--encoding", "latin1", "--label-prefix", ":"]
    network = [
        {"layer": "embedding", "channels": channels, "deviation": 0.1},
        {"layer": "branches", "branches": [
            {"layers": [
                {"layer": "conv", "features": FEATURES, "size": size, "padding": size - 1},
                {"layer": "relu"}, {"layer": "globalMaxPool"}]} for size in SIZES]},
        {"layer": "dropout", "rate": 0.5},
        {"layer": "votes"}]
    with tempfile.TemporaryDirectory() as place:
        file, model = os.path.join(place, "network.json"), os.path.join(place, "model.convkit")
        with open(file, "w") as text:
            json.dump(network, text)
        start = time.perf_counter()
        subprocess.run(
            [program, "train", folder, *form, "--out", model, "--network", file, "--validation", "0",
             "--epochs", str(epochs), "--batch", str(BATCH), "--learning-rate", "0.001", "--schedule",
             "constant", "--augment", "none", "--label-smoothing", "0", "--digits", "kept",
             "--minimum-count", "2", "--seed", str(seed), "--threads", str(threads), "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        found = subprocess.run(
            [program, "evaluate", model, folder, *form, "--json", "--quiet"],
            check=True, stdout=subprocess.PIPE, text=True)
        return seconds, json.loads(found.stdout)["accuracy"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--formats", nargs="+", default=["contiguous", "channels_last"])
    parser.add_argument("--channels", type=int, default=128)
    parser.add_argument("--convkit")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    seconds = {"torch": [], "convkit": []}
    for seed in options.seeds:
        for chosen in options.formats:
            taken, reading, accuracy = train(
                options.folder, seed, options.epochs, options.channels, chosen == "channels_last")
            seconds["torch"].append(taken)
            print(json.dumps({"program": f"torch {chosen}", "seed": seed, "seconds": round(taken, 2),
                              "reading": round(reading, 2), "accuracy": accuracy}), flush=True)
        if options.convkit:
            taken, accuracy = convkit(
                options.convkit, options.folder, seed, options.epochs, options.channels,
                options.threads)
            seconds["convkit"].append(taken)
            print(json.dumps({"program": "convkit", "seed": seed, "seconds": round(taken, 2),
                              "accuracy": accuracy}), flush=True)
    if options.convkit:
        print(f"ratio {min(seconds['torch']) / min(seconds['convkit']):.2f}")


if __name__ == "__main__":
    main()
