"""Networks of a few weights, one peculiarity of exported programs each, for exported_networks.py."""

import torch
from torch import nn
from torch.nn.functional import interpolate, scaled_dot_product_attention

from exported_archive import condition
from exported_head import SHAPE, Head, Residual
from exported_small_weights import Buffers, Constants, Dtypes, Layouts


class TwoOutputs(Head):
    def forward(self, x):
        features = self.features(x)
        return self.fc(features.mean((2, 3))), features


class Scalars(Head):
    """Numbers on either side of an operator, whole and broken; a parameter of no dimensions."""

    def __init__(self):
        super().__init__()
        self.temperature = nn.Parameter(torch.tensor(0.7))

    def features(self, x):
        x = super().features(2 * x**2 - 1)
        return (1 - x) * self.temperature.exp() / 3 + 0.25


class Reshape(Head):
    """Sizes that come from the input: of the batch alone, and computed with."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4 * 36, 10)

    def forward(self, x):
        x = self.features(x)
        parts = x.reshape(x.size(0) * 2, 2, 6, 6).relu()
        return self.fc(parts.view(x.size(0), -1) / (x.shape[2] * x.shape[3]))


class Positions(Head):
    """An embedding of positions by arange, an index of the batch by arange, and a mask in place."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(36, 4)

    def forward(self, x):
        x = self.features(x).flatten(2).transpose(1, 2)
        x = x + self.embedding(torch.arange(x.shape[1], device=x.device))
        rows = torch.arange(x.shape[0], device=x.device)
        return self.fc(x[rows, rows * 0 + 5] + x.amax(1))


class ClassToken(Head):
    """What a vision transformer does: a token expanded to the batch, layer norm, attention, GELU."""

    def __init__(self):
        super().__init__(8)
        self.token = nn.Parameter(torch.randn(1, 1, 8))
        self.norm, self.qkv = nn.LayerNorm(8), nn.Linear(8, 24)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))

    def forward(self, x):
        x = self.conv(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)
        q, k, v = self.qkv(self.norm(x)).unflatten(2, (3, 2, 4)).permute(2, 0, 3, 1, 4).unbind(0)
        x = x + scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return self.fc((x + self.mlp(x))[:, 0])


class SeveralResults(Head):
    """Operators with more than one result, of which some are not used."""

    def features(self, x):
        first, _ = super().features(x).chunk(2, 1)
        largest, where = first.topk(2, -1)
        values, _ = first.max(-1, keepdim=True)
        left, middle = first.split([4, 2], -1)
        both = torch.cat([largest + values + where, left[..., :2] * middle], 1)
        return both


class Resized(Head):
    """Interpolation, padding, pooling and a normalisation without statistics."""

    def __init__(self):
        super().__init__()
        self.group = nn.GroupNorm(2, 4)

    def features(self, x):
        x = self.group(super().features(x))
        x = interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = nn.functional.pad(x, (1, 0, 0, 1), mode="reflect")
        return nn.functional.max_pool2d(x, 3, 2) + nn.functional.avg_pool2d(x, 3, 2)


class Masked(Head):
    """Numbers that JSON does not have, minus infinity, and the largest size."""

    def features(self, x):
        x = super().features(x)
        scores = torch.where(x > 0.1, x, -torch.inf).masked_fill(x > 0.6, -torch.inf)
        return scores.clamp(min=-10, max=torch.inf)[:, 1:].flatten(2).softmax(2).unflatten(2, (6, 6)) * x[:, :1]

    def forward(self, x):
        return self.fc(torch.cat([self.features(x), x[:, :1] ** 2], 1).mean((2, 3)))


class InPlace(Head):
    """Operators that write into their input: torch.export keeps them in the graph."""

    def features(self, x):
        x = nn.functional.relu_(self.conv(x)) + 1
        x[:, 0] = 0
        return x.mul_(0.5)


def small_networks():
    """Name, network, dtype."""
    torch.manual_seed(0)
    kinds = {
        "residual": Residual,
        "buffers": Buffers,
        "constants": Constants,
        "two-outputs": TwoOutputs,
        "scalars": Scalars,
        "reshape": Reshape,
        "positions": Positions,
        "class-token": ClassToken,
        "several-results": SeveralResults,
        "layouts": Layouts,
        "dtypes": Dtypes,
        "resized": Resized,
        "in-place": InPlace,
        "masked": Masked,
    }
    networks = [(f"small-{name}", kind().eval(), torch.float32) for name, kind in kinds.items()]
    condition(networks[0][1], SHAPE)
    return [*networks, ("small-float64", Buffers().double().eval(), torch.float64)]
