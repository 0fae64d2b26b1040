"""A copy of a network in evaluation mode whose batch norms are part of the convolutions before them."""

import copy

import torch
from torch import fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


class Folded:
    """Follows the network's weights by `refresh`, in place, so that what was compiled stays valid."""

    def __init__(self, model, dtype):
        self.source, self.dtype = model, dtype
        traced = fx.symbolic_trace(copy.deepcopy(model).eval())
        modules = dict(traced.named_modules())
        self.pairs = []
        for node in list(traced.graph.nodes):
            if node.op != "call_module" or not isinstance(modules[node.target], nn.BatchNorm2d):
                continue
            before = node.args[0]
            if before.op != "call_module" or not isinstance(modules[before.target], nn.Conv2d) or len(before.users) > 1:
                continue
            convolution = modules[before.target]
            if convolution.bias is None:
                convolution.bias = nn.Parameter(torch.zeros_like(convolution.weight[:, 0, 0, 0]))
            self.pairs.append((before.target, node.target))
            node.replace_all_uses_with(before)
            traced.graph.erase_node(node)
        traced.delete_all_unused_submodules()
        traced.recompile()
        traced.requires_grad_(False)
        self.copy = self.forward = traced.to(dtype)
        folded = {f"{convolution}.{part}" for convolution, _ in self.pairs for part in ("weight", "bias")}
        self.kept = [name for name in traced.state_dict() if name not in folded]

    def compile(self, mode):
        self.forward = torch.compile(self.copy, mode=mode)

    @torch.no_grad()
    def refresh(self):
        for convolution, norm in self.pairs:
            source, bn = self.source.get_submodule(convolution), self.source.get_submodule(norm)
            weight, bias = fuse_conv_bn_weights(
                source.weight, source.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
            )
            target = self.copy.get_submodule(convolution)
            target.weight.copy_(weight)
            target.bias.copy_(bias)
        source, target = self.source.state_dict(), self.copy.state_dict()
        for name in self.kept:
            target[name].copy_(source[name])

    def __call__(self, images):
        return self.forward(images.to(self.dtype)).float()
