"""Batch normalisation in training and evaluation mode, statistics included. Run: python scripts/golden/make_batch_norm.py"""

import torch

from common import normal, pack, uniform, write

cases = []
for training, affine, momentum in [(True, True, 0.1), (False, True, 0.1), (True, False, 0.3)]:
    layer = torch.nn.BatchNorm2d(3, affine=affine, momentum=momentum).double()
    with torch.no_grad():
        # Float32 values in double precision: the reference is rounded once, at the end.
        layer.running_mean.copy_(normal(3))
        layer.running_var.copy_(uniform(3, low=0.5, high=2.0))
        if affine:
            layer.weight.copy_(normal(3))
            layer.bias.copy_(normal(3))
    before = {name: pack(value.float() if value.is_floating_point() else value) for name, value in layer.state_dict().items()}
    layer.train(training)
    batches = [normal(3, 3, 4, 4) * 2 + 1 for _ in range(2)]
    inputs = [batch.double().requires_grad_() for batch in batches]
    cotangents = [normal(3, 3, 4, 4) for _ in batches]
    outputs = [layer(batch) for batch in inputs]
    torch.autograd.backward(outputs, [cotangent.double() for cotangent in cotangents])
    cases.append({
        "training": training, "affine": affine, "momentum": momentum, "tolerance": 1e-6,
        "why": "means and variances over 48 numbers, whose summation order differs: the reference is float64, rounded",
        "stateBefore": before, "batches": pack(batches), "cotangents": pack(cotangents),
        "outputs": pack([output.float() for output in outputs]),
        "inputGradients": pack([batch.grad.float() for batch in inputs]),
        "parameterGradients": {name: pack(parameter.grad.float()) for name, parameter in layer.named_parameters()},
        "stateAfter": {name: pack(value.float() if value.is_floating_point() else value) for name, value in layer.state_dict().items()},
    })
write("batch-norm", "torch.nn.BatchNorm2d over two batches: outputs, gradients, running statistics.", cases)
