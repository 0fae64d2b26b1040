"""Certificates of randomised smoothing beside the authors' own code, on the same counts.

    git clone https://github.com/locuslab/smoothing
    python scripts/golden/beside_cohen.py smoothing/code

Needs torch, scipy and statsmodels. Nothing of theirs is written anywhere: test/golden/smoothing.json comes from
make_smoothing.py, and this says how far its answers are from those of Cohen, Rosenfeld and Kolter (ICML 2019).
"""

import json
import sys
from pathlib import Path

import numpy
import scipy.stats

# Their code asks for a function that scipy has renamed since.
scipy.stats.binom_test = lambda k, n, p: scipy.stats.binomtest(k, n, p).pvalue
sys.path.insert(0, sys.argv[1])
from core import Smooth  # noqa: E402

GOLDEN = Path(__file__).parents[2] / "test" / "golden" / "smoothing.json"
cases = json.loads(GOLDEN.read_text())["cases"][0]["certificates"]


class Network:
    def eval(self):
        return self


furthest, certified, abstained, predictions = 0.0, 0, 0, 0
for case in cases:
    selection, estimation = (numpy.array(case[name]) for name in ("selection", "estimation"))
    smooth = Smooth(Network(), len(estimation), case["sigma"])
    counts = [selection, estimation]
    smooth._sample_noise = lambda *_: counts.pop(0)
    answer, radius = smooth.certify(None, int(selection.sum()), int(estimation.sum()), case["alpha"], 1)
    smooth._sample_noise = lambda *_: estimation
    predicted = smooth.predict(None, int(estimation.sum()), case["alpha"], 1)
    expected = -1 if case["answer"] is None else case["answer"]
    assert answer == expected, (case, answer)
    assert predicted == (-1 if case["predicted"] is None else case["predicted"]), (case, predicted)
    furthest = max(furthest, abs(radius - case["radius"]))
    certified += answer >= 0
    abstained += answer < 0
    predictions += predicted >= 0

print(f"{len(cases)} cases: {certified} certified, {abstained} abstentions, {predictions} predictions, all as theirs")
print(f"the furthest radius is {furthest:.1e} from theirs")
