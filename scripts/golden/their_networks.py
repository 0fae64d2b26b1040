"""Networks under the names that other people's code gives their parts, written from the papers, for make_checkpoints.py.

Only the names are theirs: what each computes is in the papers, and in src/models.
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d


def conv(inputs, outputs, kernel, stride=1, bias=False):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=bias)


class Block(nn.Module):
    """A basic block, or one of three convolutions; the shortcut's name is `shortcut` or `downsample`."""

    def __init__(self, inputs, width, stride, shortcut, bottleneck=False):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        sizes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)] if bottleneck else \
            [(inputs, width, 3, stride), (width, width, 3, 1)]
        for index, (ins, outs, kernel, step) in enumerate(sizes, 1):
            setattr(self, f"conv{index}", conv(ins, outs, kernel, step))
            setattr(self, f"bn{index}", nn.BatchNorm2d(outs))
        self.layers, self.shortcut_name = len(sizes), shortcut
        if stride != 1 or inputs != outputs:
            setattr(self, shortcut, nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)))

    def forward(self, x):
        out = x
        for index in range(1, self.layers + 1):
            out = getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(out))
            out = out.relu() if index < self.layers else out
        return (out + (getattr(self, self.shortcut_name)(x) if hasattr(self, self.shortcut_name) else x)).relu()


class ResNet(nn.Module):
    """pytorch-cifar's and TRADES's with `shortcut` and `linear`; torchvision's and timm's with `downsample` and `fc`."""

    def __init__(self, width=2, blocks=(1, 1, 1, 1), classes=10, bottleneck=False, torchvision=False, large=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False) if large else conv(3, width, 3)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.MaxPool2d(3, 2, 1) if large else nn.Identity()
        inputs, self.stages = width, len(blocks)
        for index, count in enumerate(blocks):
            stage = []
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                stage.append(Block(inputs, width * 2**index, stride, "downsample" if torchvision else "shortcut", bottleneck))
                inputs = width * 2**index * (4 if bottleneck else 1)
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.head = "fc" if torchvision else "linear"
        setattr(self, self.head, nn.Linear(inputs, classes))

    def forward(self, x):
        x = self.pool(self.bn1(self.conv1(x)).relu())
        for index in range(self.stages):
            x = getattr(self, f"layer{index + 1}")(x)
        return getattr(self, self.head)(x.mean((2, 3)))


class PreActBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride))

    def forward(self, x):
        active = self.bn1(x).relu()
        shortcut = self.shortcut(active) if hasattr(self, "shortcut") else x
        return self.conv2(self.bn2(self.conv1(active)).relu()) + shortcut


class PreActResNet(nn.Module):
    """pytorch-cifar's; with `bn` before the pooling that of Rice et al., Wong et al. and RobustBench."""

    def __init__(self, width=2, blocks=(1, 1, 1, 1), classes=10, final=False):
        super().__init__()
        self.conv1 = conv(3, width, 3)
        inputs = width
        for index, count in enumerate(blocks):
            stage = []
            for position in range(count):
                stage.append(PreActBlock(inputs, width * 2**index, 2 if index > 0 and position == 0 else 1))
                inputs = width * 2**index
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        if final:
            self.bn = nn.BatchNorm2d(inputs)
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.conv1(x)))))
        x = self.bn(x).relu() if hasattr(self, "bn") else x
        return self.linear(avg_pool2d(x, x.shape[-1]).flatten(1))


class TradesBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        if inputs != outputs:
            self.convShortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        active = self.bn1(x).relu()
        shortcut = self.convShortcut(active) if hasattr(self, "convShortcut") else x
        return self.conv2(self.bn2(self.conv1(active)).relu()) + shortcut


class TradesGroup(nn.Module):
    def __init__(self, count, inputs, outputs, stride):
        super().__init__()
        blocks = [TradesBlock(inputs if i == 0 else outputs, outputs, stride if i == 0 else 1) for i in range(count)]
        self.layer = nn.Sequential(*blocks)

    def forward(self, x):
        return self.layer(x)


class TradesWideResNet(nn.Module):
    """Of TRADES and most of the robustness literature; `copies` has the unused second copy of the first group."""

    def __init__(self, depth=10, widen=2, width=2, classes=10, copies=False):
        super().__init__()
        count, sizes = (depth - 4) // 6, [width, width * widen, 2 * width * widen, 4 * width * widen]
        self.conv1 = conv(3, width, 3)
        self.block1 = TradesGroup(count, sizes[0], sizes[1], 1)
        if copies:
            self.sub_block1 = TradesGroup(count, sizes[0], sizes[1], 1)
        self.block2 = TradesGroup(count, sizes[1], sizes[2], 2)
        self.block3 = TradesGroup(count, sizes[2], sizes[3], 2)
        self.bn1 = nn.BatchNorm2d(sizes[3])
        self.fc = nn.Linear(sizes[3], classes)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(self.bn1(x).relu().mean((2, 3)))


class ArticleBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, bias):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, bias=bias)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3, stride, bias=bias)
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride, bias=bias))

    def forward(self, x):
        out = self.conv2(self.bn2(self.conv1(self.bn1(x).relu())).relu())
        return out + (self.shortcut(x) if hasattr(self, "shortcut") else x)


class ArticleWideResNet(nn.Module):
    """With the stride on the second convolution and the shortcut from the input, under the names `layer1.0`."""

    def __init__(self, depth=10, widen=2, width=2, classes=10, bias=True):
        super().__init__()
        self.conv1 = conv(3, width, 3, bias=bias)
        inputs = width
        for index in range(3):
            outputs, stage = width * widen * 2**index, []
            for position in range((depth - 4) // 6):
                stage.append(ArticleBlock(inputs, outputs, 2 if index > 0 and position == 0 else 1, bias))
                inputs = outputs
            setattr(self, f"layer{index + 1}", nn.Sequential(*stage))
        self.bn1 = nn.BatchNorm2d(inputs)
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.linear(self.bn1(x).relu().mean((2, 3)))


class Normalize(nn.Module):
    """Names of the two numbers as they are given; without names they leave no trace in the state dict."""

    def __init__(self, mean, std, names=("mean", "std")):
        super().__init__()
        self.names, values = names or ("m", "s"), (mean, std)
        for name, value in zip(self.names, values):
            tensor = torch.tensor(value).view(1, -1, 1, 1)
            if names:
                self.register_buffer(name, tensor)
            else:
                setattr(self, name, tensor)

    def forward(self, x):
        mean, std = (getattr(self, name) for name in self.names)
        return (x - mean) / std


class Around(nn.Module):
    """A network behind its normalisation, each under a name of its own."""

    def __init__(self, normalize, network, names=("normalize", "model")):
        super().__init__()
        self.names = names
        setattr(self, names[0], normalize)
        setattr(self, names[1], network)

    def forward(self, x):
        return getattr(self, self.names[1])(getattr(self, self.names[0])(x))
