"""The benchmark's PyTorch side: the same training step, written as a PyTorch user would write it well.

Started by `saddlepoint bench` (src/cli/bench), which sends one JSON command a line and reads one JSON answer a line:
    {"do": "prepare", "weights": path, "data": path, "threads": n}
    {"do": "run", "workload": "normal" | "adversarial" | "tiny", "steps": n}  ->  {"seconds": s, "loss": l}
Files are safetensors, read here by hand so that nothing but torch is needed.
"""

import json
import struct
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

DTYPES = {"F32": torch.float32, "I64": torch.int64, "U8": torch.uint8}
EPSILON, STEP_SIZE, ATTACK_STEPS = 0.1, 0.04, 5


def read_safetensors(path):
    with open(path, "rb") as file:
        raw = bytearray(file.read())
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(raw[start:end], dtype=DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


class SmallCnn(nn.Module):
    def __init__(self, width=16, hidden=128):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, width, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.ReLU(),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(2 * width * 49, hidden), nn.ReLU(), nn.Linear(hidden, 10)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


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


def main():
    worker = Worker()
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command["do"])(command)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
