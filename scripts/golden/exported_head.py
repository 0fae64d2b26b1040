"""The two small networks that the others of exported_small.py and exported_refused.py are made of."""

from torch import nn

SHAPE = (3, 6, 6)


class Head(nn.Module):
    """Ten logits of the pooled channels; subclasses say what happens before."""

    def __init__(self, channels=4):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, padding=1)
        self.fc = nn.Linear(channels, 10)

    def features(self, x):
        return self.conv(x).relu()

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class Residual(Head):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        self.conv1, self.bn1 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)

    def features(self, x):
        x = self.bn(self.conv(x)).relu()
        return (self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())) + x).relu()
