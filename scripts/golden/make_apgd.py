"""Auto-PGD in PyTorch, written from the papers. Run: python scripts/golden/make_apgd.py

The inputs are float32, the computation is float64. Auto-PGD compares values of the objective, so a comparison that
rounding can turn would make two right programs part: the script takes, of several starts, one whose comparisons are clear.
"""

import math
from fractions import Fraction

import torch

from common import integers, normal, pack, uniform, write

CLASSES, SHAPE = 4, (2, 6, 6)
SIZE = math.prod(SHAPE)
CLEAR = 1e-5


def each(values):
    return values.reshape(-1, 1, 1, 1)


def length(x, order):
    return torch.linalg.vector_norm(x.flatten(1), ord=order, dim=1)


class Network(torch.nn.Module):
    """One hidden layer, smooth enough that rounding flips no sign of a gradient."""

    def __init__(self):
        super().__init__()
        self.kernel, self.bias = 0.4 * normal(6, 2, 3, 3), 0.1 * normal(6)
        self.weight, self.offset = 0.3 * normal(CLASSES, 6 * 4 * 4), 0.1 * normal(CLASSES)

    def forward(self, x):
        hidden = torch.nn.functional.conv2d(x, self.kernel.double(), self.bias.double()).tanh()
        return hidden.flatten(1) @ self.weight.double().T + self.offset.double()


def objective(name, logits, labels, targets=None):
    rows = torch.arange(len(logits))
    true, ordered = logits[rows, labels], logits.sort(1, descending=True)[0]
    if name == "cross-entropy":
        return logits.logsumexp(1) - true
    if name == "targeted-margin":
        return logits[rows, targets] - true
    if name == "targeted-dlr":
        return (logits[rows, targets] - true) / (ordered[:, 0] - (ordered[:, 2] + ordered[:, 3]) / 2)
    wrong = logits.clone()
    wrong[rows, labels] = -math.inf
    return (wrong.max(1)[0] - true) / (ordered[:, 0] - ordered[:, 2])


def ranked(logits, labels, rank):
    """The rank-th most likely wrong class, an example at a time."""
    chosen = []
    for row, label in zip(logits.tolist(), labels.tolist()):
        wrong = [k for k in range(len(row)) if k != label]
        chosen.append(sorted(wrong, key=lambda k: -row[k])[rank - 1])
    return torch.tensor(chosen)


def checkpoints(steps):
    """The paper's recursion in exact fractions."""
    before, place, found = Fraction(0), Fraction(22, 100), []
    while place <= 1:
        found.append(math.ceil(place * steps))
        before, place = place, place + max(place - before - Fraction(3, 100), Fraction(6, 100))
    return sorted(set(found))


def l1_box_by_bisection(x, u, radius):
    """The multiplier of the L1 constraint by bisection: an entry's optimum, given the multiplier, is a clamp."""
    result = []
    for image, wanted in zip(x.flatten(1).double(), u.flatten(1).double()):
        def at(multiplier):
            shrunk = wanted.sign() * (wanted.abs() - multiplier).clamp(min=0)
            return torch.minimum(torch.maximum(shrunk, -image), 1 - image)

        low, high = 0.0, float(wanted.abs().max())
        if at(0.0).abs().sum() <= radius:
            high = 0.0
        while high - low > 1e-17 and (low + high) / 2 not in (low, high):
            middle = (low + high) / 2
            low, high = (middle, high) if at(middle).abs().sum() > radius else (low, middle)
        result.append(at(high))
    return torch.stack(result).reshape(u.shape)


def l1_box_by_dykstra(x, u, radius, turns=4000):
    """The same by Dykstra's alternating projections, which know nothing of the multiplier."""
    x, z = x.flatten(1).double(), u.flatten(1).double()
    p, q = torch.zeros_like(z), torch.zeros_like(z)
    for _ in range(turns):
        y = torch.minimum(torch.maximum(z + p, -x), 1 - x)
        p = z + p - y
        w = y + q
        descending = w.abs().sort(1, descending=True)[0]
        thresholds = (descending.cumsum(1) - radius) / torch.arange(1, w.shape[1] + 1)
        count = (descending > thresholds).sum(1, keepdim=True)
        threshold = thresholds.gather(1, count - 1).clamp(min=0)
        z = w.sign() * (w.abs() - threshold).clamp(min=0)
        q = w - z
    return z.reshape(u.shape)


