"""Files that are no state dicts, and checkpoints with more in them than weights. Run: python scripts/golden/make_foreign_files.py"""

import argparse
import collections
import pathlib
import warnings

import numpy
import torch
from torch import nn

from common import FOLDER, normal, pack, write

warnings.filterwarnings("ignore")  # TorchScript is announced to go
folder = FOLDER / "foreign-files"
folder.mkdir(parents=True, exist_ok=True)

network = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
image = torch.zeros(1, 1, 2, 2)
torch.jit.save(torch.jit.trace(network, image), folder / "torchscript.pt")
torch.export.save(torch.export.export(network, (image,)), folder / "export.pt2")
torch.save(network, folder / "network.pt")
torch.save(network, folder / "legacy-network.pt", _use_new_zipfile_serialization=False)

# What people save beside the weights.
weight, average = normal(2, 3), normal(2, 3)
beside = {
    "args": argparse.Namespace(lr=0.1, out=pathlib.PurePosixPath("runs").name, where=pathlib.Path("runs")),
    "best": numpy.float64(93.5),
    "history": numpy.arange(3),
    "counts": collections.defaultdict(int, {"a": 1}),
    "optimizer": {"state": {0: {"momentum_buffer": weight}}, "first": {"momentum": weight}},
    "device": torch.device("cpu"),
}
torch.save({"state_dict": {"fc.weight": weight}, **beside}, folder / "beside.pth.tar")
torch.save({"state_dict": {"fc.weight": weight}, "state_dict_ema": {"fc.weight": average}, **beside}, folder / "average.pth")
torch.save({"model": {"net": {"fc.weight": weight}, "ema": {"shadow": {"fc.weight": average}}}}, folder / "nested.ckpt")
write("foreign-files", "What is in test/golden/foreign-files.", [{"weight": pack(weight), "average": pack(average)}])
