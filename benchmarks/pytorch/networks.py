"""The benchmark's networks as a PyTorch user writes them: activations in place, functional where a module has no state.

The names of their parameters are those of src/models, so that both sides load one file of weights. The article's
networks clip their input to [0, 1] first.
"""

from torch import nn
from torch.nn import functional as F


def relu(x):
    return F.relu(x, inplace=True)


class SmallCnn(nn.Module):
    """What the demo trains."""

    def __init__(self, width=16, hidden=128, channels=1, resolution=28, **_):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(inplace=True),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(2 * width * (resolution // 4) ** 2, hidden), nn.ReLU(inplace=True), nn.Linear(hidden, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        out = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(out.add_(self.shortcut(x)))


class ResNet18(nn.Module):
    def __init__(self, width=64, **_):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(BasicBlock(width, width, 1), BasicBlock(width, width, 1))
        self.layer2 = nn.Sequential(BasicBlock(width, 2 * width, 2), BasicBlock(2 * width, 2 * width, 1))
        self.layer3 = nn.Sequential(BasicBlock(2 * width, 4 * width, 2), BasicBlock(4 * width, 4 * width, 1))
        self.layer4 = nn.Sequential(BasicBlock(4 * width, 8 * width, 2), BasicBlock(8 * width, 8 * width, 1))
        self.linear = nn.Linear(8 * width, 10)

    def forward(self, x):
        x = relu(self.bn1(self.conv1(x.clamp(0, 1))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))


class PreActivationBlock(nn.Module):
    """The article's: biases, the stride on the second convolution, the shortcut from the raw input."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, stride, 1)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride))

    def forward(self, x):
        out = self.conv2(relu(self.bn2(self.conv1(relu(self.bn1(x))))))
        return out.add_(self.shortcut(x))


class WideResNet28x10(nn.Module):
    def __init__(self, width=12, **_):
        super().__init__()
        widths = [width, 10 * width, 20 * width, 40 * width]
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1)
        for group in range(3):
            first = PreActivationBlock(widths[group], widths[group + 1], 1 if group == 0 else 2)
            others = [PreActivationBlock(widths[group + 1], widths[group + 1], 1) for _ in range(3)]
            setattr(self, f"layer{group + 1}", nn.Sequential(first, *others))
        self.bn1 = nn.BatchNorm2d(widths[3])
        self.linear = nn.Linear(widths[3], 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x.clamp(0, 1)))))
        return self.linear(F.adaptive_avg_pool2d(relu(self.bn1(x)), 1).flatten(1))


class SimpleNet(nn.Module):
    # Output channels in multiples of the width, kernel, pool.
    LAYERS = [(1, 3, 0), (2, 3, 0), (2, 3, 0), (2, 3, 2), (2, 3, 0), (2, 3, 0), (4, 3, 2), (4, 3, 0), (4, 3, 2), (8, 3, 2)]
    LAYERS += [(32, 1, 0), (4, 1, 2), (4, 3, 0)]

    def __init__(self, width=64, **_):
        super().__init__()
        inputs, index = 3, 0
        self.features = nn.Sequential()
        for factor, kernel, pool in self.LAYERS:
            outputs = factor * width
            layers = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.BatchNorm2d(outputs)]
            layers.append(nn.ReLU(inplace=True))
            if pool:
                layers += [nn.MaxPool2d(pool), nn.Identity()]  # where src/models has its dropout
            for layer in layers:
                self.features.add_module(str(index), layer)
                index += 1
            inputs = outputs
        self.classifier = nn.Linear(inputs, 10)

    def forward(self, x):
        return self.classifier(self.features(x.clamp(0, 1)).flatten(1))


NETWORKS = {"small-cnn": SmallCnn, "resnet18": ResNet18, "wrn-28-10": WideResNet28x10, "simplenet": SimpleNet}
