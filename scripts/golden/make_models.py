"""Whole networks: logits, gradients and five training steps. Run: python scripts/golden/make_models.py

Weights and images are not stored: both sides make them from `pattern`, exact 32-bit arithmetic. Of each parameter's
gradient the file holds its norm and its product with a pattern, which any wrong element changes.
"""

import torch

from common import pack, write
from five_steps import digest, fill, five_steps, images_of, pattern
from model_definitions import NETWORKS


def logits_and_gradients(architecture, options, batch, resolution, reference=torch.float64):
    """The reference is float64: sums of thousands of products, whose order differs between builds.

    But thirteen batch normalisations in a row amplify float32's rounding itself to 1.4e-5 in training mode (PyTorch's
    float32 against its float64), so there the reference is PyTorch's float32, and builds for other instructions may
    differ by as much from one another (1.9e-5 between AVX2 and AVX-512): the tolerance is 5e-5.
    """
    result = {"architecture": architecture, "options": options, "batch": batch, "resolution": resolution}
    result["tolerance"] = 5e-5 if reference == torch.float32 else 1e-5
    model = fill(NETWORKS[architecture](**options)).to(reference)  # both sides start from float32
    result["names"] = list(model.state_dict())
    for mode in ("evaluation", "training"):
        model.train(mode == "training")
        images = images_of("images", (batch, options.get("channels", 3), resolution, resolution)).float().to(reference).requires_grad_()
        logits = model(images)
        total = (logits * pattern("cotangent", logits.shape).float().to(reference)).sum()
        gradients = torch.autograd.grad(total, [images, *model.parameters()])
        result[mode] = {
            "logits": pack(logits.float()),
            "imageGradient": digest([("images", gradients[0])])["images"],
            "gradients": digest(zip((name for name, _ in model.named_parameters()), gradients[1:])),
        }
    return result


COLOURS = {"mean": [0.49, 0.48, 0.45], "std": [0.25, 0.24, 0.26]}
TRADES = {"bias": False, "strideOn": "first", "shortcutFrom": "activation"}
write("models", "Logits and gradients of the networks in evaluation and in training mode.", [
    logits_and_gradients("resnet", {"width": 4, "blocks": [2, 1, 1, 1]}, 6, 16),
    logits_and_gradients("resnet", {"width": 4, "blocks": [1, 2, 1], "bias": False, "normalization": "fixedbn", "normalize": COLOURS}, 4, 8),
    logits_and_gradients("resnet", {"width": 4, "blocks": [1, 1, 1], "bottleneck": True, "normalization": "gn"}, 3, 8),
    logits_and_gradients("resnet", {"width": 4, "blocks": [1, 1, 1], "normalization": "none", "clamp": False}, 3, 8),
    logits_and_gradients("resnet", {"width": 4, "blocks": [1, 1, 1, 1], "stem": "imagenet", "bias": False}, 3, 64),
    logits_and_gradients("wide-resnet", {"width": 3, "depth": 16, "widenFactor": 2}, 4, 8),
    logits_and_gradients("wide-resnet", {"width": 4, "depth": 10, "widenFactor": 2, "normalization": "fixedgn", **TRADES}, 3, 8),
    logits_and_gradients("wide-resnet", {"width": 4, "depth": 16, "widenFactor": 1, **TRADES}, 4, 8),
    logits_and_gradients("preact-resnet18", {"width": 4}, 6, 16),
    logits_and_gradients("preact-resnet18", {"width": 4, "blocks": [1, 1, 1, 1], "finalNormalization": False, "normalization": "gn"}, 3, 16),
    logits_and_gradients("simplenet", {"width": 4}, 16, 32, reference=torch.float32),
    logits_and_gradients("simplenet", {"width": 4, "resolution": 28, "channels": 1, "normalization": "gn", "classes": 2, "singleLogit": True}, 3, 28),
])
write("models-training", "Five steps of SGD with Nesterov momentum and weight decay.", [
    five_steps("resnet", {"width": 4, "blocks": [1, 1, 1, 1], "classes": 4}, 8, 16),
    five_steps("wide-resnet", {"width": 3, "depth": 10, "widenFactor": 2, "classes": 4}, 8, 8),
    five_steps("simplenet", {"width": 2, "classes": 4}, 16, 32, tolerance=1e-2),  # up to 4.7e-3 between AVX2 and AVX-512
])
