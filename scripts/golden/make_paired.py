"""Paired tests of two error rates. Run: python scripts/golden/make_paired.py (needs scipy and numpy, no torch)

McNemar's exact test is `scipy.stats.binomtest` of the discordant pairs against 1/2; the interval is
`scipy.stats.bootstrap`, paired, by percentiles, from RESAMPLES resamples: to one image or two of its own noise.
"""

import json
from pathlib import Path

import numpy
import scipy
from scipy.stats import binomtest, bootstrap

SEED = 20260101
RESAMPLES = 100_000
FOLDER = Path(__file__).resolve().parents[2] / "test" / "golden"


def interval(images, first_only, second_only):
    """Of the second error minus the first; images that both or neither get wrong say the same."""
    first = numpy.zeros(images)
    second = numpy.zeros(images)
    first[:first_only] = 1
    second[first_only : first_only + second_only] = 1

    def difference(one, other, axis):
        return other.mean(axis=axis) - one.mean(axis=axis)

    result = bootstrap((first, second), difference, paired=True, vectorized=True, n_resamples=RESAMPLES, batch=2000,
                       confidence_level=0.95, method="percentile", rng=numpy.random.default_rng(SEED))
    return list(result.confidence_interval)


mcnemar = [
    {"firstOnly": first, "secondOnly": second, "pValue": binomtest(min(first, second), first + second, 0.5).pvalue}
    for first, second in [(1, 0), (0, 5), (3, 7), (10, 10), (18, 41), (200, 260), (1500, 1380)]
]
intervals = [
    {"images": images, "firstOnly": first, "secondOnly": second, "interval": interval(images, first, second)}
    for images, first, second in [(40, 3, 9), (100, 0, 6), (200, 41, 18), (1000, 60, 25), (1000, 0, 0)]
]
path = FOLDER / "paired.json"
cases = {"mcnemar": mcnemar, "intervals": intervals}
about = "McNemar's exact test and the paired bootstrap's percentile interval."
lines = ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in values) + "\n]" for name, values in cases.items())
path.write_text(f'{{"scipy": "{scipy.__version__}", "seed": {SEED}, "resamples": {RESAMPLES}, "about": {json.dumps(about)},\n{lines}}}\n')
print(f"{path.name}: {len(mcnemar) + len(intervals)} cases")
