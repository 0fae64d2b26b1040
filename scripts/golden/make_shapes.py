"""Shape, joining, indexing and in-place operators. Run: python scripts/golden/make_shapes.py"""

import torch

from common import case, integers, normal, write

x, square = normal(2, 3, 4), normal(3, 3)
mask = integers(0, 2, 3, 3).bool()
rows = torch.tensor([2, 0, 2])
positions = integers(0, 3, 3, 3)


def in_place(name):
    """An in-place operator on a copy, so that PyTorch can differentiate it; ours is called the same way."""
    return lambda a, *rest: getattr(a.clone(), name)(*rest)


cases = [
    case("reshape", torch.reshape, [x, [3, 8]]),
    case("reshape", torch.reshape, [x, [-1, 2]]),
    case("flatten", lambda a: torch.flatten(a, 1), [x], {"startDim": 1}),
    case("squeeze", lambda a, d: a.squeeze(d), [normal(2, 1, 3), 1]),
    case("unsqueeze", lambda a, d: a.unsqueeze(d), [x, -1]),
    case("permute", lambda a, d: a.permute(d), [x, [2, 0, 1]]),
    case("transpose", lambda a, b, c: a.transpose(b, c), [x, 0, 2]),
    case("expand", lambda a, d: a.expand(d), [normal(3, 1), [2, 3, 4]]),
    case("repeat", lambda a, d: a.repeat(d), [square, [2, 1]]),
    case("flip", lambda a, d: torch.flip(a, d), [x, [2]]),
    case("roll", lambda a, s: torch.roll(a, s, [1, 2]), [x, [1, -2]], {"dims": [1, 2]}),
    case("split", lambda a, s: torch.split(a, s, dim=2), [x, 3], {"dim": 2}),
    case("select", lambda a, d, i: a.select(d, i), [x, 1, -1]),
    case("narrow", lambda a, d, s, n: a.narrow(d, s, n), [x, 2, 1, 2]),
    case("slice", lambda a: a[:, :, 0:4:2], [x], {"dim": 2, "start": 0, "end": 4, "step": 2}),
    case("gather", lambda a, d, i: torch.gather(a, d, i), [square, 1, positions]),
    case("scatter", lambda a, d, i, s: torch.scatter(a, d, i, s), [square, 1, torch.tensor([[0, 2], [1, 0], [2, 1]]), normal(3, 2)]),
    case("scatter", lambda a, d, i, s: torch.scatter(a, d, i, s), [square, 0, positions[:1], 9]),
    case("indexSelect", lambda a, d, i: torch.index_select(a, d, i), [x, 1, rows]),
    case("index", lambda a, i: a[:, i[1]], [x, [None, rows]]),
    case("maskedFill", lambda a, m, v: a.masked_fill(m, v), [square, mask, -1.5]),
    case("maskedSelect", lambda a, m: torch.masked_select(a, m), [square, mask]),
    case("nonzero", torch.nonzero, [mask], differentiable=False),
    case("oneHot", lambda a: torch.nn.functional.one_hot(a, 4), [rows], {"numClasses": 4}, differentiable=False),
    case("ops.cat", lambda a: torch.cat(a, 1), [[x, normal(2, 2, 4)]], {"dim": 1}),
    case("ops.stack", lambda a: torch.stack(a, 2), [[square, normal(3, 3)]], {"dim": 2}),
    case("ops.where", torch.where, [mask, square, normal(3, 3)]),
    case("ops.constantPad", lambda a, p: torch.nn.functional.pad(a, p, value=0.5), [x, [1, 2, 0, 1]], {"value": 0.5}),
    case("ops.linspace", lambda a, b, n: torch.linspace(a, b, n), [-1, 2, 7], differentiable=False),
    case("ops.arange", torch.arange, [5], differentiable=False),
]
for name, rest in [("add_", [normal(3, 3)]), ("sub_", [normal(3)]), ("mul_", [0.5]), ("div_", [normal(3, 3).abs() + 1]),
                   ("lerp_", [normal(3, 3), 0.25]), ("sign_", []), ("relu_", []), ("zero_", []), ("fill_", [2.5]), ("copy_", [normal(3)]),
                   ("indexCopy_", [0, torch.tensor([2, 0]), normal(2, 3)]), ("maskedFill_", [mask, 4])]:
    spelled = {"indexCopy_": "index_copy_", "maskedFill_": "masked_fill_"}.get(name, name)
    cases.append(case(name, in_place(spelled), [square, *rest], differentiable=False))
write("shapes", "Shape changes, joining, indexing, and operators that work in place.", cases)
