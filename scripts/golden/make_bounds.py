"""Bounds of a small network in PyTorch. Run: python scripts/golden/make_bounds.py

Written from the papers, one layer after the other and with matrices: a convolution becomes the matrix that it is, so that
CROWN's backward pass is a product of matrices, where the library lets automatic differentiation compute it. The gradient
is that of the mean margin with respect to the weights.
"""

import torch
from torch import nn

from common import integers, normal, pack, uniform, write

torch.set_default_dtype(torch.float64)
CHANNELS, SIDE, CLASSES, EXAMPLES, EPSILON = 2, 6, 4, 3, 0.03


def network():
    return nn.Sequential(
        nn.Conv2d(CHANNELS, 3, 3, stride=1, padding=1),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Conv2d(3, 4, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(36, 8),
        nn.ReLU(),
        nn.Linear(8, CLASSES),
    ).eval()


def matrix_of(layer, shape):
    """The matrix and the shift of an affine layer of flattened inputs."""
    size = int(torch.tensor(shape).prod())
    shift = layer(torch.zeros(1, *shape)).reshape(-1)
    columns = layer(torch.eye(size).reshape(size, *shape)).reshape(size, -1)
    return (columns - shift).T, shift


def affine_parts(model, shape):
    """Matrices between two ReLUs, merged."""
    parts, group = [], []
    for layer in [*model, None]:
        if layer is None or isinstance(layer, nn.ReLU):
            whole = nn.Sequential(*group)
            parts.append(matrix_of(whole, shape))
            shape = whole(torch.zeros(1, *shape)).shape[1:]
            group = []
        else:
            group.append(layer)
    return parts


def interval(matrix, shift, lower, upper):
    centre, radius = (lower + upper) / 2, (upper - lower) / 2
    middle, width = centre @ matrix.T + shift, radius @ matrix.abs().T
    return middle - width, middle + width


def differences(matrix, shift, labels):
    """z_y - z_j as matrices [N, K, D] and shifts [N, K]."""
    return matrix[labels].unsqueeze(1) - matrix, shift[labels].unsqueeze(1) - shift


def boxes(parts, lower, upper):
    """What each ReLU receives, by intervals."""
    received = []
    for matrix, shift in parts[:-1]:
        lower, upper = interval(matrix, shift, lower, upper)
        received.append((lower, upper))
        lower, upper = lower.relu(), upper.relu()
    return received


def lines(lower, upper):
    below, above = lower.clamp(max=0), upper.clamp(min=0)
    slope = above / (above - below).clamp(min=1e-30)
    return (above > -below).double(), slope, -slope * below


def backward(parts, received, rows, shift, lower, upper):
    """Zhang et al. 2018: rows [N, R, D] of the last hidden layer, back to the images."""
    constant = shift
    for (matrix, offset), (low, high) in list(zip(parts, received))[::-1]:
        bottom, slope, rise = (each.unsqueeze(1) for each in lines(low, high))
        positive, negative = rows.clamp(min=0), rows.clamp(max=0)
        constant = constant + (negative * rise).sum(2)
        rows = positive * bottom + negative * slope
        constant = constant + rows @ offset
        rows = rows @ matrix
    return (rows.clamp(min=0) * lower.unsqueeze(1) + rows.clamp(max=0) * upper.unsqueeze(1)).sum(2) + constant


def refined(parts, lower, upper):
    """CROWN's own boxes, each the better one of its bounds and the interval's where the sign is not known."""
    received = []
    for k, (matrix, shift) in enumerate(parts[:-1]):
        before = (lower, upper) if k == 0 else tuple(end.relu() for end in received[-1])
        low, high = interval(matrix, shift, *before)
        if k > 0:
            unsure = ((low < 0) & (high > 0)).any(0)
            rows, offsets = matrix.expand(len(lower), -1, -1), shift.expand(len(lower), -1)
            least = backward(parts[:k], received, rows, offsets, lower, upper)
            most = -backward(parts[:k], received, -rows, -offsets, lower, upper)
            low, high = torch.where(unsure, low.maximum(least), low), torch.where(unsure, high.minimum(most), high)
        received.append((low, high))
    return received


model = network()
with torch.no_grad():
    for name, value in model.state_dict().items():
        if value.dtype == torch.float64:
            drawn = uniform(*value.shape, low=0.5, high=1.5) if name.endswith("running_var") else normal(*value.shape)
            scale = 1 if name.endswith("running_var") or value.dim() == 1 else (2 / value[0].numel()) ** 0.5
            value.copy_((drawn * scale).float().double())
images, labels = uniform(EXAMPLES, CHANNELS, SIDE, SIDE).float().double(), integers(0, CLASSES, EXAMPLES)
low, high = (images - EPSILON).clamp(0, 1).flatten(1), (images + EPSILON).clamp(0, 1).flatten(1)

parts = affine_parts(model, (CHANNELS, SIDE, SIDE))
received = boxes(parts, low, high)
last = tuple(end.relu() for end in received[-1])
rows, shifts = differences(*parts[-1], labels)
centre, radius = (last[0] + last[1]) / 2, (last[1] - last[0]) / 2
margins = (rows @ centre.unsqueeze(2) - rows.abs() @ radius.unsqueeze(2)).squeeze(2) + shifts
crown_ibp = backward(parts[:-1], received, rows, shifts, low, high)
crown = backward(parts[:-1], refined(parts, low, high), rows, shifts, low, high)
logits = interval(*parts[-1], *last)

def weighed(values):
    """Gradients of the mean with respect to the trained weights, by name."""
    named = [(name, parameter) for name, parameter in model.named_parameters()]
    gradients = torch.autograd.grad(values.mean(), [parameter for _, parameter in named], retain_graph=True)
    return {name: pack(gradient.float()) for (name, _), gradient in zip(named, gradients)}


write(
    "bounds",
    "interval bounds and CROWN of a small network",
    [
        {
            "state": {name: pack(value.float() if value.is_floating_point() else value) for name, value in model.state_dict().items()},
            "images": pack(images.float()),
            "labels": pack(labels),
            "epsilon": EPSILON,
            "logits": [pack(end) for end in logits],
            "margins": {"interval": pack(margins), "crownIbp": pack(crown_ibp), "crown": pack(crown)},
            "gradients": {"interval": weighed(margins), "crownIbp": weighed(crown_ibp)},
        }
    ],
)
