"""The benchmark's PyTorch side: the same training step, written as a PyTorch user would write it well.

Started by `saddlepoint bench` (src/benchmark), which sends one JSON command a line and reads one JSON answer a line:
    {"do": "prepare", "weights": path, "data": path, "threads": n}
    {"do": "run", "workload": "standard" | "adversarial" | "tiny", "steps": n}  ->  {"seconds": s, "loss": l}
"""

import time

import torch
from torch.nn import functional as F

from common import read_safetensors, serve
from networks import SmallCnn

EPSILON, STEP_SIZE, ATTACK_STEPS = 0.1, 0.04, 5


def attack(model, images, labels):
    """PGD with a random start; gradients of the images only."""
    model.eval()
    start = (torch.rand_like(images) * 2 - 1) * EPSILON
    current = (images + start).clamp(0, 1)
    for _ in range(ATTACK_STEPS):
        current.requires_grad_(True)
        loss = F.cross_entropy(model(current), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, [current])
        with torch.no_grad():
            moved = current + STEP_SIZE * gradient.sign()
            current = (images + (moved - images).clamp(-EPSILON, EPSILON)).clamp(0, 1)
    return current


class Worker:
    def prepare(self, command):
        torch.set_num_threads(command["threads"])
        self.model = SmallCnn()
        self.model.load_state_dict(read_safetensors(command["weights"]))
        data = read_safetensors(command["data"])
        self.images, self.labels = data["images"], data["labels"]
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4
        )
        self.done = 0
        return {"version": torch.__version__, "threads": torch.get_num_threads()}

    def step(self, workload, size=128):
        start = self.done * size % (len(self.labels) - size + 1)
        images = self.images[start : start + size].float() / 255
        labels = self.labels[start : start + size]
        if workload == "adversarial":
            images = attack(self.model, images, labels)
        self.model.train()
        loss = F.cross_entropy(self.model(images), labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return loss.item()

    def run(self, command):
        if command["workload"] == "tiny":
            a = torch.tensor([1.0, 2.0, 3.0, 4.0])
            started = time.perf_counter()
            for _ in range(command["steps"]):
                a.add(a)
            return {"seconds": time.perf_counter() - started, "loss": 0}
        started = time.perf_counter()
        for _ in range(command["steps"]):
            loss = self.step(command["workload"])
        return {"seconds": time.perf_counter() - started, "loss": loss}


if __name__ == "__main__":
    serve(Worker())
