"""Networks of a few weights that are stored in every way an archive knows, for exported_small.py."""

import torch
from torch import nn

from exported_head import Head


class Buffers(Head):
    """Normalisation by a buffer of the state dict and by one that is none of it; an integer and a boolean one."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.2, 0.3, 0.25]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("order", torch.tensor([2, 0, 1]))
        self.register_buffer("mask", torch.tensor([True, False, True, True]).view(1, 4, 1, 1))

    def features(self, x):
        x = ((x - self.mean) / self.deviation)[:, self.order]
        return super().features(x) * self.mask


class Constants(Head):
    """A tensor that is an attribute, and one that the forward pass makes."""

    def __init__(self):
        super().__init__()
        self.scale = torch.tensor([1.5, 0.5, 2.0]).view(1, 3, 1, 1)

    def features(self, x):
        return super().features(x * self.scale - torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1))


class Layouts(Head):
    """Weights that are no plain blocks: views of one storage, a transposed, a channels-last and a tied one."""

    def __init__(self):
        super().__init__()
        storage = torch.randn(60)
        self.register_buffer("offset", storage[7:11].view(1, 4, 1, 1))
        self.register_buffer("stride", storage[20:40:5].view(1, 4, 1, 1))
        self.fc.weight = nn.Parameter(torch.randn(4, 10).t())
        self.conv.weight = nn.Parameter(self.conv.weight.detach().contiguous(memory_format=torch.channels_last))
        self.again = nn.Conv2d(4, 4, 3, padding=1)
        self.more = nn.Conv2d(4, 4, 3, padding=1)
        self.more.weight = self.again.weight

    def features(self, x):
        x = super().features(x.contiguous(memory_format=torch.channels_last))
        return self.more(self.again(x).relu()) * self.stride + self.offset


class Dtypes(Head):
    """Weights in half precision, the network computing in single."""

    def __init__(self):
        super().__init__()
        self.half_scale = nn.Parameter(torch.randn(1, 4, 1, 1).half())
        self.brain_shift = nn.Parameter(torch.randn(1, 4, 1, 1).bfloat16())

    def features(self, x):
        x = super().features(x).to(torch.float32)
        return x * self.half_scale.float() + self.brain_shift.to(x.dtype) + torch.ones_like(x, dtype=torch.float32)
