"""Stochastic weight averaging and batch norm's statistics of the average, by torch.optim.swa_utils; soft cross-entropy.

Run: python scripts/golden/make_averaging.py
"""

import torch
from torch.optim.swa_utils import AveragedModel, update_bn

from common import normal, pack, write


def network():
    return torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.ReLU(), torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4)
    ).double()


def state(model):
    return {name: pack(value.float() if value.is_floating_point() else value) for name, value in model.state_dict().items()}


model = network()
average = AveragedModel(model)
taken = []
for _ in range(3):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(normal(*parameter.shape))
    taken.append(state(model))
    average.update_parameters(model)
batches = [normal(size, 2, 8, 8) * 2 + 1 for size in (4, 4, 3)]
update_bn([batch.double() for batch in batches], average)
swa = {
    "call": "swa", "tolerance": 1e-5, "why": "the reference is float64, rounded",
    "taken": taken, "batches": pack(batches), "average": state(average.module),
}

labels = torch.softmax(normal(5, 4), 1)
soft = []
for smoothing in (0.0, 0.1):
    logits = normal(5, 4).requires_grad_()
    loss = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
    loss.backward()
    soft.append({
        "call": "softCrossEntropy", "tolerance": 1e-5, "smoothing": smoothing, "labels": pack(labels),
        "logits": pack(logits.detach()), "loss": pack(loss.detach()), "gradient": pack(logits.grad),
    })
write("averaging", "Averaged weights with re-estimated statistics; cross-entropy with distributions.", [swa, *soft])
