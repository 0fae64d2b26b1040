"""Evaluation with confidence thresholds in numpy. Run: python scripts/golden/make_confidence.py (needs scikit-learn)

Written from the definitions, an example and a threshold at a time. The worst case over attempts is not chosen beforehand:
an example is fooled at a threshold if there is an attempt that is wrong with at least that confidence. The ROC and its
area are scikit-learn's.
"""

import numpy
from sklearn.metrics import roc_auc_score, roc_curve

from common import integers, normal, write

EXAMPLES, ATTACKED, ATTEMPTS, CLASSES, VALIDATION = 60, 40, 3, 4, 0.25
RATES = [0.95, 0.98, 0.99, 0.995]


def softmax(logits):
    """Rounded as the file has them, and some rows tied in confidence."""
    weights = numpy.exp(logits - logits.max(-1, keepdims=True))
    rows = numpy.round(weights / weights.sum(-1, keepdims=True), 3)
    rows[..., 0] += 1 - rows.sum(-1)
    return numpy.round(rows, 3)


labels = integers(0, CLASSES, EXAMPLES).numpy()
clean_logits = 1.5 * normal(EXAMPLES, CLASSES).double().numpy()
clean_logits[numpy.arange(EXAMPLES), labels] += 2.5
clean = softmax(clean_logits)
attack_logits = clean_logits[None, :ATTACKED] + 1.5 * normal(ATTEMPTS, ATTACKED, CLASSES).double().numpy()
attack_logits[:, numpy.arange(ATTACKED), labels[:ATTACKED]] -= 1.5
attacked = softmax(attack_logits)

test = int(numpy.ceil((1 - VALIDATION) * EXAMPLES))
confidence, right = clean.max(1), clean.argmax(1) == labels
validation_right = numpy.sort(confidence[test:][right[test:]])
adversarial_confidence = attacked.max(2)
adversarial_wrong = attacked.argmax(2) != labels[None, :ATTACKED]


def share(condition):
    return float(numpy.mean(condition)) if len(condition) else 0.0


def error_at(tau):
    answered = confidence[:test] >= tau
    return share(~right[:test][answered])


def robust_error_at(tau):
    wrong = answered = 0
    for i in range(ATTACKED):
        fooled = right[i] and any(adversarial_wrong[a, i] and adversarial_confidence[a, i] >= tau for a in range(ATTEMPTS))
        answers = confidence[i] >= tau
        wrong += fooled or (not right[i] and answers)
        answered += fooled or answers
    return wrong / answered if answered else 0.0


def fpr_at(tau):
    return share([any(adversarial_wrong[a, i] and adversarial_confidence[a, i] >= tau for a in range(ATTEMPTS)) for i in range(ATTACKED)])


def at(rate):
    tau = validation_right[int(numpy.floor(len(validation_right) * round(1 - rate, 6)))]
    return {
        "tpr": rate,
        "threshold": float(tau),
        "testTpr": share(confidence[:test][right[:test]] >= tau),
        "validationTpr": share(validation_right >= tau),
        "fpr": fpr_at(tau),
        "cleanFpr": share(confidence[:test][~right[:test]] >= tau),
        "testError": error_at(tau),
        "robustTestError": robust_error_at(tau),
    }


def roc(positives, negatives):
    truth = numpy.concatenate([numpy.ones(len(positives)), numpy.zeros(len(negatives))])
    score = numpy.concatenate([positives, negatives])
    fpr, tpr, thresholds = roc_curve(truth, score, drop_intermediate=False)
    return {"auc": float(roc_auc_score(truth, score)), "fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist()}


# Of the attempts that are wrong, the most confident; of examples that are right as they are.
successes = [
    max(adversarial_confidence[a, i] for a in range(ATTEMPTS) if adversarial_wrong[a, i])
    for i in range(ATTACKED)
    if right[i] and adversarial_wrong[:, i].any()
]
curve_thresholds = sorted(set(confidence[:ATTACKED].tolist()))

write(
    "confidence",
    "Confidence-thresholded clean and robust error, thresholds, ROC.",
    [
        {
            "labels": labels.tolist(),
            "clean": clean.tolist(),
            "attempts": attacked.tolist(),
            "validation": VALIDATION,
            "testError": share(~right[:test]),
            "robustTestError": robust_error_at(0.0),
            "successRate": len(successes) / int(right[:ATTACKED].sum()),
            "atTpr": [at(rate) for rate in RATES],
            "curve": {"thresholds": curve_thresholds, "values": [robust_error_at(tau) for tau in curve_thresholds]},
            "cleanCurve": {"thresholds": sorted(set(confidence[:test].tolist())), "values": [error_at(tau) for tau in sorted(set(confidence[:test].tolist()))]},
            "cleanRoc": roc(confidence[:test][right[:test]], confidence[:test][~right[:test]]),
            "roc": roc(confidence[:ATTACKED][right[:ATTACKED]], numpy.array(successes)),
        }
    ],
)
