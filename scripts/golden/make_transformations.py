"""Golden numbers for attacks that move pixels: images, gradients of their parameters, and whole trajectories.

Affine: the parameters of Stutz's article on adversarial transformations, as scale, shear and turn. Rotation and translation: Engstrom et al., ICML
2019. Flow: Xiao et al., ICLR 2018, with its roughness (equation 4). Sampled by PyTorch's `affine_grid` and `grid_sample`.
"""

import math

import torch
from torch.nn import functional as F

from common import integers, normal, pack, uniform, write

kernel, bias = normal(3, 2, 3, 3) * 0.5, normal(3) * 0.1
weight, offset = normal(4, 3 * 5 * 6) * 0.2, normal(4) * 0.1
images, labels = uniform(3, 2, 7, 8), integers(0, 4, 3)


def network(x):
    hidden = F.conv2d(x, kernel.double(), bias.double()).tanh()
    return F.linear(hidden.flatten(1), weight.double(), offset.double())


def warp(batch, shift_x, shift_y, shear_x, shear_y, scale, turn, padding):
    cosine, sine, size = turn.cos(), turn.sin(), 1 + scale
    turned = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    one = torch.ones_like(scale)
    sheared = torch.stack([torch.stack([one, shear_x], 1), torch.stack([shear_y, one], 1)], 1)
    matrix = size[:, None, None] * (sheared @ turned)
    theta = torch.cat([matrix, torch.stack([shift_x, shift_y], 1)[:, :, None]], 2)
    grid = F.affine_grid(theta, batch.shape, align_corners=False)
    return F.grid_sample(batch, grid, mode="bilinear", padding_mode=padding, align_corners=False).clamp(0, 1)


def affine(batch, parameters):
    return warp(batch, *parameters.unbind(1), "reflection")


def rotation_translation(batch, parameters):
    x, y, turn = parameters.unbind(1)
    none = torch.zeros_like(x)
    return warp(batch, 0.2 * x, 0.2 * y, none, none, none, math.radians(30) * turn, "zeros")


def flow(batch, parameters):
    count, _, height, width = batch.shape
    displacement = parameters.reshape(count, height, width, 2)
    y, x = torch.meshgrid(torch.arange(height, dtype=batch.dtype), torch.arange(width, dtype=batch.dtype), indexing="ij")
    place = torch.stack([x, y], 2) + displacement
    side = torch.tensor([width, height], dtype=batch.dtype)
    return F.grid_sample(batch, (2 * place + 1) / side - 1, mode="bilinear", padding_mode="border", align_corners=False)


def roughness(parameters):
    displacement = parameters.reshape(-1, images.shape[2], images.shape[3], 2)
    down = displacement[:, 1:] - displacement[:, :-1]
    right = displacement[:, :, 1:] - displacement[:, :, :-1]
    return sum((step.square().sum(3) + 1e-12).sqrt().sum((1, 2)) for step in (down, right))


TRANSFORMATIONS = {
    "affine": (affine, 6, 0.3),
    "rotation-translation": (rotation_translation, 3, 1.0),
    "flow": (flow, 2 * 7 * 8, 1.5),
}


def attack(transform, start, epsilon, steps):
    parameters, seen = start.double(), []
    for _ in range(steps):
        parameters = parameters.detach().requires_grad_()
        moved = transform(images.double(), parameters)
        seen.append(pack(moved.float()))
        value = F.cross_entropy(network(moved), labels, reduction="sum")
        value.backward()
        parameters = (parameters.detach() + 2.5 * epsilon / steps * parameters.grad.sign()).clamp(-epsilon, epsilon)
    return seen


cases = [{name: pack(value) for name, value in [("kernel", kernel), ("bias", bias), ("weight", weight), ("offset", offset), ("images", images), ("labels", labels)]}]
for name, (transform, count, epsilon) in TRANSFORMATIONS.items():
    parameters = uniform(3, count, low=-epsilon, high=epsilon)
    cotangents = normal(*images.shape)
    wide = parameters.double().requires_grad_()
    output = transform(images.double(), wide)
    (gradient,) = torch.autograd.grad((output * cotangents.double()).sum(), wide)
    cases.append({"call": "apply", "norm": name, "parameters": pack(parameters), "output": pack(output.float()),
                  "cotangents": pack(cotangents), "gradient": pack(gradient.float())})
# Not of flow: sampled at whole pixels, its slope is another on either side, and rounding picks one.
for name in ["affine", "rotation-translation"]:
    transform, count, epsilon = TRANSFORMATIONS[name]
    cases.append({"call": "attack", "options": {"norm": name, "epsilon": epsilon, "steps": 5},
                  "seen": attack(transform, torch.zeros(3, count), epsilon, 5)})
wide = uniform(3, 2 * 7 * 8, low=-1, high=1).double().requires_grad_()
rough = roughness(wide)
(gradient,) = torch.autograd.grad(rough.sum(), wide)
cases.append({"call": "roughness", "parameters": pack(wide.float()), "output": pack(rough.float()),
              "gradient": pack(gradient.float())})

write("transformations", "images moved by parameters, their gradients, and sign steps along them from nothing", cases)
