"""Gradient alignment's loss on a small network, as its authors compute it. Run: python scripts/golden/make_grad_align.py

Inputs: images, adversarial images, the random perturbation, labels, and the network's two weights. The output is the
loss; the gradients are those of the weights, through the gradient at the perturbed images.
"""

import torch
import torch.nn.functional as F

from common import case, integers, normal, uniform, write


def network(images, kernel, weight):
    return F.linear(torch.tanh(F.conv2d(images, kernel, padding=1)).flatten(1), weight)


def gradient(images, truth, kernel, weight):
    at = images.detach().clone().requires_grad_(True)
    error = F.cross_entropy(network(at, kernel, weight), truth)
    return torch.autograd.grad(error, at, create_graph=True)[0]


def grad_align(images, adversarial, perturbation, truth, kernel, weight, lam):
    """The gradient at the image is a constant, the one at the perturbed image is not; rows without one are left out."""
    here = gradient(images, truth, kernel, weight).detach().flatten(1)
    there = gradient(images + perturbation, truth, kernel, weight).flatten(1)
    lengths = here.norm(dim=1), there.norm(dim=1)
    known = (lengths[0] != 0) & (lengths[1] != 0)
    cosine = (here * there).sum(dim=1)[known] / (lengths[0] * lengths[1])[known]
    return F.cross_entropy(network(adversarial, kernel, weight), truth) + lam * (1 - cosine.mean())


images, noise = uniform(5, 2, 4, 4), uniform(5, 2, 4, 4, low=-0.3, high=0.3)
adversarial = (images + uniform(5, 2, 4, 4, low=-0.3, high=0.3)).clamp(0, 1)
labels, kernel, weight = integers(0, 3, 5), normal(3, 2, 3, 3), normal(3, 48) / 5
cases = []
for lam in [0.2, 2.0]:
    def loss(a, b, c, d, k, w):
        return grad_align(a.detach(), b.detach(), c.detach(), d, k, w, lam) + 0 * (a + b + c).sum()

    inputs = [images, adversarial, noise, labels, kernel, weight]
    cases.append(case("grad-align", loss, inputs, {"lambda": lam}, tolerance=1e-5, reference="float64"))
write("grad-align", "the loss of gradient alignment and its gradient", cases)
