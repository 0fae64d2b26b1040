"""Projected gradient descent and its parts in PyTorch, written from the papers. Run: python scripts/golden/make_attacks.py

The inputs are float32, the computation is float64: what is compared is the algorithm, to 1e-5, not the rounding.
The L1 projection's reference is slow and needs no sort: bisection for the threshold whose magnitudes sum to epsilon.
"""

import math

import torch

from common import case, integers, normal, pack, write

CLASSES, SHAPE = 4, (2, 6, 6)
SIZE = math.prod(SHAPE)
FRACTION = {"l1": 0.1, "l0": 0.1}


def flat(x):
    return x.flatten(1)


def each(values, like):
    return values.reshape(-1, *[1] * (like.dim() - 1))


def magnitude(norm, x):
    x = flat(x)
    return {"linf": x.abs().amax(1), "l2": x.square().sum(1).sqrt(), "l1": x.abs().sum(1), "l0": (x != 0).double().sum(1)}[norm]


def divide(x, sizes):
    """0 / 0 is 0."""
    sizes = each(sizes, x)
    return torch.where(sizes == 0, torch.zeros_like(x), x / sizes)


def keep_largest(norm, gradient):
    count = math.ceil(FRACTION[norm] * SIZE)
    threshold = flat(gradient).abs().sort(descending=True)[0][:, count - 1]
    return torch.where(gradient.abs() >= each(threshold, gradient), gradient, torch.zeros_like(gradient))


def steepest_ascent(norm, gradient):
    if norm == "linf":
        return gradient.sign()
    if norm == "l2":
        return divide(gradient, magnitude("l2", gradient))
    largest = keep_largest(norm, gradient)
    largest = largest.sign() if norm == "l1" else largest
    return divide(largest, magnitude("l1", largest))


def scaled(norm, gradient):
    return divide(gradient, magnitude({"l0": "l1"}.get(norm, norm), gradient))


def project(norm, x, epsilon):
    if norm == "linf":
        return x.clamp(-epsilon, epsilon)
    if norm == "l2":
        return x * each((epsilon / magnitude("l2", x).clamp(min=1e-300)).clamp(max=1), x)
    if norm == "l0":
        rank = flat(x).abs().argsort(descending=True, stable=True).argsort()
        return torch.where((rank < epsilon).reshape(x.shape), x, torch.zeros_like(x))
    low, high = torch.zeros(len(x), dtype=x.dtype), flat(x).abs().amax(1)
    for _ in range(200):
        middle = (low + high) / 2
        above = (flat(x).abs() - middle[:, None]).clamp(min=0).sum(1) > epsilon
        low, high = torch.where(above, middle, low), torch.where(above, high, middle)
    threshold = torch.where(magnitude("l1", x) > epsilon, high, torch.zeros_like(high))
    return x.sign() * (x.abs() - each(threshold, x)).clamp(min=0)


def into_ball_and_box(norm, images, candidates, epsilon):
    return images + project(norm, candidates.clamp(0, 1) - images, epsilon)


def objective(name, logits, labels):
    if name == "cross-entropy":
        return torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    true = logits.gather(1, labels[:, None])[:, 0]
    others = torch.stack([torch.cat([row[:label], row[label + 1 :]]) for row, label in zip(logits, labels)])
    if name == "wrong-logit":
        return others.max(1)[0]
    if name == "margin":
        return others.max(1)[0] - true
    if name == "confidence":
        return (others.max(1)[0] - logits.logsumexp(1)).exp()
    ordered = logits.sort(1, descending=True)[0]
    target = logits.argmin(1)
    target = torch.where(target == labels, logits.scatter(1, labels[:, None], math.inf).argmin(1), target)
    if name == "targeted-cross-entropy":
        return -torch.nn.functional.cross_entropy(logits, target, reduction="none")
    if name == "targeted-dlr":
        aim = logits.gather(1, target[:, None])[:, 0]
        return -(true - aim) / (ordered[:, 0] - (ordered[:, 2] + ordered[:, 3]) / 2)
    return -(true - others.max(1)[0]) / (ordered[:, 0] - ordered[:, 2])


class Network(torch.nn.Module):
    """Two convolutions' worth of curvature, smooth enough that rounding flips no sign of a gradient."""

    def __init__(self):
        super().__init__()
        self.kernel, self.bias = 0.4 * normal(6, 2, 3, 3), 0.1 * normal(6)
        self.weight, self.offset = 0.3 * normal(CLASSES, 6 * 4 * 4), 0.1 * normal(CLASSES)

    def forward(self, x):
        hidden = torch.nn.functional.conv2d(x, self.kernel.double(), self.bias.double()).tanh()
        return flat(hidden) @ self.weight.double().T + self.offset.double()


