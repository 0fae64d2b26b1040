"""Classifiers of torchvision and timm, and of the kind RobustBench lists, for exported_networks.py.

torchvision's compiled part is not needed, and its wheels' wants CUDA's libraries: it is imported without.
"""

from functools import partial

import torch
from torch import nn
from torch.nn.functional import silu

_library = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms"):
    _library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm  # noqa: E402
import torchvision  # noqa: E402

from exported_archive import CLASSES  # noqa: E402
from their_networks import PreActResNet  # noqa: E402

TORCHVISION, TIMM = f"torchvision {torchvision.__version__}", f"timm {timm.__version__}"

# Name of the function, pixels a side, options.
OF_TORCHVISION = [
    ("resnet18", 64, {}),
    ("resnet50", 64, {}),
    ("resnext50_32x4d", 64, {}),
    ("wide_resnet50_2", 64, {}),
    ("densenet121", 64, {}),
    ("vgg11_bn", 64, {}),
    ("vgg16", 64, {}),
    ("mobilenet_v2", 64, {}),
    ("mobilenet_v3_small", 64, {}),
    ("efficientnet_b0", 64, {}),
    ("convnext_tiny", 64, {}),
    ("regnet_x_400mf", 64, {}),
    ("regnet_y_400mf", 64, {}),
    ("shufflenet_v2_x1_0", 64, {}),
    ("squeezenet1_1", 64, {}),
    ("googlenet", 64, {"init_weights": False}),
    ("inception_v3", 96, {"init_weights": False}),
    ("mnasnet0_5", 64, {}),
    ("alexnet", 64, {}),
    ("swin_t", 64, {}),
    ("swin_v2_t", 64, {}),
    ("vit_b_16", 64, {"image_size": 64}),
]

OF_TIMM = [
    ("resnet18", 64, {}),
    ("resnet50", 64, {}),
    ("resnext50_32x4d", 64, {}),
    ("wide_resnet50_2", 64, {}),
    ("densenet121", 64, {}),
    ("vgg11_bn", 64, {}),
    ("mobilenetv3_small_100", 64, {}),
    ("mobilenetv2_100", 64, {}),
    ("efficientnet_b0", 64, {}),
    ("mnasnet_small", 64, {}),
    ("convnext_atto", 64, {}),
    ("regnetx_004", 64, {}),
    ("regnety_004", 64, {}),
    ("ghostnet_100", 64, {}),
    ("repvgg_a0", 64, {}),
    ("resnetv2_50x1_bit", 64, {}),
    ("nf_regnet_b0", 64, {}),
    ("vit_tiny_patch16_224", 64, {"img_size": 64}),
    ("deit_tiny_patch16_224", 64, {"img_size": 64}),
    ("deit_tiny_distilled_patch16_224", 64, {"img_size": 64}),
    ("swin_tiny_patch4_window7_224", 56, {"img_size": 56}),
    ("xcit_nano_12_p16_224", 64, {}),
    ("maxvit_pico_rw_256", 64, {"img_size": 64}),
    ("coatnet_pico_rw_224", 64, {"img_size": 64}),
    ("mixer_s16_224", 64, {"img_size": 64}),
    ("resmlp_12_224", 64, {"img_size": 64}),
    ("poolformer_s12", 64, {}),
    ("levit_128s", 224, {}),
    ("beit_base_patch16_224", 64, {"img_size": 64, "depth": 3}),
    ("eva02_tiny_patch14_224", 56, {"img_size": 56}),
]


class Normalized(nn.Module):
    """Mean and deviation as most of RobustBench's networks hold them: tensors of the module that no state dict has."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.mean = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
        self.std = torch.tensor([0.2471, 0.2435, 0.2616]).view(1, 3, 1, 1)

    def forward(self, x):
        return self.network((x - self.mean.to(x)) / self.std.to(x))


class SwishBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(outputs), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if inputs != outputs else None

    def forward(self, x):
        active = silu(self.norm1(x))
        out = self.conv2(silu(self.norm2(self.conv1(active))))
        return out + (x if self.shortcut is None else self.shortcut(active))


class SwishWideResNet(nn.Module):
    """WRN-28 with Swish and a factor of 1: 28 layers, 16 to 64 channels."""

    def __init__(self, depth=28, width=1):
        super().__init__()
        widths = [16, 16 * width, 32 * width, 64 * width]
        self.stem = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        blocks = []
        for inputs, outputs in zip(widths, widths[1:]):
            for index in range((depth - 4) // 6):
                stride = 2 if index == 0 and outputs > 16 * width else 1
                blocks.append(SwishBlock(inputs if index == 0 else outputs, outputs, stride))
        self.blocks, self.norm = nn.Sequential(*blocks), nn.BatchNorm2d(widths[-1])
        self.head = nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        return self.head(silu(self.norm(self.blocks(self.stem(x)))).mean((2, 3)))


def zoo():
    """Name, a function that builds the network, the shape of an image, where it is from."""
    for name, side, options in OF_TORCHVISION:
        build = getattr(torchvision.models, name)
        yield f"torchvision-{name}", partial(build, num_classes=CLASSES, **options), (3, side, side), TORCHVISION
    for name, side, options in OF_TIMM:
        yield f"timm-{name}", partial(timm.create_model, name, num_classes=CLASSES, **options), (3, side, side), TIMM
    # The named ones are so deep that random weights leave nothing but rounding of the gradient.
    mixer = partial(timm.models.convmixer.ConvMixer, 256, 6, kernel_size=7, patch_size=7, num_classes=CLASSES)
    yield "timm-convmixer_256_6", mixer, (3, 64, 64), TIMM
    ours = "scripts/golden"
    yield "preact_resnet18", lambda: Normalized(PreActResNet(64, (2, 2, 2, 2), final=True)), (3, 32, 32), ours
    yield "wrn28_swish", lambda: Normalized(SwishWideResNet()), (3, 32, 32), ours