class Comparisons:
    """Keeps how clear the least clear comparison was."""

    def __init__(self):
        self.margin = math.inf

    def above(self, a, b):
        difference = (a - b).abs()
        self.margin = min(self.margin, difference[difference > 0].min().item() if (difference > 0).any() else math.inf)
        return a > b


def into_box_and_ball(norm, images, candidates, epsilon):
    change = candidates.clamp(0, 1) - images
    if norm == "linf":
        return images + change.clamp(-epsilon, epsilon)
    return images + change * each((epsilon / length(change, 2).clamp(min=1e-300)).clamp(max=1))


def look(network, x, labels, name):
    leaf = x.clone().requires_grad_()
    logits = network(leaf)
    value = objective(name, logits, labels)
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach(), gradient, logits.argmax(1) != labels


def remember(best, compare, x, value, gradient):
    better = compare(value, best["value"])
    return {
        "x": torch.where(each(better), x, best["x"]),
        "value": torch.where(better, value, best["value"]),
        "gradient": torch.where(each(better), gradient, best["gradient"]),
    }


def strongest(found, x, value, fooled):
    take = (fooled & ~found["fooled"]) | ((fooled == found["fooled"]) & (value > found["value"]))
    return {
        "x": torch.where(each(take), x, found["x"]),
        "value": torch.where(take, value, found["value"]),
        "fooled": fooled | found["fooled"],
    }


