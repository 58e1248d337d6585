#!/usr/bin/env python3
"""Classifies one picture with PyTorch, as `convkit classify` does with the same model, and times both
as whole processes.

    python Tests/Peers/classify_one.py MODEL PICTURE
    python Tests/Peers/classify_one.py MODEL PICTURE --time 20 --convkit PROGRAM

A model file of ConvKit is a safetensors file with the weights as PyTorch has them, so both sides read
the same one. The picture is read with Pillow, made grey or RGB, brought to the network's size and
scaled; what the front end may do beside that (aspect, polarity, levels, crop) is left out here, which
spares PyTorch some of the work. The median counts, after one run to warm the file cache.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time


def classify(model, picture):
    import numpy
    import torch
    from PIL import Image
    from safetensors import safe_open

    torch.set_num_threads(2)
    with safe_open(model, framework="pt") as file:
        text = file.metadata()
        layers = json.loads(text["convkit.network"])["layers"]
        labels = json.loads(text["convkit.labels"])
        settings = json.loads(text["convkit.frontEnd"])["settings"]
        weights = {name: file.get_tensor(name) for name in file.keys()}
    image = Image.open(picture).convert("L" if settings["colour"] == "grey" else "RGB")
    image = image.resize((settings["width"], settings["height"]), Image.Resampling.BOX)
    x = torch.from_numpy(numpy.array(image)).float() / 255
    x = x.view(settings["height"], settings["width"], -1)
    x = ((x - torch.tensor(settings["mean"])) / torch.tensor(settings["deviation"]))
    x = x.permute(2, 0, 1)[None]
    counts = {}
    with torch.no_grad():
        for layer in layers:
            kind = layer["layer"]
            counts[kind] = counts.get(kind, 0) + 1
            weight = weights.get(f"{kind}{counts[kind]}.weight")
            bias = weights.get(f"{kind}{counts[kind]}.bias")
            if kind == "conv":
                x = torch.nn.functional.conv2d(
                    x, weight, bias, stride=layer.get("stride", 1),
                    padding=layer.get("padding", "valid"))
            elif kind == "relu":
                x = x.relu()
            elif kind == "maxPool":
                x = torch.nn.functional.max_pool2d(x, layer["size"])
            elif kind in ("flatten", "dense", "votes"):
                x = x.flatten(1)
                if kind != "flatten":
                    x = torch.nn.functional.linear(x, weight, bias)
            else:
                sys.exit(f"the layer {kind} is none of those that this script knows")
    scores = x.softmax(1)[0]
    best = int(scores.argmax())
    print(f"{picture}\t{labels[best]}\t{scores[best]:.4f}")


def median(command, rounds):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), min(times), max(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("--time", type=int)
    parser.add_argument("--convkit")
    options = parser.parse_args()
    if not options.time:
        classify(options.model, options.picture)
        return
    commands = {"torch": [sys.executable, __file__, options.model, options.picture]}
    if options.convkit:
        commands["convkit"] = [options.convkit, "classify", options.model, options.picture]
    for name, command in commands.items():
        middle, least, most = median(command, options.time)
        print(f"{name:8s} median {middle:.1f} ms, {least:.1f} to {most:.1f}")


if __name__ == "__main__":
    main()
