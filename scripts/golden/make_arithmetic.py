"""Element-wise arithmetic and comparison, broadcasting included. Run: python scripts/golden/make_arithmetic.py"""

import torch

from common import case, integers, normal, uniform, write

x, y = normal(3, 4), normal(3, 4)
row, column = normal(4), normal(3, 1)
positive, inside = uniform(3, 4, low=0.2, high=3.0), uniform(3, 4, low=-0.9, high=0.9)
special = torch.tensor([0.0, -0.0, 1.0, -1.0, float("nan"), float("inf"), float("-inf"), 0.5, 1.5, 2.5, -2.5])

cases = [
    case("add", torch.add, [x, y]),
    case("add", lambda a, b: torch.add(a, b, alpha=-0.5), [x, row], {"alpha": -0.5}),
    case("add", torch.add, [x, 2.5]),
    case("sub", torch.sub, [x, column]),
    case("sub", torch.sub, [x, 3]),
    case("mul", torch.mul, [x, row]),
    case("mul", torch.mul, [x, -0.25]),
    case("div", torch.div, [x, positive]),
    case("div", torch.div, [x, 3]),
    case("remainder", torch.remainder, [x, 0.75]),
    case("pow", torch.pow, [positive, 1.7]),
    case("pow", torch.pow, [positive, y]),
    case("maximum", torch.maximum, [x, y]),
    case("addcmul", torch.addcmul, [x, y, x]),
    case("minimum", torch.minimum, [x, row]),
    case("neg", torch.neg, [x]),
    case("abs", torch.abs, [x]),
    case("sign", torch.sign, [x]),
    case("sign", torch.sign, [special], differentiable=False),
    case("reciprocal", torch.reciprocal, [positive]),
    case("exp", torch.exp, [x]),
    case("log", torch.log, [positive]),
    case("log1p", torch.log1p, [positive]),
    case("sqrt", torch.sqrt, [positive]),
    case("rsqrt", torch.rsqrt, [positive]),
    case("square", torch.square, [x]),
    case("sin", torch.sin, [x]),
    case("cos", torch.cos, [x]),
    case("tanh", torch.tanh, [x]),
    case("atanh", torch.atanh, [inside]),
    case("sigmoid", torch.sigmoid, [x]),
    case("relu", torch.relu, [x]),
    case("relu", torch.relu, [special], differentiable=False),
    case("floor", torch.floor, [special], differentiable=False),
    case("ceil", torch.ceil, [special], differentiable=False),
    case("round", torch.round, [special], differentiable=False),
    case("clamp", lambda a: torch.clamp(a, 0, 1), [x], {"min": 0, "max": 1}),
    case("clamp", lambda a: torch.clamp(a, min=-0.3), [x], {"min": -0.3}),
    case("clamp", lambda a: torch.clamp(a, 0, 1), [special], {"min": 0, "max": 1}, differentiable=False),
    case("softmax", lambda a, d: torch.softmax(a, d), [x, 1]),
    case("logSoftmax", lambda a, d: torch.log_softmax(a, d), [x, 0]),
    case("matmul", torch.matmul, [normal(3, 5), normal(5, 4)]),
    case("matmul", torch.matmul, [normal(2, 3, 5), normal(5)]),
]
for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
    left, right = integers(0, 3, 3, 4), integers(0, 3, 4)
    cases.append(case(name, getattr(torch, name), [left, right], differentiable=False))
    cases.append(case(name, getattr(torch, name), [special, 1.5], differentiable=False))
left, right = integers(0, 2, 6).bool(), integers(0, 2, 6).bool()
cases += [
    case("logicalAnd", torch.logical_and, [left, right], differentiable=False),
    case("logicalOr", torch.logical_or, [left, right], differentiable=False),
    case("logicalNot", torch.logical_not, [left], differentiable=False),
    case("nextafter", torch.nextafter, [torch.tensor([1.0, -1.0, 0.5]), torch.tensor([2.0, 2.0, float("-inf")])],
         tolerance=1e-9, differentiable=False),
    case("nanToNum", lambda a: torch.nan_to_num(a, nan=0.25, posinf=9.0), [special], {"nan": 0.25, "posinf": 9.0},
         differentiable=False),
    case("isnan", torch.isnan, [special], differentiable=False),
    case("isfinite", torch.isfinite, [special], differentiable=False),
]
write("arithmetic", "Element-wise operators, matrix products and softmax.", cases)
