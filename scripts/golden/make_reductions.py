"""Sums, extremes, norms, sorting. Run: python scripts/golden/make_reductions.py"""

import torch

from common import case, integers, normal, write

x = normal(3, 4, 5)
flags = integers(0, 2, 3, 4).bool()
far = normal(4, 6) + 30  # logsumexp must not overflow
ties = torch.tensor([[2.0, 1.0, 2.0, 0.0], [0.0, 0.0, 3.0, 3.0]])

cases = [
    case("sum", torch.sum, [x]),
    case("sum", lambda a, d: torch.sum(a, d), [x, [1, 2]]),
    case("sum", lambda a, d: torch.sum(a, d, keepdim=True), [x, [0]], {"keepdim": True}),
    case("mean", torch.mean, [x]),
    case("mean", lambda a, d: torch.mean(a, d), [x, [0, 2]]),
    case("var", lambda a: torch.var(a, unbiased=False), [x], {"unbiased": False}),
    case("var", lambda a, d: torch.var(a, d), [x, [1]]),
    case("amax", lambda a: torch.amax(a, [1, 2]), [x], {"dim": [1, 2]}),
    case("amin", lambda a: torch.amin(a, [0], keepdim=True), [x], {"dim": [0], "keepdim": True}),
    case("max", lambda a, d: tuple(torch.max(a, d)), [x, 1]),
    case("min", lambda a, d: tuple(torch.min(a, d, keepdim=True)), [x, 2], {"keepdim": True}),
    case("argmax", lambda a: torch.argmax(a, 2), [x], {"dim": 2}, differentiable=False),
    case("argmax", torch.argmax, [x], differentiable=False),
    case("argmin", lambda a: torch.argmin(a, 0), [x], {"dim": 0}, differentiable=False),
    case("any", torch.any, [flags], differentiable=False),
    case("any", lambda a, d: torch.any(a, d), [flags, 1], differentiable=False),
    case("all", torch.all, [flags], differentiable=False),
    case("all", lambda a, d: torch.all(a, d), [flags, 0], differentiable=False),
    case("logsumexp", lambda a, d: torch.logsumexp(a, d), [far, [1]]),
    case("cumsum", lambda a, d: torch.cumsum(a, d), [x, 1]),
    case("sort", lambda a: tuple(torch.sort(a, dim=1, stable=True)), [x], {"stable": True, "dim": 1}),
    case("sort", lambda a: tuple(torch.sort(a, dim=1, descending=True, stable=True)), [ties],
         {"stable": True, "dim": 1, "descending": True}, differentiable=False),
    case("topk", lambda a, k: tuple(torch.topk(a, k, dim=2)), [x, 3], {"dim": 2}),
    case("topk", lambda a, k: tuple(torch.topk(a, k, dim=0, largest=False)), [x, 2], {"dim": 0, "largest": False}),
    case("bincount", lambda a: torch.bincount(a, minlength=8), [integers(0, 6, 20)], {"minlength": 8}, differentiable=False),
]
for order in [0, 1, 2, 3, float("inf")]:
    gradient = order != 0
    cases.append(case("norm", lambda a: torch.linalg.vector_norm(a, order, [1, 2]), [x],
                      {"ord": "inf" if order == float("inf") else order, "dim": [1, 2]}, differentiable=gradient))
write("reductions", "Reductions, norms (the attacks' geometry), sorting and top-k.", cases)
