"""torch.optim.Adam and AdamW, and Lion as its paper writes it, over several steps of given gradients.

Run: python scripts/golden/make_optimizers.py
"""

import torch

from common import normal, optimizer_steps, pack, write

RATES = [0.1, 0.1, 0.05, 0.05, 0.01, 0.2]
SPELLED = {"weightDecay": "weight_decay", "epsilon": "eps"}


class Lion(torch.optim.Optimizer):
    """Chen et al., algorithm 2."""

    def __init__(self, parameters, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                average = self.state[parameter].setdefault("average", torch.zeros_like(parameter))
                update = torch.sign(beta1 * average + (1 - beta1) * parameter.grad)
                parameter.sub_(group["lr"] * (update + group["weight_decay"] * parameter))
                average.copy_(beta2 * average + (1 - beta2) * parameter.grad)


cases = []
for name, make, options in [
    ("adam", torch.optim.Adam, {}),
    ("adam", torch.optim.Adam, {"betas": [0.8, 0.95], "epsilon": 1e-4, "weightDecay": 0.05}),
    ("adamw", torch.optim.AdamW, {}),
    ("adamw", torch.optim.AdamW, {"betas": [0.8, 0.95], "weightDecay": 0.1}),
    ("lion", Lion, {}),
    ("lion", Lion, {"betas": [0.95, 0.98], "weightDecay": 0.1}),
]:
    parameters = [normal(3, 4).requires_grad_(), normal(5).requires_grad_()]
    initial = pack(parameters)
    optimizer = make(parameters, lr=1.0, **{SPELLED.get(key, key): value for key, value in options.items()})
    gradients, after = optimizer_steps(optimizer, parameters, RATES)
    cases.append({"name": name, "options": options, "tolerance": 1e-5, "rates": RATES, "initial": initial,
                  "gradients": gradients, "after": after})
write("optimizers", "Two parameters after each of six steps; the learning rate changes on the way.", cases)
