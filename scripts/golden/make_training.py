"""A whole training trajectory: 20 steps of a small network. Run: python scripts/golden/make_training.py"""

import torch
from torch import nn

from common import integers, normal, pack, uniform, write

BATCHES, SIZE, STEPS = 5, 8, 20
RATE = 0.05
OPTIONS = {"momentum": 0.9, "weightDecay": 5e-4, "nesterov": True}

model = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(4, 6, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(24, 3),
)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        # Every one, biases too: PyTorch would draw them from its global generator.
        parameter.copy_(normal(*parameter.shape) * 0.3 + (1 if name == "1.weight" else 0))
initial = {name: pack(value) for name, value in model.state_dict().items()}
images, labels = uniform(BATCHES, SIZE, 1, 8, 8), integers(0, 3, BATCHES, SIZE)
optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=5e-4, nesterov=True)

losses = []
model.train()
for step in range(STEPS):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(images[step % BATCHES]), labels[step % BATCHES])
    loss.backward()
    optimizer.step()
    losses.append(float(f"{loss.item():.9g}"))
trained = {name: pack(value) for name, value in model.state_dict().items()}
model.eval()
evaluation = pack(model(images[0]))
write("training", "Twenty steps of conv-bn-relu-pool-conv-relu-linear with SGD; then the logits of the first batch in evaluation mode.", [
    {"tolerance": 1e-4, "why": "rounding differences grow over the steps", "rate": RATE, "options": OPTIONS, "initial": initial,
     "images": pack(images), "labels": pack(labels), "losses": losses, "trained": trained, "evaluation": evaluation}])
