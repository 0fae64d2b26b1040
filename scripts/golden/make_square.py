"""Golden numbers for Square: size schedule, the bump, and single proposals, written from the paper pixel by pixel.

Andriushchenko, Croce, Flammarion and Hein, "Square Attack", ECCV 2020: section 5 (schedule), algorithm 2 (L-infinity),
equation 2 and algorithm 3 (L2); L1 as in Croce and Hein, "Mind the Box", ICML 2021: the same with sums of magnitudes,
steeper bumps, and as many times the mass as there are channels, as candidates are projected afterwards.
"""

import math

import torch

from common import pack, uniform, write

HALVED_AFTER = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]


def share(query, queries, p, rescale):
    position = math.floor(query * 10000 / queries) if rescale else query
    for after in HALVED_AFTER:
        if position > after:
            p = p / 2
    return p


def bump(side, steepness):
    """Equation 2 with the indices of the paper, which begin at 1: the halves are side x k and side x (side - k)."""

    def eta(h1, h2):
        n = h1 // 2
        field = torch.zeros(h1, h2, dtype=torch.float64)
        for r in range(1, h1 + 1):
            for s in range(1, h2 + 1):
                m = n - max(abs(r - h1 // 2 - 1), abs(s - h2 // 2 - 1))
                field[r - 1, s - 1] = sum(1 / (n + 1 - k) ** steepness for k in range(0, m + 1))
        return field

    k = side // 2
    left = eta(side, k) if k > 0 else torch.zeros(side, 0, dtype=torch.float64)
    return torch.cat([left, -eta(side, side - k)], dim=1)


def corner(draw, most):
    return min(most, math.floor(draw * (most + 1)))


def sign(draw):
    return 1.0 if draw >= 0.5 else -1.0


def linf(images, current, side, draws, epsilon):
    result = current.clone()
    count, channels, height, width = images.shape
    for i in range(count):
        r, c = corner(draws[i, 0].item(), height - side), corner(draws[i, 1].item(), width - side)
        for channel in range(channels):
            window = (i, channel, slice(r, r + side), slice(c, c + side))
            moved = current[window] + 2 * epsilon * sign(draws[i, 2 + channel].item())
            result[window] = torch.minimum(torch.maximum(moved, images[window] - epsilon), images[window] + epsilon)
    return result


def gathered(images, current, side, draws, epsilon, power):
    """Algorithm 3; `power` is 2 for L2 and 1 for L1."""
    size = lambda x: (x.abs() ** power).sum() ** (1 / power)
    unit = lambda x: x / size(x) if size(x) > 0 else x
    result = images.clone()
    count, channels, height, width = images.shape
    for i in range(count):
        r1, c1 = corner(draws[i, 0].item(), height - side), corner(draws[i, 1].item(), width - side)
        r2, c2 = corner(draws[i, 2].item(), height - side), corner(draws[i, 3].item(), width - side)
        delta = current[i] - images[i]
        unused = max(0.0, epsilon**power - size(delta).item() ** power)
        eta = bump(side, 2 if power == 2 else 4)
        if draws[i, 4].item() >= 0.5:
            eta = eta.T
        new = delta.clone()
        for channel in range(channels):
            both = torch.zeros(height, width, dtype=torch.bool)
            both[r1 : r1 + side, c1 : c1 + side] = True
            both[r2 : r2 + side, c2 : c2 + side] = True
            available = (size(delta[channel][both]) ** power + unused / channels) ** (1 / power)
            content = unit(eta) * sign(draws[i, 5 + channel].item()) + unit(delta[channel, r1 : r1 + side, c1 : c1 + side])
            new[channel, r2 : r2 + side, c2 : c2 + side] = 0
            new[channel, r1 : r1 + side, c1 : c1 + side] = unit(content) * available * (channels if power == 1 else 1)
        result[i] = images[i] + new
    return result


cases = []
for queries, p, rescale in [(5000, 0.8, False), (10000, 0.8, False), (5000, 0.8, True), (700, 0.3, True)]:
    asked = sorted({0, 1, queries - 1} | {q for a in HALVED_AFTER for q in (a - 1, a, a + 1) if q < queries}
                   | {int(a * queries / 10000) + d for a in HALVED_AFTER for d in (0, 1, 2) if a * queries / 10000 + d < queries})
    values = [share(q, queries, p, rescale) for q in asked]
    cases.append({"call": "schedule", "queries": queries, "p": p, "rescale": rescale, "at": asked, "shares": values})

for height, width in [(28, 28), (32, 32), (32, 20), (8, 8), (2, 5)]:
    sides = []
    for halvings in range(10):
        wanted = math.sqrt(0.8 / 2**halvings * height * width)
        whole = math.floor(wanted + 0.5)
        side = min(max(1, whole), height, width)
        odd = max(3, whole)
        odd = odd if odd % 2 == 1 else odd + 1
        while odd > min(height, width):
            odd -= 2
        sides.append([side, max(1, odd)])
    cases.append({"call": "side", "height": height, "width": width, "sides": sides})

for side in [1, 3, 4, 5, 7]:
    for steepness in (2, 4):
        values = pack(bump(side, steepness).float())
        cases.append({"call": "bump", "side": side, "steepness": steepness, "values": values})

for norm, epsilon, side in [("linf", 0.1, 3), ("linf", 0.3, 5), ("l2", 0.7, 3), ("l2", 2.0, 5), ("l1", 3.0, 3), ("l1", 9.0, 5)]:
    images = uniform(3, 2, 7, 6)
    perturbation = uniform(3, 2, 7, 6, low=-1, high=1)
    if norm == "linf":
        perturbation = perturbation * epsilon
    else:
        order = 2 if norm == "l2" else 1
        sizes = perturbation.flatten(1).norm(p=order, dim=1).reshape(-1, 1, 1, 1)
        perturbation = perturbation / sizes * epsilon * torch.tensor([1.0, 0.8, 0.0]).reshape(-1, 1, 1, 1)
    current = images + perturbation
    draws = uniform(3, 7)
    wide = [images.double(), current.double(), side, draws.double(), epsilon]
    output = linf(*wide) if norm == "linf" else gathered(*wide, 2 if norm == "l2" else 1)
    cases.append({"call": norm, "epsilon": epsilon, "side": side, "images": pack(images), "current": pack(current),
                  "draws": pack(draws), "output": pack(output.float())})

write("square", "Square: window sizes, the bump of L2 and L1, and single proposals, written from the paper", cases)
