"""Archives of torch.export and PyTorch's numbers for them: the oracle of the reader of `.pt2` files.

Run: python scripts/golden/exported_networks.py <folder> [start of the names ...]

Wants torch, torchvision, timm and safetensors. Of every network of exported_zoo.py and exported_small.py it writes
`<name>.static.pt2` (a batch of 2), `<name>.dynamic.pt2` (1 to 1024), `<name>.decomposed.pt2` (the same in PyTorch's
core operators) and `<name>.safetensors`: images, labels, logits, the gradient of the summed cross-entropy with respect
to the images, and the second output where there is one; `images3` and so on are a batch of 3. Those of
exported_refused.py are archives alone. `index.json` says of each archive its operators, or why PyTorch could not make
it. A run adds to what the folder holds.
"""

import argparse
import json
import time
import warnings
from pathlib import Path

import torch

from exported_archive import VARIANTS, condition, describe, export, write_case
from exported_head import SHAPE
from exported_refused import refused_networks
from exported_small import small_networks

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("names", nargs="*", default=[""])
given = parser.parse_args()
folder = given.folder
folder.mkdir(parents=True, exist_ok=True)
index_file = folder / "index.json"
index = {entry["name"]: entry for entry in json.loads(index_file.read_text())} if index_file.exists() else {}


def wanted(name):
    return name.startswith(tuple(given.names))


def note(entry, since):
    index[entry["name"]] = {"torch": torch.__version__, **entry}
    lines = ",\n".join(json.dumps(index[name]) for name in sorted(index))
    index_file.write_text(f"[\n{lines}\n]\n")
    failures = {key: value for key, value in entry.items() if key in VARIANTS and isinstance(value, str)}
    print(entry["name"], entry.get("rounding", ""), failures or "", f"{time.time() - since:.0f} s", flush=True)


for name, network, dtype in small_networks():
    start = time.time()
    if wanted(name):
        note(write_case(folder, name, network, SHAPE, "scripts/golden", dtype, traces=False), start)

for name, network, others in refused_networks():
    start = time.time()
    if wanted(name):
        entry = {"name": name, "source": "scripts/golden"}
        for variant, decomposed in (("static", False), ("decomposed", True)):
            path = folder / f"{name}.{variant}.pt2"
            failure = export(path, network, torch.rand(2, *SHAPE), others, decomposed=decomposed, traces=False)
            entry[variant] = failure or describe(path)
        note(entry, start)

if any(not name.startswith(("small", "refused")) for name in given.names):
    from exported_zoo import zoo  # torchvision and timm are wanted from here on

    for name, build, shape, source in zoo():
        if wanted(name):
            start = time.time()
            torch.manual_seed(0)
            note(write_case(folder, name, condition(build(), shape), shape, source), start)
