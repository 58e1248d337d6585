#!/usr/bin/env python3
"""Asks PyTorch's learning rate schedulers for the shares that Tests/Training/ScheduleTests.swift
holds ours to: 4 epochs of 5 steps with a learning rate of 1, all in float64.

    python Tests/Peers/schedule_goldens.py
"""

import torch
from torch.optim import lr_scheduler

STEPS, EPOCHS = 5, 4


def shares(make, warm_up=0):
    """The learning rate before every step; `make` is given the optimiser and the steps it has."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    total = STEPS * EPOCHS - warm_up
    if warm_up:
        rise = lr_scheduler.LinearLR(
            optimizer, start_factor=1 / warm_up, end_factor=1, total_iters=warm_up - 1
        )
        scheduler = lr_scheduler.SequentialLR(
            optimizer, [rise, make(optimizer, total)], milestones=[warm_up]
        )
    else:
        scheduler = make(optimizer, total)
    result = []
    for _ in range(STEPS * EPOCHS):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return result


def constant(optimizer, total):
    return lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)


def step(optimizer, total):
    return lr_scheduler.StepLR(optimizer, step_size=STEPS, gamma=0.5)


def cosine(optimizer, total):
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=total, eta_min=0.1)


def show(name, values):
    print(f"{name}: [{', '.join(f'{value:.12g}' for value in values)}]")


show("constant, warm-up 1", shares(constant, warm_up=5))
show("step 0.5 every epoch", shares(step))
show("step 0.5 every epoch, warm-up 1", shares(step, warm_up=5))
show("cosine to 0.1", shares(cosine))
show("cosine to 0.1, warm-up 1.2", shares(cosine, warm_up=6))


def one_cycle():
    """On its own, for it refuses the step behind the last."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=STEPS * EPOCHS, cycle_momentum=False
    )
    result = [optimizer.param_groups[0]["lr"]]
    for _ in range(STEPS * EPOCHS - 1):
        optimizer.step()
        scheduler.step()
        result.append(optimizer.param_groups[0]["lr"])
    return result


show("one cycle", one_cycle())
print("PyTorch", torch.__version__)
