"""Losses of training methods, written out as their authors compute them. Run: python scripts/golden/make_methods.py

`call` names a method of src/training/methods with its options; inputs are the logits of the images, those of the
adversarial images, and the labels. The output is the loss.
"""

import math

import torch
import torch.nn.functional as F

from common import case, integers, normal, write

clean, robust, labels = normal(6, 5) * 2, normal(6, 5) * 2, integers(0, 5, 6)


def trades(natural, adversarial, truth, beta):
    """Zhang et al.: cross-entropy of the images, and the batch mean of KL(images || adversarial)."""
    distance = F.kl_div(F.log_softmax(adversarial, dim=1), F.softmax(natural, dim=1), reduction="sum")
    return F.cross_entropy(natural, truth) + beta * distance / len(truth)


def mart(natural, adversarial, truth, beta):
    """Wang et al.: with the second class where the first is the true one."""
    attacked = F.softmax(adversarial, dim=1)
    ranked = attacked.argsort(dim=1)
    runner_up = torch.where(ranked[:, -1] == truth, ranked[:, -2], ranked[:, -1])
    boosted = F.cross_entropy(adversarial, truth) + F.nll_loss(torch.log(1.0001 - attacked + 1e-12), runner_up)
    certain = F.softmax(natural, dim=1)
    distance = F.kl_div(torch.log(attacked + 1e-12), certain, reduction="none").sum(dim=1)
    unsure = 1.0000001 - certain.gather(1, truth.unsqueeze(1)).squeeze(1)
    return boosted + beta * (distance * unsure).sum() / len(truth)


def alp(natural, adversarial, truth, pairing):
    """Kannan et al.: both cross-entropies, and the mean squared distance of the logits."""
    both = F.cross_entropy(torch.cat([natural, adversarial]), truth.repeat(2))
    return both + pairing * F.mse_loss(natural, adversarial)


def score(natural, adversarial, truth, beta):
    """Pang et al.: squared distances of probabilities, from the label and between the answers."""
    before, after = F.softmax(natural, dim=1), F.softmax(adversarial, dim=1)
    label = F.one_hot(truth, num_classes=natural.shape[1])
    return ((before - label) ** 2).sum(dim=1).mean() + beta * ((after - before) ** 2).sum(dim=1).mean()


def gat(natural, adversarial, truth, guidance):
    """Sriramanan et al.: the clean cross-entropy, and the squared distance of the probabilities."""
    distance = ((F.softmax(natural, dim=1) - F.softmax(adversarial, dim=1)) ** 2).sum(1).mean(0)
    return F.cross_entropy(natural, truth) + guidance * distance


def nuat(natural, adversarial, truth, lam, progress):
    """Sriramanan et al.: the clean cross-entropy, and the nuclear norm of the change, whose weight grows."""
    weight = lam * min(1, progress / 0.9)
    return F.cross_entropy(natural, truth) + weight * torch.norm(natural - adversarial, "nuc") / len(truth)


def hat(natural, adversarial, truth, farther, helper, beta, gamma):
    """Rade and Moosavi-Dezfooli: TRADES, and the helper's class of the adversarial images on those moved farthest."""
    moved = F.kl_div(F.log_softmax(adversarial, dim=1), F.softmax(natural, dim=1), reduction="sum") / len(truth)
    return F.cross_entropy(natural, truth) + beta * moved + gamma * F.cross_entropy(farther, helper.argmax(dim=1))


def adr(adversarial, truth, average, temperature, interpolation, progress):
    """Wu et al.: the labels mixed with the averaged network's answer, less where it is wrong."""
    at = [last + 0.5 * (first - last) * (1 + math.cos(math.pi * progress)) for first, last in [temperature, interpolation]]
    answer = F.softmax(average / at[0], dim=1)
    # Ours, of mixed labels: the true class is the one with the largest share.
    shares = truth if truth.dim() == 2 else F.one_hot(truth, num_classes=answer.shape[1])
    margin = answer.max(dim=1).values - answer.gather(1, shares.argmax(dim=1, keepdim=True)).squeeze(1)
    weight = (at[1] - margin).clamp(0, 1).unsqueeze(1)
    target = weight * answer + (1 - weight) * shares
    return -(target * F.log_softmax(adversarial, dim=1)).sum(dim=1).mean()


cases = []
for name, function, options in [
    ("trades", trades, [{"beta": 6}, {"beta": 1}]),
    ("mart", mart, [{"beta": 5}, {"beta": 1}]),
    ("alp", alp, [{"pairing": 0.5}, {"pairing": 0}]),
    ("score", score, [{"beta": 4}, {"beta": 1}]),
    ("gat", gat, [{"guidance": 10}, {"guidance": 0}]),
]:
    for option in options:
        loss = lambda a, b, y: function(a, b, y, *option.values())
        cases.append(case(name, loss, [clean, robust, labels], option, tolerance=1e-5, reference="float64"))
farther, said = normal(6, 5) * 2, normal(6, 5) * 2
for progress in [0.0, 0.45, 0.95]:
    option = {"lambda": 4.5, "progress": progress}
    loss = lambda a, b, y: nuat(a, b, y, *option.values())
    cases.append(case("nuat", loss, [clean, robust, labels], option, tolerance=1e-5, reference="float64"))
    option = {"temperature": [2, 1], "interpolation": [0.7, 0.95], "progress": progress}
    # `said` is an input without a gradient: what a network of its own answers.
    loss = lambda a, b, y, c, d: adr(b, y, d.detach(), *option.values()) + 0 * (a + c + d).sum()
    inputs = [clean, robust, labels, farther, said]
    cases.append(case("adr", loss, inputs, option, tolerance=1e-5, reference="float64"))
for option in [{"beta": 2.5, "gamma": 0.5}, {"beta": 1, "gamma": 2}]:
    loss = lambda a, b, y, c, d: hat(a, b, y, c, d.detach(), *option.values()) + 0 * d.sum()
    cases.append(case("hat", loss, [clean, robust, labels, farther, said], option | {"helper": "a run", "h": 2}, tolerance=1e-5, reference="float64"))
mixed = F.softmax(normal(6, 5) * 2, dim=1)
for progress in [0.0, 0.45, 0.95]:
    option = {"temperature": [2, 1], "interpolation": [0.7, 0.95], "progress": progress}
    loss = lambda a, b, y, c, d: adr(b, y.detach(), d.detach(), *option.values()) + 0 * (a + c + d + y).sum()
    inputs = [clean, robust, mixed, farther, said]
    cases.append(case("adr", loss, inputs, option, tolerance=1e-5, reference="float64"))
write("methods", "losses of training methods", cases)
