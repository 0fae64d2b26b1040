"""Losses of training methods, written out as their authors compute them. Run: python scripts/golden/make_methods.py

`call` names a method of src/training/methods with its options; inputs are the logits of the images, those of the
adversarial images, and the labels. The output is the loss.
"""

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
write("methods", "losses of training methods", cases)
