"""Three baselines, the same work in PyTorch: as the article's code does it, good eager code, and PyTorch at its best.

All attack with PGD in the L-infinity ball and take the same number of steps of the same size. Each has
    attack(images, labels) -> adversarial images, float32
    train(images, labels) -> the loss, a tensor
Written by us from the article's facts and PyTorch's documentation.
"""

import contextlib

import torch
from folding import Folded
from torch.nn import functional as F


class Unavailable(Exception):
    """This machine or this torch cannot do it: a reason, not a failure."""


class Eager:
    """Float32, contiguous. The attack asks for the images' gradient alone; weights are frozen meanwhile."""

    def __init__(self, model, attack):
        self.model, self.forward = model, model
        self.epsilon, self.step_size, self.steps = attack["epsilon"], attack["stepSize"], attack["steps"]
        self.optimizer = self.create_optimizer(model.parameters())

    def create_optimizer(self, parameters):
        return torch.optim.SGD(parameters, lr=0.001, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def prepare_images(self, images):
        return images

    def logits(self, images):
        return self.forward(images)

    def attack(self, images, labels):
        images = self.prepare_images(images)
        self.model.eval()
        self.model.requires_grad_(False)
        noise = torch.empty_like(images).uniform_(-self.epsilon, self.epsilon)
        current = (images + noise).clamp_(0, 1)
        for _ in range(self.steps):
            current.requires_grad_(True)
            loss = F.cross_entropy(self.logits(current), labels, reduction="sum")
            (gradient,) = torch.autograd.grad(loss, [current])
            with torch.no_grad():
                moved = current.detach().add_(gradient.sign_(), alpha=self.step_size)
                current = images + moved.sub_(images).clamp_(-self.epsilon, self.epsilon)
                current.clamp_(0, 1)
        self.model.requires_grad_(True)
        return current.detach()

    def train(self, images, labels):
        adversarial = self.attack(images, labels)
        self.model.train()
        loss = F.cross_entropy(self.logits(adversarial), labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return loss.detach()


class Article(Eager):
    """As the article's code: each of its 11 passes also computes the weights' gradients, which are then zeroed; the
    strongest iterate is kept. Where that code loops over examples in Python or logs, this one does not."""

    def attack(self, images, labels):
        self.model.eval()
        # A direction of normal numbers, scaled to a size that is uniform in [0, epsilon].
        noise = torch.randn_like(images)
        size = noise.flatten(1).abs().amax(1).view(-1, 1, 1, 1)
        delta = noise / size * self.epsilon * torch.rand_like(size)
        best, best_error = delta.clone(), torch.full([len(images)], 1e12, device=images.device)
        delta.requires_grad_(True)
        for step in range(self.steps + 1):
            with torch.no_grad():
                delta.copy_(torch.max(torch.min(delta, 1 - images), -images))
                delta.clamp_(-self.epsilon, self.epsilon)
            self.model.zero_grad()
            delta.grad = None
            error = -F.cross_entropy(self.model(images + delta), labels, reduction="none")
            with torch.no_grad():
                better = error < best_error
                best_error = torch.where(better, error, best_error)
                best = torch.where(better.view(-1, 1, 1, 1), delta, best)
            error.sum().backward()
            if step < self.steps:
                with torch.no_grad():
                    delta -= self.step_size * delta.grad.sign()
        return (images + best).detach()


class Best(Eager):
    """`variant`: {"dtype": "float32" | "bfloat16", "channelsLast": bool, "compiled": bool, "mode": str or null,
    "folded": bool}. Folded, the attack runs on a copy whose batch norms are part of its convolutions."""

    def __init__(self, model, attack, variant, device):
        self.device, self.channels_last = device, variant["channelsLast"]
        self.bfloat16 = variant["dtype"] == "bfloat16"
        if self.bfloat16 and not has_bfloat16(device):
            raise Unavailable("this processor has no bfloat16 arithmetic")
        if variant["compiled"] and not hasattr(torch, "compile"):
            raise Unavailable(f"torch {torch.__version__} has no torch.compile")
        if self.channels_last:
            model = model.to(memory_format=torch.channels_last)
        super().__init__(model, attack)
        self.folded = Folded(model, torch.bfloat16 if self.bfloat16 else torch.float32) if variant.get("folded") else None
        if variant["compiled"]:
            self.forward = torch.compile(model, mode=variant.get("mode"))
            if self.folded:
                self.folded.compile(mode=variant.get("mode"))

    def create_optimizer(self, parameters):
        parameters = list(parameters)
        options = {"lr": 0.001, "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4}
        for fast in ({"fused": True}, {"foreach": True}, {}):
            with contextlib.suppress(TypeError, RuntimeError, ValueError):
                return torch.optim.SGD(parameters, **options, **fast)
        raise AssertionError("unreachable")

    def prepare_images(self, images):
        return images.contiguous(memory_format=torch.channels_last) if self.channels_last else images

    def attack(self, images, labels):
        if self.folded:
            self.folded.refresh()
        return super().attack(images, labels)

    def logits(self, images):
        if self.folded and not self.model.training:
            return self.folded(images)
        if not self.bfloat16:
            return self.forward(images)
        with torch.autocast(self.device, dtype=torch.bfloat16):
            logits = self.forward(images)
        return logits.float()


def has_bfloat16(device):
    """In hardware: elsewhere it is emulated, many times slower than float32."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = file.read()
    except OSError:
        return False
    return any(name in flags for name in ("avx512_bf16", "amx_bf16", " bf16"))


def create_baseline(name, model, attack, variant, device):
    if name == "best":
        return Best(model, attack, variant, device)
    return {"article": Article, "eager": Eager}[name](model, attack)


def loss_in_evaluation(model, images, labels):
    """In float32 and uncompiled: what the other side must compute too."""
    training = model.training
    model.eval()
    with torch.no_grad():
        loss = F.cross_entropy(model(images), labels).item()
    model.train(training)
    return loss
