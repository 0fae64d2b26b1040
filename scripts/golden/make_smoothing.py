"""Randomised smoothing by numpy and scipy. Run: python scripts/golden/make_smoothing.py (needs numpy and scipy)

Written from algorithms 1 and 2 of Cohen, Rosenfeld and Kolter, "Certified Adversarial Robustness via Randomized
Smoothing" (ICML 2019): the lower bound is scipy's quantile of the beta distribution, the test scipy's binomial test, the
quantile of the normal distribution scipy's. Counts are made up, edge cases first.
"""

import json
from pathlib import Path

import numpy
from scipy.stats import beta, binomtest, norm

GOLDEN = Path(__file__).parents[2] / "test" / "golden" / "smoothing.json"
random = numpy.random.default_rng(0)


def lower_bound(successes, trials, alpha):
    return 0.0 if successes == 0 else float(beta.ppf(alpha, successes, trials - successes + 1))


def certify(selection, estimation, sigma, alpha):
    """Of the counts a class has under noise: the class and its radius, or an abstention."""
    top = int(numpy.argmax(selection))
    bound = lower_bound(int(estimation[top]), int(sum(estimation)), alpha)
    if bound > 0.5:
        return {"answer": top, "radius": float(sigma * norm.ppf(bound))}
    return {"answer": None, "radius": 0.0}


def predict(counts, alpha):
    order = numpy.argsort(-counts, kind="stable")
    most, second = int(counts[order[0]]), int(counts[order[1]])
    fair = binomtest(most, most + second, 0.5).pvalue if most + second > 0 else 1.0
    return int(order[0]) if fair <= alpha else None


def bounds():
    cases = [(0, 1), (1, 1), (0, 100), (100, 100), (1, 100), (99, 100), (50, 100), (51, 100), (1000, 1000), (999, 1000)]
    cases += [(100000, 100000), (99999, 100000), (50500, 100000), (1, 100000), (70000, 100000)]
    cases += [(int(random.integers(0, n + 1)), int(n)) for n in (10, 100, 1000, 10000, 100000) for _ in range(4)]
    return [[k, n, alpha, lower_bound(k, n, alpha)] for k, n in cases for alpha in (0.001, 0.05, 0.5)]


def fair_tests():
    cases = [(0, 0), (1, 0), (0, 5), (5, 5), (60, 40), (40, 60), (500, 400), (5200, 4800), (50500, 49500), (7, 1000)]
    return [[a, b, float(binomtest(a, a + b, 0.5).pvalue) if a + b else 1.0] for a, b in cases]


def quantiles():
    points = [1e-12, 1e-6, 0.001, 0.025, 0.3, 0.4999, 0.5, 0.5001, 0.7, 0.975, 0.999, 1 - 1e-6, 1 - 1e-12]
    return [[p, float(norm.ppf(p))] for p in points]


def certificates():
    made = []
    for case in range(40):
        share = random.dirichlet(numpy.full(10, 0.3))
        selection, estimation = random.multinomial(100, share), random.multinomial(1000, share)
        if case < 3:  # all of one class; of another than selected; exactly half
            selection, estimation = numpy.zeros(10, int), numpy.zeros(10, int)
            selection[3], estimation[[3, 5]] = 100, [(1000, 0), (0, 1000), (500, 500)][case]
        sigma, alpha = [0.12, 0.25, 0.5, 1.0][case % 4], [0.001, 0.05][case % 2]
        made.append(
            {
                "selection": selection.tolist(),
                "estimation": estimation.tolist(),
                "sigma": sigma,
                "alpha": alpha,
                **certify(selection, estimation, sigma, alpha),
                "predicted": predict(estimation, alpha),
            }
        )
    return made


case = {"bounds": bounds(), "fairTests": fair_tests(), "quantiles": quantiles(), "certificates": certificates()}
about = "numbers of randomised smoothing by scipy, from the same counts"
GOLDEN.write_text(json.dumps({"about": about, "cases": [case]}) + "\n")
