#!/usr/bin/env python3
"""Asks PyTorch for the values that the tests hold the plain reference to.

    python Tests/Peers/reference_goldens.py > Tests/ReferenceTests/PyTorchGoldens.swift
    swift format -i Tests/ReferenceTests/PyTorchGoldens.swift

The values are committed, so the tests need no Python. Inputs come from PyTorch's generator with a
fixed seed, rounded to three places; everything is computed in float64 on the CPU. Maps and weights
are turned from PyTorch's layouts (channel first, [out, in, taps...]) to the reference's
([position..., channel], [tap..., in, out]) here.
"""

import torch
from torch import nn
from torch.nn import functional

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


def values(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).mul(1000).round().div(1000)


def literal(tensor):
    """Twelve digits of every value: what float64 leaves after a few sums."""
    if not isinstance(tensor, torch.Tensor):
        return f"{tensor:.12g}"
    return "[" + ", ".join(f"{v:.12g}" for v in tensor.detach().flatten().tolist()) + "]"


def fields(**entries):
    return ", ".join(f"{name}: {literal(value)}" for name, value in entries.items())


def channels_last(block):
    """[1, channel, position...] to [position..., channel]."""
    return block[0].movedim(0, -1).contiguous()


def taps_first(weights):
    """[out, in, tap...] to [tap..., in, out]."""
    return weights.movedim(1, -1).movedim(0, -1).contiguous()


def table(name, kind, rows):
    body = ",\n".join(f"    {kind}({row})" for row in rows)
    return f"  static let {name}: [{kind}] = [\n{body},\n  ]\n"


def window(size, stride, dilation, padding, overhang=False):
    return (
        f"ReferenceWindow(size: {size}, stride: {stride}, dilation: {dilation}, "
        f"low: {padding}, high: {padding}, overhang: {str(overhang).lower()})"
    )


def convolution(extent, size, stride, dilation, padding, channels, features, groups):
    rank = len(extent)
    layer = [nn.Conv1d, nn.Conv2d, nn.Conv3d][rank - 1](
        channels, features, size, stride, padding, dilation, groups)
    layer.weight.data = values(*layer.weight.shape)
    layer.bias.data = values(features)
    x = values(1, channels, *extent).requires_grad_()
    y = layer(x)
    gradient = values(*y.shape)
    y.backward(gradient)
    return (
        f"extent: {list(extent)}, window: {window(size, stride, dilation, padding)}, "
        f"channels: {channels}, features: {features}, groups: {groups}, "
    ) + fields(
        input=channels_last(x), weights=taps_first(layer.weight), bias=layer.bias,
        output=channels_last(y), outputGradient=channels_last(gradient),
        inputGradient=channels_last(x.grad), weightGradient=taps_first(layer.weight.grad),
        biasGradient=layer.bias.grad)


def pooling(extent, size, stride, dilation, padding, overhang, kind):
    rank = len(extent)
    x = values(1, 2, *extent).requires_grad_()
    if kind == "max":
        pool = [functional.max_pool1d, functional.max_pool2d, functional.max_pool3d][rank - 1]
        y = pool(x, size, stride, padding, dilation, ceil_mode=overhang)
    else:
        pool = [functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d][rank - 1]
        y = pool(x, size, stride, padding, ceil_mode=overhang, count_include_pad=False)
    gradient = values(*y.shape)
    y.backward(gradient)
    return (
        f"kind: .{kind}, extent: {list(extent)}, "
        f"window: {window(size, stride, dilation, padding, overhang)}, "
    ) + fields(
        input=channels_last(x), output=channels_last(y), outputGradient=channels_last(gradient),
        inputGradient=channels_last(x.grad))


def batch_normalisation(examples, positions, channels):
    """Two batches in training, then the first in evaluation; gradients are of the second."""
    layer = nn.BatchNorm1d(channels)
    layer.weight.data, layer.bias.data = values(channels), values(channels)
    first, second = (values(examples, channels, positions, scale=2) for _ in range(2))
    layer(first)
    second.requires_grad_()
    y = layer(second)
    gradient = values(*y.shape)
    y.backward(gradient)
    evaluated = layer.eval()(first)
    last = lambda t: t.movedim(1, -1).contiguous()
    return f"examples: {examples}, extent: [{positions}], " + fields(
        scale=layer.weight, shift=layer.bias, first=last(first), second=last(second),
        output=last(y), outputGradient=last(gradient), inputGradient=last(second.grad),
        scaleGradient=layer.weight.grad, shiftGradient=layer.bias.grad,
        runningMean=layer.running_mean, runningVariance=layer.running_var,
        evaluated=last(evaluated))


