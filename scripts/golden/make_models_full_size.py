"""Five training steps of the article's networks at their full size. Run: python scripts/golden/make_models_full_size.py

In float64 on both sides: at the article's learning rate and a batch this small, PyTorch's own float32 is 4 % (ResNet-18)
to 21 % (SimpleNet) away from its float64 after five steps, as float32's rounding grows tenfold a step. Agreement to
1e-3 would say nothing there; in float64 any difference that is left is one of the mathematics.
"""

import torch

from common import write
from five_steps import five_steps

write("models-full-size", "Five steps of SGD with Nesterov momentum and weight decay of the article's networks, in float64.", [
    five_steps("resnet", {"width": 64, "blocks": [2, 2, 2, 2], "classes": 10}, 4, 32, torch.float64),
    five_steps("wide-resnet", {"width": 12, "depth": 28, "widenFactor": 10, "classes": 10}, 2, 32, torch.float64),
    five_steps("simplenet", {"width": 64, "classes": 10}, 8, 32, torch.float64),
])
