"""Whole networks and their five training steps, as make_models.py and make_models_full_size.py need them.

Weights and images are not stored: both sides make them from `pattern`, exact 32-bit arithmetic.
"""

import numpy
import torch
from torch import nn

from model_definitions import NETWORKS


def pattern(name, shape):
    """Numbers in [-0.5, 0.5) that depend on the name and the position alone; as in src/models/golden.test-helper.ts."""
    mask = 0xFFFFFFFF
    key = 0
    for letter in name.encode():
        key = (key * 31 + letter) & mask
    count = int(numpy.prod(shape, dtype=numpy.int64))
    x = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + key) & mask
    x ^= x >> 15
    x = (x * 2246822519) & mask
    x ^= x >> 13
    x = (x * 3266489917) & mask
    x ^= x >> 16
    return torch.from_numpy(x.astype(numpy.float64) / 2**32 - 0.5).reshape(shape)


def fill(model):
    with torch.no_grad():
        for name, value in model.state_dict().items():
            numbers = pattern(name, value.shape)
            if name.endswith("num_batches_tracked"):
                continue
            if value.dim() > 1:
                numbers = numbers * (24 / value[0].numel()) ** 0.5  # Kaiming's variance
            elif name.endswith(("weight", "running_var")):
                numbers = 1 + 0.4 * numbers
            value.copy_(numbers)
    return model


def images_of(name, shape):
    return pattern(name, shape) * 1.2 + 0.5  # a little below 0 and above 1, for the clamp


def short(number):
    return float(f"{number:.9g}")


def digest(named):
    return {name: [short(value.double().norm().item()), short((value * pattern(name, value.shape)).sum().item())] for name, value in named}


def five_steps(architecture, options, batch, resolution, dtype=torch.float32, tolerance=1e-3):
    """SGD as a training run does it; rounding grows over the steps. Weights and images start from float32."""
    model = fill(NETWORKS[architecture](**options)).to(dtype).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)
    losses = []
    for step in range(5):
        images = images_of(f"images {step}", (batch, 3, resolution, resolution)).float().to(dtype)
        labels = torch.arange(batch) * 3 % options["classes"]
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(short(loss.item()))
    trained = digest((name, value) for name, value in model.state_dict().items() if value.is_floating_point())
    return {"architecture": architecture, "options": options, "batch": batch, "resolution": resolution, "tolerance": tolerance,
            "losses": losses, "trained": trained}
