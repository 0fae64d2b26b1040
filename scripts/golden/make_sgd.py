"""torch.optim.SGD over several steps of given gradients. Run: python scripts/golden/make_sgd.py"""

import torch

from common import normal, optimizer_steps, pack, write

RATES = [0.1, 0.1, 0.05, 0.05, 0.01, 0.2]
cases = []
for options in [
    {}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.3}, {"momentum": 0.9, "nesterov": True}, {"weightDecay": 0.05},
    {"momentum": 0.8, "weightDecay": 5e-4, "nesterov": True}, {"momentum": 0.5, "dampening": 0.1, "weightDecay": 0.01},
]:
    parameters = [normal(3, 4).requires_grad_(), normal(5).requires_grad_()]
    initial = pack(parameters)
    spelled = {("weight_decay" if name == "weightDecay" else name): value for name, value in options.items()}
    optimizer = torch.optim.SGD(parameters, lr=1.0, **spelled)
    gradients, after = optimizer_steps(optimizer, parameters, RATES)
    buffers = [optimizer.state[parameter].get("momentum_buffer") for parameter in parameters]
    cases.append({"options": options, "tolerance": 1e-6, "rates": RATES, "initial": initial, "gradients": gradients, "after": after,
                  "momentumBuffers": None if buffers[0] is None else pack(buffers)})
write("sgd", "Two parameters after each of six steps; the learning rate changes on the way.", cases)
