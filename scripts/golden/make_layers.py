"""The mathematics of layers: convolution, normalisation, pooling, sampling. Run: python scripts/golden/make_layers.py"""

import torch
import torch.nn.functional as F

from common import case, integers, normal, write

SUMMATION = "sums of hundreds of products, whose order differs between builds: the reference is float64, rounded"


def convolution(size, channels, outputs, kernel, stride=1, padding=0, groups=1, dilation=1, bias=True):
    tensors = [normal(2, channels, size, size), normal(outputs, channels // groups, kernel, kernel)]
    offset = normal(outputs) if bias else None
    options = {"stride": stride, "padding": padding, "groups": groups, "dilation": dilation}
    if bias:
        # The bias is an option in TypeScript; `input` tells the test which one it is.
        return case("ops.conv2d", lambda a, w, b: F.conv2d(a, w, b, **options), [*tensors, offset],
                    {**options, "bias": {"input": 2}}, reference="float64", why=SUMMATION)
    return case("ops.conv2d", lambda a, w: F.conv2d(a, w, None, **options), tensors, options, reference="float64", why=SUMMATION)


image = normal(2, 3, 6, 6)
theta = torch.tensor([[[0.9, 0.2, 0.1], [-0.2, 1.1, -0.05]], [[1.0, 0.0, 0.3], [0.0, 1.0, 0.0]]])
# Odd multiples of 1/64: positions between pixels are then exact in float32, and never on a pixel, where the gradient jumps.
grid = (2 * integers(-35, 35, 2, 4, 4, 2) + 1) / 64

cases = [
    convolution(6, 3, 4, 3, padding=1),
    convolution(7, 3, 4, 3, stride=2, padding=1),
    convolution(5, 4, 4, 3, padding=1, groups=2, bias=False),
    convolution(5, 4, 4, 3, groups=4),
    convolution(5, 3, 2, 1, stride=2, bias=False),
    convolution(8, 2, 3, 3, dilation=2, padding=2),
    case("ops.linear", F.linear, [normal(4, 6), normal(3, 6), normal(3)], {"bias": {"input": 2}}),
    case("ops.maxPool2d", lambda a, k: F.max_pool2d(a, k), [image, 2]),
    case("ops.maxPool2d", lambda a, k: F.max_pool2d(a, k, stride=2, padding=1), [image, 3], {"stride": 2, "padding": 1}),
    case("ops.avgPool2d", lambda a, k: F.avg_pool2d(a, k), [image, 2]),
    case("ops.avgPool2d", lambda a, k: F.avg_pool2d(a, k, stride=2, padding=1, count_include_pad=False), [image, 3],
         {"stride": 2, "padding": 1, "countIncludePad": False}),
    case("ops.adaptiveAvgPool2d", lambda a, n: F.adaptive_avg_pool2d(a, n), [image, 1]),
    case("ops.adaptiveAvgPool2d", lambda a, n: F.adaptive_avg_pool2d(a, n), [image, [4, 2]]),
    case("ops.groupNorm", lambda a, n, w, b: F.group_norm(a, n, w, b), [normal(2, 4, 3, 3), 2, normal(4), normal(4)],
         {"weight": {"input": 2}, "bias": {"input": 3}}, reference="float64", why=SUMMATION),
    case("ops.affineGrid", lambda t, size, align: F.affine_grid(t, size, align_corners=align), [theta, [2, 3, 4, 4], False]),
    case("ops.affineGrid", lambda t, size, align: F.affine_grid(t, size, align_corners=align), [theta, [2, 3, 4, 4], True]),
]
for mode_index, mode in enumerate(["bilinear", "nearest"]):
    for padding_index, padding in enumerate(["zeros", "border", "reflection"]):
        cases.append(case("ops.gridSample", lambda a, g, m, p, align: F.grid_sample(a, g, mode=mode, padding_mode=padding, align_corners=align),
                          [image, grid, mode_index, padding_index, False]))
write("layers", "The operators beneath layers and image transformations.", cases)
