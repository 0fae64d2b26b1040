"""Golden numbers for MI-FGSM, DI-FGSM and TI-FGSM: whole trajectories, written from the papers.

Dong et al., CVPR 2018, algorithm 1 (momentum); Xie et al., CVPR 2019, section 3.3 (input diversity, with an image that
shrinks and is padded with black, by explicit bilinear sampling); Dong et al., CVPR 2019, section 3.3 (smoothing).
"""

import math

import torch
from torch.nn import functional as F

from common import integers, normal, pack, uniform, write

kernel, bias = normal(3, 2, 3, 3) * 0.5, normal(3) * 0.1
weight, offset = normal(4, 3 * 6 * 6) * 0.2, normal(4) * 0.1
images, labels = uniform(3, 2, 8, 8), integers(0, 4, 3)


def network(x):
    hidden = F.conv2d(x, kernel.double(), bias.double()).tanh()
    return F.linear(hidden.flatten(1), weight.double(), offset.double())


def smoothing(side):
    places = torch.linspace(-3, 3, side, dtype=torch.float64) if side > 1 else torch.zeros(1, dtype=torch.float64)
    line = torch.exp(-(places**2) / 2)
    plane = torch.outer(line, line)
    return plane / plane.sum()


def sample(image, y, x):
    """Bilinear at (y, x) in pixels, zero outside."""
    _, height, width = image.shape
    total = torch.zeros(image.shape[0], dtype=image.dtype)
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < height and 0 <= column < width:
                total = total + image[:, row, column] * (1 - abs(y - row)) * (1 - abs(x - column))
    return total


def diversify(batch, draws, probability, smallest=0.9):
    results = []
    for image, (whether, size, across, down) in zip(batch, draws.double().tolist()):
        _, height, width = image.shape
        share = smallest + (1 - smallest) * size if whether < probability else 1.0
        top, left = (1 - share) * height * down, (1 - share) * width * across
        rows = []
        for row in range(height):
            y = (row + 0.5 - top) / share - 0.5
            rows.append(torch.stack([sample(image, y, (column + 0.5 - left) / share - 0.5) for column in range(width)], 1))
        results.append(torch.stack(rows, 1))
    return torch.stack(results)


def attack(epsilon, steps, momentum, side):
    x0 = images.double()
    x, velocity, iterates = x0.clone(), torch.zeros_like(x0), []
    for _ in range(steps):
        x = x.detach().requires_grad_()
        F.cross_entropy(network(x), labels, reduction="sum").backward()
        plane = smoothing(side)
        gradient = F.conv2d(x.grad, plane.expand(2, 1, side, side), padding=side // 2, groups=2)
        gradient = gradient / gradient.abs().sum((1, 2, 3), keepdim=True)
        velocity = momentum * velocity + gradient
        x = x.detach() + epsilon / steps * velocity.sign()
        x = torch.minimum(torch.maximum(x, x0 - epsilon), x0 + epsilon).clamp(0, 1)
        iterates.append(pack(x.float()))
    return iterates


cases = [{name: pack(value) for name, value in [("kernel", kernel), ("bias", bias), ("weight", weight), ("offset", offset), ("images", images), ("labels", labels)]}]
for momentum, side in [(1.0, 1), (0.5, 1), (1.0, 3), (0.9, 5)]:
    cases.append({"call": "attack", "options": {"epsilon": 0.1, "steps": 6, "momentum": momentum, "kernel": side},
                  "iterates": attack(0.1, 6, momentum, side)})
for probability in [0.5, 1.0]:
    draws = uniform(3, 4)
    wide = images.double().requires_grad_()
    seen = diversify(wide, draws, probability)
    cotangents = normal(*images.shape)
    (gradient,) = torch.autograd.grad((seen * cotangents.double()).sum(), wide)
    cases.append({"call": "diversify", "probability": probability, "draws": pack(draws), "output": pack(seen.float()),
                  "cotangents": pack(cotangents), "gradient": pack(gradient.float())})

write("mi-fgsm", "MI-FGSM with smoothed gradients, and input diversity with its gradient, written from the papers", cases)
