"""The numbers behind initialisations: fans, bounds, standard deviations. Run: python scripts/golden/make_initialization.py"""

import math

import torch
from torch.nn import init

from common import write

cases = []
for shape in [[10, 20], [16, 3, 3, 3], [64, 16, 1, 1], [8, 1, 5, 5], [32, 2, 3, 3]]:
    fan_in, fan_out = init._calculate_fan_in_and_fan_out(torch.empty(shape))
    relu = init.calculate_gain("relu")
    cases.append({
        "shape": shape, "fanIn": fan_in, "fanOut": fan_out,
        "kaimingNormalFanIn": relu / math.sqrt(fan_in), "kaimingNormalFanOut": relu / math.sqrt(fan_out),
        # torch.nn.Linear and Conv2d: kaiming_uniform_(a=sqrt(5)) for weights, ±1/sqrt(fan in) for the bias.
        "torchDefaultBound": init.calculate_gain("leaky_relu", math.sqrt(5)) * math.sqrt(3 / fan_in),
        "torchDefaultBiasBound": 1 / math.sqrt(fan_in), "tolerance": 1e-6,
    })
write("initialization", "Fans and the parameters of the distributions; draws themselves are ours.", cases)
