"""Networks under the names that other people's code gives their parts, written from the papers, for make_checkpoints.py.

Only the names are theirs: what each computes is in the papers, and in src/models.
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, pad, silu


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
    def __init__(self, inputs, outputs, stride, from_input=False):
        super().__init__()
        self.from_input = from_input
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride))

    def forward(self, x):
        active = self.bn1(x).relu()
        shortcut = self.shortcut(x if self.from_input else active) if hasattr(self, "shortcut") else x
        return self.conv2(self.bn2(self.conv1(active)).relu()) + shortcut


class PreActResNet(nn.Module):
    """pytorch-cifar's; with `bn` before the pooling that of Rice et al.; with the shortcut from the input that of Andriushchenko."""

    def __init__(self, width=2, blocks=(1, 1, 1, 1), classes=10, final=False, from_input=False):
        super().__init__()
        self.conv1 = conv(3, width, 3)
        inputs = width
        for index, count in enumerate(blocks):
            stage = []
            for position in range(count):
                stage.append(PreActBlock(inputs, width * 2**index, 2 if index > 0 and position == 0 else 1, from_input))
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


def at_end(x, layer):
    """As TensorFlow pads: around the map, but where the stride is two at its end alone."""
    return layer(pad(x, (1, 1, 1, 1) if layer.stride[0] == 1 else (0, 1, 0, 1)))


class DeepMindBlock(nn.Module):
    """Of its Wide ResNets, whose shortcuts see the activation; of its PreActResNets, whose shortcuts of 3 x 3 see the input."""

    def __init__(self, inputs, outputs, stride, wide, activation):
        super().__init__()
        self.names, self.wide, self.activation = ("conv_0", "conv_1") if wide else ("conv_2d_1", "conv_2d_2"), wide, activation
        self.batchnorm_0 = nn.BatchNorm2d(inputs)
        setattr(self, self.names[0], nn.Conv2d(inputs, outputs, 3, stride, bias=False))
        self.batchnorm_1 = nn.BatchNorm2d(outputs)
        setattr(self, self.names[1], conv(outputs, outputs, 3))
        if inputs != outputs or not wide and stride != 1:
            self.shortcut = nn.Conv2d(inputs, outputs, 1 if wide else 3, stride, bias=False)

    def forward(self, x):
        first, second = (getattr(self, name) for name in self.names)
        active = self.activation(self.batchnorm_0(x))
        out = second(self.activation(self.batchnorm_1(at_end(active, first))))
        if not hasattr(self, "shortcut"):
            return x + out
        return out + (self.shortcut(active) if self.wide else at_end(x, self.shortcut))


class DeepMindGroup(nn.Module):
    def __init__(self, count, inputs, outputs, stride, activation):
        super().__init__()
        blocks = [DeepMindBlock(inputs if i == 0 else outputs, outputs, stride if i == 0 else 1, True, activation) for i in range(count)]
        self.block = nn.Sequential(*blocks)

    def forward(self, x):
        return self.block(x)


class DeepMindWideResNet(nn.Module):
    """Of Gowal et al. (2020), with its numbers as buffers of its own or without."""

    def __init__(self, numbers=None, depth=10, widen=2, width=2, classes=10, activation=silu):
        super().__init__()
        self.numbers, self.activation = numbers, activation
        for name, values in zip(("mean", "std"), numbers or ()):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1))
        count, sizes = (depth - 4) // 6, [width, width * widen, 2 * width * widen, 4 * width * widen]
        self.init_conv = conv(3, width, 3)
        self.layer = nn.Sequential(*[DeepMindGroup(count, *sizes[i:i + 2], 1 if i == 0 else 2, activation) for i in range(3)])
        self.batchnorm = nn.BatchNorm2d(sizes[3])
        self.logits = nn.Linear(sizes[3], classes)

    def forward(self, x):
        x = (x - self.mean) / self.std if self.numbers else x
        return self.logits(self.activation(self.batchnorm(self.layer(self.init_conv(x)))).mean((2, 3)))


class DeepMindPreActResNet(nn.Module):
    def __init__(self, numbers, width=2, classes=10):
        super().__init__()
        for name, values in zip(("mean", "std"), numbers):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1))
        self.conv_2d = conv(3, width, 3)
        inputs = width
        for index in range(4):
            setattr(self, f"layer_{index}", nn.Sequential(DeepMindBlock(inputs, width * 2**index, 1 if index == 0 else 2, False, silu)))
            inputs = width * 2**index
        self.batchnorm = nn.BatchNorm2d(inputs)
        self.logits = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.conv_2d((x - self.mean) / self.std)
        for index in range(4):
            x = getattr(self, f"layer_{index}")(x)
        return self.logits(silu(self.batchnorm(x)).mean((2, 3)))


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