def apgd(network, images, labels, start, norm, epsilon, steps, rho, name):
    """Algorithm 1 of the 2020 paper, and for L1 of the 2021 one. Returns iterates, result, halvings and clearness."""
    compare = Comparisons()
    if norm == "l1":
        x = images + l1_box_by_bisection(images, start, epsilon)
    else:
        x = into_box_and_ball(norm, images, images + start, epsilon)
    value, gradient, fooled = look(network, x, labels, name)
    best = {"x": x, "value": value, "gradient": gradient}
    found = {"x": x, "value": value, "fooled": fooled}
    previous, iterates = x, [x]
    size = torch.full((len(x),), (1 if norm == "l1" else 2) * epsilon, dtype=torch.float64)
    rises, halved, best_before, halvings, last = torch.zeros(len(x)), torch.zeros(len(x), dtype=torch.bool), value, 0, 0
    # Of a search by its own the start is noise, which counts as having changed every entry.
    period = max(1, 4 * steps // 100)
    changed_before = torch.full((len(x),), SIZE, dtype=torch.float64)
    moved = torch.full((len(x),), math.ceil(SIZE / 5))
    schedule = checkpoints(steps) if norm != "l1" else list(range(period, steps + 1, period))
    for step in range(1, steps + 1):
        if norm == "l1":
            signs = torch.zeros_like(x)
            for i in range(len(x)):
                magnitudes = gradient[i].abs().flatten()
                threshold = magnitudes.sort(descending=True)[0][moved[i] - 1]
                signs[i] = torch.where(gradient[i].abs() >= threshold, gradient[i].sign(), torch.zeros_like(gradient[i]))
            ascent = each(size) * signs / each(length(signs, 1))
            previous, x = x, images + l1_box_by_bisection(images, x + ascent - images, epsilon)
        else:
            direction = gradient.sign() if norm == "linf" else gradient / each(length(gradient, 2))
            z = into_box_and_ball(norm, images, x + each(size) * direction, epsilon)
            if step > 1:
                z = into_box_and_ball(norm, images, x + 0.75 * (z - x) + 0.25 * (x - previous), epsilon)
            previous, x = x, z
        before = value
        value, gradient, fooled = look(network, x, labels, name)
        rises = rises + compare.above(value, before)
        best = remember(best, compare.above, x, value, gradient)
        found = strongest(found, x, value, fooled)
        iterates.append(x)
        if step not in schedule or step == steps:
            continue
        if norm == "l1":
            changed = (best["x"] != images).flatten(1).sum(1).double()
            back = changed / changed_before < 0.95
            size = torch.where(back, torch.full_like(size, epsilon), (size / 1.5).clamp(min=epsilon / 10))
            moved, changed_before = (changed / 1.5).ceil().clamp(min=1).long(), changed
        else:
            back = (rises < rho * (step - last)) | (~halved & (best["value"] <= best_before))
            size = torch.where(back, size / 2, size)
            halved, best_before, rises, last = back, best["value"], torch.zeros(len(x)), step
        halvings += int(back.sum())
        x = torch.where(each(back), best["x"], x)
        value = torch.where(back, best["value"], value)
        gradient = torch.where(each(back), best["gradient"], gradient)
    return iterates, found, halvings, compare.margin


network = Network()
images = (integers(0, 320, 3, *SHAPE) - 32).clamp(0, 255).float() / 255
labels = network(images.double()).argmax(1)
TRIES = {"linf": 100, "l2": 24, "l1": 6}
STEPS, KEPT = 25, [1, 2, 7]
# The difference of logits ratio has no gradient where the true class is third: so only small budgets for it, but in L-infinity.
SETTINGS = [("linf", 0.02, "cross-entropy"), ("linf", 0.06, "dlr"), ("l2", 0.8, "cross-entropy"), ("l2", 0.2, "dlr"),
            ("l1", 4.0, "cross-entropy"), ("l1", 1.0, "dlr")]
cases = []
for norm, epsilon, name in SETTINGS:
    clearest = None
    for _ in range(TRIES[norm]):
        draw = (2 * uniform(3, *SHAPE) - 1) * epsilon if norm == "linf" else normal(3, *SHAPE) * (epsilon / math.sqrt(SIZE) if norm == "l2" else 1)
        path = apgd(network, images.double(), labels, draw.double(), norm, epsilon, STEPS, 0.75, name)
        if clearest is None or path[3] > clearest[1][3]:
            clearest = draw, path
        if path[3] > CLEAR:
            break
    start, (iterates, found, halvings, margin) = clearest
    assert halvings > 0
    print(f"{norm} {epsilon} {name}: margin {margin:.1e}, {halvings} ways back, fooled {found['fooled'].tolist()}")
    cases.append({"call": "apgd", "norm": norm, "options": {"epsilon": epsilon, "steps": STEPS, "rho": 0.75, "objective": name},
                  "start": pack(start), "kept": KEPT, "iterates": [pack(iterates[i].float()) for i in KEPT],
                  "images": pack(found["x"].float()), "value": pack(found["value"].float()), "fooled": pack(found["fooled"].long())})
for steps in (100, 50, 20, 10, 5, 1):
    cases.append({"call": "checkpoints", "steps": steps, "output": checkpoints(steps)})
for radius in (0.5, 4.0, 12.0):
    x = (integers(0, 320, 4, *SHAPE) - 32).clamp(0, 255).float() / 255
    u = normal(4, *SHAPE) * torch.tensor([0.0, 0.02, 0.3, 2.0]).reshape(4, 1, 1, 1)
    nearest = l1_box_by_bisection(x, u, radius)
    apart = (nearest - l1_box_by_dykstra(x, u, radius)).abs().max().item()
    assert apart < 1e-6, apart
    cases.append({"call": "project", "radius": radius, "inputs": [pack(x), pack(u)], "output": pack(nearest.float())})
logits, classes = normal(5, 10) * 3, integers(0, 10, 5)
cases.append({"call": "objective.dlr", "inputs": [pack(logits), pack(classes)], "output": pack(objective("dlr", logits.double(), classes).float())})
for rank in (1, 3, 9):
    targets = ranked(logits, classes, rank)
    for name in ("targeted-dlr", "targeted-margin"):
        cases.append({"call": f"objective.{name}", "rank": rank, "inputs": [pack(logits), pack(classes)], "targets": targets.tolist(),
                      "output": pack(objective(name, logits.double(), classes, targets).float())})
shared = {"call": "network", "kernel": pack(network.kernel), "bias": pack(network.bias), "weight": pack(network.weight),
          "offset": pack(network.offset), "images": pack(images), "labels": pack(labels)}
write("apgd", "Auto-PGD, its schedule, its projection for L1 and its objectives, from the papers, in float64.", [shared, *cases])
