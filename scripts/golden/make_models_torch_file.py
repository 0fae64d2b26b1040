"""Files written by torch.save, for the reader in src/engine/torch-file.ts. Run: python scripts/golden/make_models_torch_file.py"""

import collections
import pickle

import torch
from torch import nn

from common import FOLDER, normal, pack, write

folder = FOLDER / "torch"
folder.mkdir(parents=True, exist_ok=True)
cases = []


def save(name, content, expected):
    torch.save(content, folder / name)
    size = (folder / name).stat().st_size
    assert size < 20_000, (name, size)
    cases.append({"file": name, "expected": {key: pack(value) for key, value in expected.items()}})


model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 2))
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(normal(*parameter.shape))
save("state-dict.pt", model.state_dict(), model.state_dict())
save("channels-last.pt", model.to(memory_format=torch.channels_last).state_dict(), model.state_dict())

base = normal(6, 4)
kinds = collections.OrderedDict(
    [(str(dtype).removeprefix("torch."), torch.tensor([[0, 1, 1], [1, 0, 1]]).to(dtype)) for dtype in
     (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)]
)
kinds.update(shared=base, transposed=base.t(), part=base[1:4, 2:], scalar=torch.tensor(2.5), nothing=torch.zeros(0, 3),
             parameter=nn.Parameter(base * 2))
save("kinds.pt", kinds, kinds)

checkpoint = {"epoch": 3, "large": 2**40, "negative": -70000, "rate": 0.1, "note": None, "history": [1.5, [True, "a"]], "net": model.state_dict(),
              "optimizer": {"state": {0: {"momentum_buffer": base}}, "param_groups": [{"lr": 0.1, "params": [0]}]}}
save("checkpoint.pt", checkpoint, model.state_dict())


class Foreign:
    """A pickle may name any function; this one would only print."""

    def __reduce__(self):
        return (print, ("this was executed",))


torch.save({"weight": base, "foreign": Foreign()}, folder / "foreign.pt")
torch.save({"a": {"weight": base}, "b": {"weight": base}}, folder / "two.pt")

# The format before PyTorch 1.6.
for name, value, expected in (("legacy.pt", model.state_dict(), model.state_dict()), ("legacy-kinds.pt", kinds, kinds),
                              ("legacy-checkpoint.pt", checkpoint, model.state_dict())):
    torch.save(value, folder / name, _use_new_zipfile_serialization=False)
    cases.append({"file": name, "expected": {key: pack(tensor) for key, tensor in expected.items()}})


class OldTensor:
    """As PyTorch 0.3 wrote a tensor that is a part of another's storage."""

    def __init__(self, start, shape, stride):
        self.start, self.shape, self.stride = start, shape, stride

    def __reduce__(self):
        return torch._utils._rebuild_tensor, (("part", self.start), 0, self.shape, self.stride)


class OldPickler(pickle.Pickler):
    def persistent_id(self, value):
        if not (isinstance(value, tuple) and len(value) == 2 and value[0] == "part"):
            return None
        return ("storage", torch.FloatStorage, "94", "cpu", 20, ("view", value[1], 12))


with open(folder / "legacy-parts.pt", "wb") as file:
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}):
        pickle.dump(value, file, protocol=2)
    OldPickler(file, protocol=2).dump(collections.OrderedDict(weight=OldTensor(8, (3, 4), (4, 1)), turned=OldTensor(0, (4, 3), (1, 4))))
    pickle.dump(["94"], file, protocol=2)
    file.write((20).to_bytes(8, "little"))
    numbers = torch.arange(20, dtype=torch.float32)
    file.write(numbers.numpy().tobytes())
parts = {"weight": numbers[8:].reshape(3, 4), "turned": numbers[:12].reshape(3, 4).t()}
cases.append({"file": "legacy-parts.pt", "expected": {key: pack(tensor) for key, tensor in parts.items()}})
write("models-torch-file", "State dicts saved by torch.save, in test/golden/torch.", cases)
