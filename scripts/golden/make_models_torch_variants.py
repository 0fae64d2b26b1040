"""What torch.save can make of the same weights, a small file a variant, for src/engine/torch-variants.test.ts.

Run: python scripts/golden/make_models_torch_variants.py
"""

import copy
import io
import zipfile

import torch
from torch import nn

from common import FOLDER, normal, pack, write

folder = FOLDER / "torch-variants"
folder.mkdir(parents=True, exist_ok=True)
cases = []


def save(name, content, expected, entry=None, archive=lambda data: data):
    data = io.BytesIO()
    torch.save(content, data)
    (folder / name).write_bytes(archive(data.getvalue()))
    assert (folder / name).stat().st_size < 10_000, name
    read = {key: pack(value.detach().resolve_neg()) for key, value in expected.items()}
    cases.append({"file": name, "entry": entry, "expected": read})


def refuse(name, content, why, entry=None):
    """torch.load reads these, too; for each of them the reader has a reason of its own."""
    torch.save(content, folder / name)
    cases.append({"file": name, "entry": entry, "refusal": why})


def as_of_1_6(data):
    """The archive as PyTorch 1.6 wrote it: the pickle, the storages and a version, nothing of what came later."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as new, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as old:
        for name in new.namelist():
            if name.endswith("data.pkl") or "/data/" in name:
                old.writestr(name, new.read(name))
        old.writestr("archive/version", "3\n")
    return out.getvalue()


base = normal(3, 4)
model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
state = model.state_dict()

save("as-of-1.6.pt", state, state, archive=as_of_1_6)
negative = torch._neg_view(base)
save("negative-bit.pt", {"weight": negative}, {"weight": negative})
save("negative-part.pt", {"weight": negative.t()[1:3]}, {"weight": negative.t()[1:3]})
imaginary = torch.view_as_complex(normal(3, 2)).conj().imag  # a negative view of every second number
save("imaginary-part-of-a-conjugate.pt", {"weight": imaginary}, {"weight": imaginary})
one = normal(1)
expanded = {"scale": one.expand(64), "rows": base[0].expand(5, 4), "columns": base[:, :1].expand(3, 6)}
save("expanded.pt", expanded, expanded)
save("overlapping.pt", {"windows": base.reshape(-1).unfold(0, 4, 2)}, {"windows": base.reshape(-1).unfold(0, 4, 2)})
save("tied.pt", {"encoder": base, "decoder": base, "transposed": base.t()}, {"encoder": base, "decoder": base, "transposed": base.t()})
save("parameters.pt", model.state_dict(keep_vars=True), state)
attributed = nn.Parameter(base.clone())
attributed.note = "mine"
save("parameter-with-attributes.pt", {"weight": attributed}, {"weight": attributed})
save("without-counters.pt", {k: v for k, v in state.items() if "num_batches" not in k}, {k: v for k, v in state.items() if "num_batches" not in k})
averaged = torch.optim.swa_utils.AveragedModel(copy.deepcopy(model))
save("averaged-model.pt", averaged.state_dict(), averaged.state_dict())
save("data-parallel.pt", nn.DataParallel(model).state_dict(), nn.DataParallel(model).state_dict())
save("sizes.pt", {"input": torch.Size([3, 32, 32]), "net": state}, state)
ema = {k: v + 1 for k, v in state.items()}
checkpoint = {"epoch": 3, "state_dict": state, "ema_state_dict": ema, "optimizer": torch.optim.SGD(model.parameters(), 0.1).state_dict()}
save("weights-and-average.pt", checkpoint, ema, entry="ema_state_dict")
cases.append({"file": "weights-and-average.pt", "entry": None, "refusal": "holds several state dicts, state_dict and ema_state_dict: --weights raw takes state_dict"})
cases.append({"file": "weights-and-average.pt", "entry": "average", "refusal": "holds no weights under average, but under state_dict and ema_state_dict"})

refuse("complex.pt", {"weight": torch.view_as_complex(normal(3, 2))}, "complex numbers")
refuse("float8.pt", {"weight": base.to(torch.float8_e4m3fn)}, "numbers of a type that is not read")
refuse("uint16.pt", {"weight": torch.arange(3).to(torch.uint16)}, "numbers of a type that is not read")
refuse("quantized.pt", {"weight": torch.quantize_per_tensor(base, 0.1, 0, torch.qint8)}, "quantized tensors")
refuse("sparse.pt", {"weight": torch.eye(3).to_sparse()}, "sparse tensors")
refuse("meta.pt", {"weight": torch.empty(3, device="meta")}, "tensors without values")
refuse("whole-model.pt", model, "a whole network, torch.nn.modules.container.Sequential, as Python objects")
write("models-torch-variants", "State dicts in the forms that torch.save gives them, in test/golden/torch-variants.", cases)
