"""Programs that no reader of inference graphs should run, for exported_networks.py: each for a reason of its own."""

import torch
from torch import nn

from exported_head import Head, Residual

library = torch.library.Library("saddlepoint_golden", "DEF")
library.define("double_relu(Tensor x) -> Tensor")


@torch.library.impl(library, "double_relu", "CompositeExplicitAutograd")
def double_relu(x):
    return 2 * x.relu()


@torch.library.register_fake("saddlepoint_golden::double_relu", lib=library)
def double_relu_shape(x):
    return torch.empty_like(x)


class Cond(Head):
    """Control flow: an operator of higher order with two graphs inside."""

    def features(self, x):
        return torch.cond(x.mean() > 0.5, lambda x: x.sin(), lambda x: x.cos(), (super().features(x),))


class CustomOperator(Head):
    """An operator that is only where somebody has registered it."""

    def features(self, x):
        return torch.ops.saddlepoint_golden.double_relu(self.conv(x))


class Nonzero(Head):
    """A size that depends on the pixels."""

    def features(self, x):
        return super().features(x) * (x > 0.5).nonzero().shape[0]


class Item(Head):
    """A number that depends on the pixels."""

    def features(self, x):
        return super().features(x) * x.max().item()


class NoGradient(Head):
    """A part that runs without gradients: a graph within the graph."""

    def features(self, x):
        with torch.no_grad():
            scale = x.mean()
        return super().features(x) * scale


class TwoInputs(Head):
    """More than images goes in."""

    def forward(self, x, scale):
        return super().forward(x * scale)


class Dictionary(Head):
    """What comes out has names."""

    def forward(self, x):
        return {"logits": super().forward(x), "pixels": x.mean()}


class NoLogits(Head):
    """One image goes in, and something else than a row of logits comes out."""

    def forward(self, x):
        return super().features(x)


class Training(Residual):
    """Batch statistics, running ones written, and pixels dropped."""

    def features(self, x):
        return nn.functional.dropout(super().features(x), 0.25, self.training)


def refused_networks():
    """Name, network, the inputs after the images."""
    torch.manual_seed(0)
    kinds = {
        "cond": Cond,
        "custom-operator": CustomOperator,
        "nonzero": Nonzero,
        "item": Item,
        "no-gradient": NoGradient,
        "dictionary": Dictionary,
        "no-logits": NoLogits,
    }
    networks = [(f"refused-{name}", kind().eval(), ()) for name, kind in kinds.items()]
    two_inputs = ("refused-two-inputs", TwoInputs().eval(), (torch.rand(1),))
    return [*networks, two_inputs, ("refused-training", Training().train(), ())]