def trajectory(network, images, labels, start, norm, epsilon, steps, step_size, gradient="normalized", momentum=0.0,
               momentum_kind="average", backtrack=False, step_decay=1.0, penalty=0.0, objective_name="cross-entropy"):
    """Every iterate of the search, the start projected first, and the step sizes at the end."""

    def value_of(x):
        return objective(objective_name, network(x), labels) - penalty * magnitude(norm, x - images)

    x = into_ball_and_box(norm, images, images + start, epsilon)
    velocity, lengths, iterates = torch.zeros_like(x), torch.full((len(x),), step_size, dtype=x.dtype), [x]
    for step in range(steps):
        leaf = x.clone().requires_grad_()
        value = value_of(leaf)
        (g,) = torch.autograd.grad(value.sum(), leaf)
        if norm in FRACTION:
            g = torch.where(((x <= 0) & (g < 0)) | ((x >= 1) & (g > 0)), torch.zeros_like(g), g)
        g = {"normalized": steepest_ascent, "scaled": scaled, "raw": lambda _, g: g}[gradient](norm, g)
        if momentum > 0:
            velocity = momentum * velocity + (1 - momentum if momentum_kind == "average" else 1) * g
            g = velocity
        candidate = into_ball_and_box(norm, images, x + each(lengths, x) * g, epsilon)
        if backtrack:
            accepted = value_of(candidate) >= value.detach()
            candidate = torch.where(each(accepted, x), candidate, x)
            lengths = torch.where(accepted, lengths, lengths / step_decay)
        x = candidate
        iterates.append(x)
    return iterates, lengths


network = Network()
images = (integers(0, 320, 3, *SHAPE) - 32).clamp(0, 255).float() / 255
labels = integers(0, CLASSES, 3)
SETTINGS = {
    "linf": dict(epsilon=0.06, step_size=0.015),
    "l2": dict(epsilon=0.8, step_size=0.2),
    "l1": dict(epsilon=4.0, step_size=1.5),
    "l0": dict(epsilon=9.0, step_size=3.0),
}
VARIANTS = [
    dict(),
    dict(momentum=0.75),
    dict(momentum=0.5, momentum_kind="classical"),
    dict(backtrack=True, step_decay=1.5, penalty=0.5, big=True),
    dict(backtrack=True, step_decay=2.0, momentum=0.9, big=True),
    dict(gradient="scaled"),
    dict(gradient="raw"),
    dict(penalty=0.2),
]
cases = []
for norm, settings in SETTINGS.items():
    start = project(norm, (normal(3, *SHAPE) * 0.1).double(), settings["epsilon"] / 2).float()
    for variant in VARIANTS + ([dict(objective_name=name) for name in ("confidence", "wrong-logit", "margin", "dlr")] if norm == "l2" else []):
        variant = dict(variant)
        if norm == "linf" and "penalty" in variant:
            continue  # the gradient of a maximum that many entries share is a matter of rounding
        options = {**settings, "steps": 10, **variant}
        if options.pop("big", False):
            # So that steps overshoot and are refused.
            options["step_size"] *= 16
            options["epsilon"] *= 2
        iterates, lengths = trajectory(network, images.double(), labels, start.double(), norm, **options)
        if options.get("backtrack"):
            assert (lengths < options["step_size"]).any(), f"no step was refused: {norm} {options}"
        kept = [1, 4, 10]
        cases.append({"call": "pgd", "norm": norm, "fraction": FRACTION.get(norm), "options": options, "start": pack(start),
                      "kept": kept, "iterates": [pack(iterates[i].float()) for i in kept]})
for norm in SETTINGS:
    x = normal(4, *SHAPE) * torch.tensor([0.0, 1e-4, 0.3, 3.0]).reshape(4, 1, 1, 1)
    for epsilon in (1.0, 4.0, 30.0):
        cases.append(case(f"project.{norm}", lambda a: project(norm, a.double(), epsilon), [x], {"epsilon": epsilon},
                          differentiable=False, reference="float64"))
    for name, function in (("magnitude", magnitude), ("scaled", scaled), ("steepestAscent", steepest_ascent)):
        cases.append(case(f"{name}.{norm}", lambda a: function(norm, a.double()), [x], {"fraction": FRACTION.get(norm)},
                          differentiable=False, reference="float64"))
logits = normal(6, CLASSES) * 3
targets = integers(0, CLASSES, 6)
for name in ("cross-entropy", "targeted-cross-entropy", "confidence", "wrong-logit", "margin", "dlr", "targeted-dlr"):
    cases.append(case(f"objective.{name}", lambda a, y: objective(name, a, y), [logits, targets], reference="float64"))
shared = {"call": "network", "kernel": pack(network.kernel), "bias": pack(network.bias), "weight": pack(network.weight),
          "offset": pack(network.offset), "images": pack(images), "labels": pack(labels)}
write("attacks", "Projected gradient descent, norms, projections and objectives, from the papers, in float64.", [shared, *cases])
