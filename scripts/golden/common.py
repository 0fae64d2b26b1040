"""What the golden scripts share: seeded inputs, the case format, and writing the files.

Run all of them, from the repository's root, with any Python that has torch:

    for script in scripts/golden/make_*.py; do python "$script"; done

A file holds `{torch, seed, about, cases}`. A case names the TypeScript function (`call`: `add` is a method of
Tensor, `ops.conv2d` a free function), its `inputs` in order (tensors, or plain values), its `options`, the
`outputs`, and for differentiable cases the `cotangents` (one an output, null for integer outputs) and the
`gradients` of sum(outputs * cotangents) with respect to the inputs (null where none is asked for). `tolerance`
is relative: see test/support/matchers.ts.
"""

import json
from pathlib import Path

import torch

SEED = 20260101
TOLERANCE = 1e-6
FOLDER = Path(__file__).resolve().parents[2] / "test" / "golden"

torch.set_num_threads(1)
_generator = torch.Generator().manual_seed(SEED)


def normal(*shape):
    return torch.randn(shape, generator=_generator)


def uniform(*shape, low=0.0, high=1.0):
    return low + (high - low) * torch.rand(shape, generator=_generator)


def integers(low, high, *shape):
    return torch.randint(low, high, shape, generator=_generator)


def pack(value):
    """A tensor as JSON: 9 significant digits give a float32 back exactly; NaN and infinities are strings."""
    if isinstance(value, torch.Tensor):
        flat = value.detach().contiguous().reshape(-1)
        if value.dtype.is_floating_point:
            data = [float(f"{x:.9g}") if abs(x) < float("inf") else repr(x) for x in flat.double().tolist()]
            data = [int(x) if isinstance(x, float) and x != 0 and x == int(x) else x for x in data]  # short; keeps -0.0
        else:
            data = [int(x) for x in flat.tolist()]
        return {"shape": list(value.shape), "dtype": str(value.dtype).removeprefix("torch."), "data": data}
    if isinstance(value, (list, tuple)):
        return [pack(element) for element in value]
    return value


def case(call, function, inputs, options=None, tolerance=TOLERANCE, differentiable=True, reference="float32", why=None):
    """Evaluates `function(*inputs)` and, if asked, its gradients for random cotangents.

    With `reference="float64"` the same float32 inputs are evaluated in double precision, for operations whose
    summation order legitimately differs between builds of LibTorch; `why` says so in the file.
    """
    wide = reference == "float64"

    def convert(value):
        if isinstance(value, torch.Tensor) and value.dtype == torch.float32:
            value = value.double() if wide else value.clone()
            return value.requires_grad_(differentiable)
        return [convert(element) for element in value] if isinstance(value, list) else value

    leaves = [convert(value) for value in inputs]
    outputs = function(*leaves)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    result = {"call": call, "inputs": pack(inputs), "options": options or {}, "tolerance": tolerance}
    if why:
        result["why"] = why
    result["outputs"] = pack([output.float() if output.dtype == torch.float64 and wide else output for output in outputs])
    if differentiable:
        cotangents = [normal(*output.shape) if output.requires_grad else None for output in outputs]
        flat = [leaf for value in leaves for leaf in (value if isinstance(value, list) else [value])]
        wanted = [leaf for leaf in flat if isinstance(leaf, torch.Tensor) and leaf.requires_grad]
        total = sum((output * cotangent).sum() for output, cotangent in zip(outputs, cotangents) if cotangent is not None)
        gradients = iter(torch.autograd.grad(total, wanted))
        result["cotangents"] = pack(cotangents)
        result["gradients"] = [
            pack(next(gradients).float()) if isinstance(leaf, torch.Tensor) and leaf.requires_grad else None for leaf in flat
        ]
    return result


def write(name, about, cases):
    """Writes one golden file, a case a line so that a difference can be read."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    head = json.dumps({"torch": torch.__version__, "seed": SEED, "about": about})[:-1]
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
    path = FOLDER / f"{name}.json"
    path.write_text(f'{head}, "cases": [\n{lines}\n]}}\n')
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size // 1024} KiB")


def optimizer_steps(optimizer, parameters, rates):
    """The gradients of each step, drawn here, and the parameters after it, both packed."""
    gradients, after = [], []
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        for parameter in parameters:
            parameter.grad = normal(*parameter.shape)
        gradients.append(pack([parameter.grad for parameter in parameters]))
        optimizer.step()
        after.append(pack(parameters))
    return gradients, after
