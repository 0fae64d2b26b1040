"""FAB's projections onto a hyperplane within the box, by means that share nothing with the sort they check. Run:
python scripts/golden/make_fab.py

L-infinity and L2: the moves d_i = min(m_i, t) and min(m_i, t |w_i|) gain more the larger t, so bisection finds t. L1 is a
linear programme (a fractional knapsack): here an exchange argument, entry by entry in Python, and where scipy is there,
its solver has to agree with all three.
"""

import torch

from common import case, normal, uniform, write

SIZE = 40


def moves(norm, room, slope, need):
    """One example, float64 [D]."""
    if float((room * slope).sum()) <= need:
        return room
    if norm == "l1":
        moved, missing = torch.zeros_like(room), need
        for i in sorted(range(len(room)), key=lambda i: -float(slope[i])):
            if missing <= 0:
                break
            moved[i] = min(float(room[i]), missing / float(slope[i]))
            missing -= float(moved[i] * slope[i])
        return moved

    def at(t):
        return torch.minimum(room, t * (slope if norm == "l2" else torch.ones_like(slope)))

    low, high = 0.0, 1.0
    while float((at(high) * slope).sum()) < need:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if float((at(middle) * slope).sum()) < need else (low, middle)
    return at(high)


def step(norm, point, normal_, value):
    steps = []
    for x, w, v in zip(point, normal_, value):
        direction = -torch.sign(w) * torch.sign(v)
        room = torch.where(direction > 0, 1 - x, x)
        steps.append(direction * moves(norm, room, w.abs(), abs(float(v))))
    return torch.stack(steps)


def solver(norm, x, w, v):
    """The same problem as a general solver sees it: for L1 and L-infinity a linear programme in (z, bound)."""
    import numpy as np
    from scipy.optimize import linprog

    size, eye = len(x), np.eye(len(x))
    bounds = 1 if norm == "linf" else size
    cover = np.ones((size, 1)) if norm == "linf" else eye
    result = linprog(
        np.r_[np.zeros(size), np.ones(bounds)],
        A_ub=np.block([[eye, -cover], [-eye, -cover]]),
        b_ub=np.r_[x, -x],
        A_eq=np.r_[w, np.zeros(bounds)][None],
        b_eq=[w @ x - v],
        bounds=[(0, 1)] * size + [(0, None)] * bounds,
    )
    return result.fun if result.success else None


def check(norm, point, normal_, value, result):
    """Optimal by a linear programme (L1, L-infinity), or by Lagrange's conditions (L2)."""
    for x, w, v, d in zip(point.double(), normal_.double(), value.double(), result):
        feasible = float((torch.where(-w * v > 0, 1 - x, x) * w.abs()).sum()) > abs(float(v))
        assert float((x + d).min()) >= -1e-12 and float((x + d).max()) <= 1 + 1e-12
        if not feasible:
            continue
        assert abs(float(v + w @ d)) < 1e-9 * (1 + abs(float(v)))
        if norm == "l2":
            inside = (x + d > 1e-9) & (x + d < 1 - 1e-9) & (w != 0)
            ratio = d[inside] / w[inside]
            assert len(ratio) == 0 or float(ratio.max() - ratio.min()) < 1e-6 * (1 + float(ratio.abs().max()))
            continue
        try:
            best = solver(norm, x.numpy(), w.numpy(), float(v))
        except ImportError:
            continue
        size = float(d.abs().max() if norm == "linf" else d.abs().sum())
        assert best is not None and abs(size - best) < 1e-6 * (1 + best), (norm, size, best)


cases = []
for norm in ("linf", "l2", "l1"):
    rows = 7
    points = (uniform(rows, SIZE) * 1.3 - 0.15).clamp(0, 1)  # some pixels at the edge of the box
    normals = normal(rows, SIZE) * torch.tensor([1.0, 1e-3, 30.0, 1.0, 1.0, 1.0, 1.0])[:, None]
    normals[3, ::3] = 0  # entries without slope
    normals[4, 1:] *= 1e-4  # one entry does nearly all the work
    values = torch.tensor([0.3, -0.004, 60.0, -1.0, 0.4, 1e4, 0.0])  # the last but one cannot be reached
    result = step(norm, points.double(), normals.double(), values.double())
    check(norm, points, normals, values, result)
    cases.append(case(f"step.{norm}", lambda x, w, v: step(norm, x.double(), w.double(), v.double()), [points, normals, values],
                      tolerance=1e-5, differentiable=False, reference="float64"))
write("fab", "The smallest step onto a hyperplane within the box, by bisection and exchange, in float64.", cases)
