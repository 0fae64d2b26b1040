"""Losses, with every reduction. Run: python scripts/golden/make_losses.py

`call` names functions of src/nn/losses.ts; labels are the second input.
"""

import torch
import torch.nn.functional as F

from common import case, integers, normal, write

logits, labels = normal(6, 5) * 3, integers(0, 5, 6)
soft = torch.softmax(normal(6, 5), 1)
margin, sides = normal(7) * 2, integers(0, 2, 7)

cases = []
for reduction in ["none", "mean", "sum"]:
    for smoothing in [0, 0.1]:
        cases.append(case("nn.crossEntropy", lambda a, b: F.cross_entropy(a, b, reduction=reduction, label_smoothing=smoothing),
                          [logits, labels], {"reduction": reduction, "labelSmoothing": smoothing}))
    cases.append(case("nn.crossEntropy", lambda a, b: F.cross_entropy(a, b, reduction=reduction), [logits, soft], {"reduction": reduction}))
    cases.append(case("nn.binaryCrossEntropy", lambda a, b: F.binary_cross_entropy_with_logits(a, b.to(a.dtype), reduction=reduction),
                      [margin, sides], reduction))
extreme = torch.tensor([[1000.0, 0.0], [-1000.0, 0.0], [88.0, -88.0]])
cases.append(case("nn.crossEntropy", lambda a, b: F.cross_entropy(a, b, reduction="none"), [extreme, torch.tensor([0, 0, 1])], {"reduction": "none"}))
cases.append(case("ops.klDivergence", lambda a, b: F.kl_div(a, b, reduction="sum"), [torch.log_softmax(logits, 1), soft], {"reduction": 2}))
cases.append(case("ops.nuclearNorm", lambda a: torch.norm(a, "nuc"), [logits], tolerance=1e-5))
write("losses", "Cross-entropy (hard, smoothed and soft labels), binary cross-entropy, Kullback-Leibler, nuclear norm.", cases)
