"""SmoothAdv in PyTorch, on a linear network with given noise. Run: python scripts/golden/make_smooth_adv.py

Written from Salman et al., "Provably Robust Deep Learning via Adversarially Trained Smoothed Classifiers" (NeurIPS 2019),
equation 6 and pseudocode 1. Inputs are the images, the labels, the noise of all copies (the first copy of every image, then
the second), weights and bias. Outputs are the adversarial images, the loss on their noisy copies, and its gradients with
respect to weights and bias.
"""

import torch
import torch.nn.functional as F

from common import integers, normal, pack, uniform, write

EXAMPLES, CLASSES, SHAPE = 4, 3, (1, 3, 3)


def attack(images, labels, noise, weight, bias, epsilon, step, steps, samples):
    adversarial = images.clone()
    for _ in range(steps):
        candidate = adversarial.clone().requires_grad_()
        copies = candidate.repeat(samples, 1, 1, 1) + noise
        probabilities = F.softmax(F.linear(copies.flatten(1), weight, bias), dim=1)
        mean = probabilities.reshape(samples, EXAMPLES, CLASSES).mean(0)
        loss = -(shares(labels) * mean.log()).sum()
        (gradient,) = torch.autograd.grad(loss, candidate)
        direction = gradient / gradient.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
        change = (adversarial + step * direction).clamp(0, 1) - images
        size = change.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
        adversarial = images + change * (epsilon / size).clamp(max=1)
    return adversarial


def shares(labels):
    """Distributions over the classes; the last case has mixed ones."""
    return F.one_hot(labels, num_classes=CLASSES).float() if labels.dim() == 1 else labels


cases = []
for samples, sigma, epsilon, mixed in [(1, 0.25, 0.5, False), (3, 0.5, 0.3, False), (8, 0.12, 1.0, False), (3, 0.5, 0.3, True)]:
    images = uniform(EXAMPLES, *SHAPE)
    labels = F.softmax(normal(EXAMPLES, CLASSES), dim=1) if mixed else integers(0, CLASSES, EXAMPLES)
    noise = sigma * normal(samples * EXAMPLES, *SHAPE)
    weight, bias = normal(CLASSES, 9), normal(CLASSES)
    adversarial = attack(images, labels, noise, weight, bias, epsilon, 0.2, 4, samples)
    leaves = [weight.clone().requires_grad_(), bias.clone().requires_grad_()]
    logits = F.linear((adversarial.repeat(samples, 1, 1, 1) + noise).flatten(1), *leaves)
    loss = F.cross_entropy(logits, shares(labels).repeat(samples, 1))
    outputs = [adversarial, loss, *torch.autograd.grad(loss, leaves)]
    options = {"samples": samples, "sigma": sigma, "epsilon": epsilon}
    inputs = [images, labels, noise, weight, bias]
    cases.append(
        {"call": "smooth-adv", "inputs": pack(inputs), "options": options, "tolerance": 1e-5, "outputs": pack(outputs)}
    )

write("smooth-adv", "adversarial images, loss and gradients of SmoothAdv", cases)
