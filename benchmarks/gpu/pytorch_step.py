"""The adversarial training step in PyTorch on a GPU: eager, compiled, and compiled with folded batch norms; bfloat16,
channels-last, fused SGD. One JSON line a measurement, written at once, until the time is up.

    python3 benchmarks/gpu/pytorch_step.py OUTPUT.jsonl [--device cuda] [--seconds 90] [--batch 512] [--steps 10] [--width n]
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "pytorch"))

import torch  # noqa: E402
from networks import ResNet18, WideResNet28x10  # noqa: E402
from baselines import Best  # noqa: E402

NETWORKS = {"resnet18": ResNet18, "wrn-28-10": WideResNet28x10}
VARIANTS = {
    "eager": {"compiled": False},
    "compiled": {"compiled": True},
    "compiled, folded": {"compiled": True, "folded": True},
    "compiled, folded, graphs": {"compiled": True, "folded": True, "mode": "reduce-overhead"},
}
# The most telling first.
ORDER = [("resnet18", "eager"), ("wrn-28-10", "eager")]
ORDER += [(network, variant) for variant in list(VARIANTS)[1:] for network in NETWORKS]


def measure(baseline, images, labels, device):
    """Median seconds of a step, after the compiler and cuDNN have settled."""

    def once():
        started = time.perf_counter()
        baseline.train(images, labels).item()
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - started

    first = once()
    once()
    once()
    seconds = [once() for _ in range(10)]
    return first, statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--width", type=int, help="of both networks; default: their own")
    options = parser.parse_args()
    torch.backends.cudnn.benchmark = True
    end = time.perf_counter() + options.seconds
    attack = {"epsilon": 8 / 255, "stepSize": 2 / 255, "steps": options.steps}
    images = torch.rand(options.batch, 3, 32, 32, device=options.device)
    labels = torch.arange(options.batch, device=options.device) % 10
    width = {} if options.width is None else {"width": options.width}
    with open(options.output, "a", encoding="utf-8") as file:

        def say(line):
            for to in (file, sys.stdout):
                to.write(json.dumps(line) + "\n")
                to.flush()

        say({"torch": torch.__version__, "device": options.device})
        for network, variant in ORDER:
            what = {"network": network, "batch": options.batch, "pytorch": variant, "step": f"PGD-{options.steps}"}
            if time.perf_counter() > end:
                say({**what, "skipped": "time is up"})
                continue
            try:
                model = NETWORKS[network](**width).to(options.device)
                settings = {"dtype": "bfloat16" if options.device == "cuda" else "float32", "channelsLast": True, **VARIANTS[variant]}
                first, seconds = measure(Best(model, attack, settings, options.device), images, labels, options.device)
                rate = round(options.batch / seconds)
                say({**what, "ms": round(1000 * seconds, 2), "imagesPerSecond": rate, "firstStepSeconds": round(first, 1)})
            except Exception as error:  # the next measurement still counts
                say({**what, "error": f"{type(error).__name__}: {error}"[:300]})


main()