def cross_entropy(scores, smoothing, weights):
    labels = torch.arange(len(scores)) * 2 % scores.shape[1]
    scores = scores.clone().requires_grad_()
    loss = nn.CrossEntropyLoss(weight=weights, label_smoothing=smoothing)(scores, labels)
    loss.backward()
    given = "nil" if weights is None else literal(weights)
    return f"labelSmoothing: {smoothing}, labelWeights: {given}, " + fields(
        scores=scores, labels=labels, loss=loss.item(), gradient=scores.grad)


def optimizer(make, knobs):
    parameters = nn.Parameter(values(4))
    start = parameters.detach().clone()
    optimizer = make([parameters])
    gradients, after = [], []
    for _ in range(3):
        parameters.grad = values(4)
        gradients.append(parameters.grad.clone())
        optimizer.step()
        after.append(parameters.detach().clone())
    return f"optimizer: {knobs}, " + fields(
        start=start, gradients=torch.stack(gradients), parameters=torch.stack(after))


def clipping(largest_norm):
    parameters = [nn.Parameter(values(3)), nn.Parameter(values(2))]
    for parameter in parameters:
        parameter.grad = values(*parameter.shape)
    before = torch.cat([p.grad for p in parameters])
    nn.utils.clip_grad_norm_(parameters, largest_norm)
    return fields(
        largestNorm=largest_norm, gradient=before,
        clipped=torch.cat([p.grad for p in parameters]))


scores = values(4, 3, scale=3)
weights = torch.tensor([0.5, 2.0, 1.25])
sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW

print(
    "// Written by Tests/Peers/reference_goldens.py with PyTorch "
    f"{torch.__version__.split('+')[0]} in float64. Do not edit:\n"
    "// run the script again.\n\nimport ConvKitReference\n\nenum PyTorchGoldens {")
print("\n".join([
    table("convolutions", "PyTorchConvolution", [
        convolution([7], [3], [2], [1], [1], 2, 2, 1),
        convolution([5, 4], [3, 2], [1, 2], [2, 1], [2, 1], 2, 4, 2),
        convolution([3, 4, 3], [2, 1, 2], [2, 1, 1], [1, 1, 2], [1, 0, 1], 2, 2, 2),
    ]),
    table("poolings", "PyTorchPooling", [
        pooling([7], [3], [2], [2], [1], False, "max"),
        pooling([5, 4], [2, 3], [2, 2], [1, 1], [1, 1], True, "max"),
        pooling([3, 4, 3], [2, 2, 2], [2, 1, 2], [1, 2, 1], [1, 0, 0], True, "max"),
        pooling([7], [3], [2], [1], [1], False, "avg"),
        pooling([5, 4], [2, 3], [2, 2], [1, 1], [1, 1], True, "avg"),
        pooling([3, 4, 3], [2, 2, 2], [2, 1, 2], [1, 1, 1], [1, 0, 0], True, "avg"),
    ]),
    table("batchNormalisations", "PyTorchBatchNormalisation", [batch_normalisation(3, 4, 2)]),
    table("crossEntropies", "PyTorchCrossEntropy", [
        cross_entropy(scores, smoothing, given)
        for smoothing in (0.0, 0.1) for given in (None, weights)
    ]),
    table("optimizers", "PyTorchOptimizer", [
        optimizer(
            lambda p: sgd(p, lr=0.1),
            ".gradientDescent(.init(learningRate: 0.1))"),
        optimizer(
            lambda p: sgd(p, lr=0.1, momentum=0.9, weight_decay=0.05),
            ".gradientDescent(.init(learningRate: 0.1, momentum: 0.9, weightDecay: 0.05))"),
        optimizer(lambda p: adam(p), ".adam(.init())"),
        optimizer(
            lambda p: adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1),
            ".adam(.init(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, "
            "weightDecay: 0.1))"),
        optimizer(
            lambda p: adamw(p, lr=0.01, weight_decay=0.1),
            ".adam(.init(learningRate: 0.01, weightDecay: 0.1, decoupled: true))"),
    ]),
    table("clippings", "PyTorchClipping", [clipping(0.5), clipping(50.0)]),
]).rstrip())
print("}")
