"""The networks of src/models in plain PyTorch, written from the article's facts and the papers, for make_models.py.

Attribute names are those of the common PyTorch implementations, so the state dicts have the names ours must have.
"""

import torch
from torch import nn


def norm(kind, channels):
    if kind in ("bn", "fixedbn"):
        return nn.BatchNorm2d(channels, affine=kind == "bn")
    if kind in ("gn", "fixedgn"):
        groups = next(g for g in (min(n, channels // 2) for n in (32, 24, 16)) if channels % g == 0)
        return nn.GroupNorm(groups, channels, affine=kind == "gn")
    return nn.Identity()


class Input(nn.Module):
    """Clamp to [0, 1], then (x - mean) / std; neither has a name in the state dict."""

    def __init__(self, clamp=True, normalize=None, **_):
        super().__init__()
        self.clamp, self.normalize = clamp, normalize

    def forward(self, x):
        x = x.clamp(0, 1) if self.clamp else x
        if self.normalize is None:
            return x
        mean, std = (torch.tensor(self.normalize[key], dtype=x.dtype).view(1, -1, 1, 1) for key in ("mean", "std"))
        return (x - mean) / std


def logits_of(classes=10, singleLogit=False, **_):
    return 1 if singleLogit else classes


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride, kind, bias):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = norm(kind, width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = norm(kind, width)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != width:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=bias), norm(kind, width))

    def forward(self, x):
        out = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (out + self.shortcut(x)).relu()


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride, kind, bias):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = norm(kind, width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = norm(kind, width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = norm(kind, 4 * width)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != 4 * width:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, 4 * width, 1, stride, bias=bias), norm(kind, 4 * width))

    def forward(self, x):
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        return (self.bn3(self.conv3(out)) + self.shortcut(x)).relu()


class ResNet(nn.Module):
    def __init__(self, width=64, blocks=(2, 2, 2, 2), bottleneck=False, bias=True, normalization="bn", channels=3, stem="cifar", **options):
        super().__init__()
        Block = Bottleneck if bottleneck else BasicBlock
        self.input = Input(**options)
        large = stem == "imagenet"
        self.conv1 = nn.Conv2d(channels, width, 7, 2, 3, bias=bias) if large else nn.Conv2d(channels, width, 3, 1, 1, bias=bias)
        self.bn1 = norm(normalization, width)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if large else nn.Identity()
        inputs, self.stages = width, []
        for index, count in enumerate(blocks):
            stage = []
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                stage.append(Block(inputs, width * 2**index, stride, normalization, bias))
                inputs = width * 2**index * Block.expansion
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
            self.stages.append(f"layer{index + 1}")
        self.linear = nn.Linear(inputs, logits_of(**options))

    def forward(self, x):
        x = self.maxpool(self.bn1(self.conv1(self.input(x))).relu())
        for stage in self.stages:
            x = getattr(self, stage)(x)
        return self.linear(x.mean((2, 3)))


class PreActivationBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, kind, bias, strideOn, shortcutFrom):
        super().__init__()
        first = strideOn == "first"
        self.bn1 = norm(kind, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride if first else 1, 1, bias=bias)
        self.bn2 = norm(kind, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1 if first else stride, 1, bias=bias)
        self.project = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=bias)) if self.project else nn.Sequential()
        self.raw = shortcutFrom == "input" or not self.project

    def forward(self, x):
        active = self.bn1(x).relu()
        return self.conv2(self.bn2(self.conv1(active)).relu()) + self.shortcut(x if self.raw else active)


class WideResNet(nn.Module):
    def __init__(self, depth=28, widenFactor=10, width=16, bias=True, strideOn="second", shortcutFrom="input",
                 normalization="bn", channels=3, **options):
        super().__init__()
        self.input = Input(**options)
        self.conv1 = nn.Conv2d(channels, width, 3, 1, 1, bias=bias)
        inputs = width
        for index in range(3):
            outputs, stage = width * widenFactor * 2**index, []
            for position in range((depth - 4) // 6):
                stride = 2 if index > 0 and position == 0 else 1
                stage.append(PreActivationBlock(inputs, outputs, stride, normalization, bias, strideOn, shortcutFrom))
                inputs = outputs
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.bn1 = norm(normalization, inputs)
        self.linear = nn.Linear(inputs, logits_of(**options))

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(self.input(x)))))
        return self.linear(self.bn1(x).relu().mean((2, 3)))


class PreActResNet(nn.Module):
    def __init__(self, width=64, blocks=(2, 2, 2, 2), bias=False, finalNormalization=True, normalization="bn", channels=3, **options):
        super().__init__()
        self.input = Input(**options)
        self.conv1 = nn.Conv2d(channels, width, 3, 1, 1, bias=bias)
        inputs = width
        for index, count in enumerate(blocks):
            outputs, stage = width * 2**index, []
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                stage.append(PreActivationBlock(inputs, outputs, stride, normalization, bias, "first", "activation"))
                inputs = outputs
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.final = finalNormalization
        if finalNormalization:
            self.bn = norm(normalization, inputs)
        self.linear = nn.Linear(inputs, logits_of(**options))

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.conv1(self.input(x))))))
        return self.linear((self.bn(x).relu() if self.final else x).mean((2, 3)))


class SimpleNet(nn.Module):
    def __init__(self, width=64, resolution=32, bias=True, normalization="bn", channels=3, **options):
        super().__init__()
        self.input = Input(**options)
        # channels in multiples of the width, kernel, pool
        layers = [(1, 3, 0), (2, 3, 0), (2, 3, 0), (2, 3, 2), (2, 3, 0), (2, 3, 0), (4, 3, 2)]
        layers += [(8, 3, 0)] if resolution < 32 else [(4, 3, 0), (4, 3, 2), (8, 3, 2)]
        layers += [(32, 1, 0), (4, 1, 2), (4, 3, 1)]
        inputs, side, features = channels, resolution, []
        for factor, kernel, pool in layers:
            features += [nn.Conv2d(inputs, factor * width, kernel, padding=kernel // 2, bias=bias), norm(normalization, factor * width), nn.ReLU()]
            inputs = factor * width
            if pool:
                features += [nn.MaxPool2d(pool), nn.Identity()]
                side //= pool
        self.features = nn.Sequential(*features)
        self.classifier = nn.Linear(inputs * side**2, logits_of(**options))

    def forward(self, x):
        return self.classifier(self.features(self.input(x)).flatten(1))


NETWORKS = {"resnet": ResNet, "wide-resnet": WideResNet, "preact-resnet18": PreActResNet, "simplenet": SimpleNet}
