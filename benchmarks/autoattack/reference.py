"""Runs the reference implementation of AutoAttack, from its own checkout, on weights and images that compare.mjs wrote.

    python3 reference.py --reference <checkout of fra31/auto-attack> --weights w.safetensors --images i.safetensors \
        --network '{"name": "ResNet18", "options": {"width": 16}}' --norm Linf --epsilon 0.03 --threads 2 --seed 1

Prints one JSON object: for each stage of the standard version, run one after the other on what still stands (as the
reference reports it, timed), which examples it fooled; and for each stage which examples it fools alone.

    python3 reference.py … --version plus [--noise 0.05]

Prints `{"clean": …, "after": {"apgd-ce": …, …}}` instead: the examples that the reference itself counts as robust, as they are
and after each stage of this version. `--noise` adds normal numbers of that deviation to the images in every pass.
"""

import argparse
import contextlib
import io
import json
import os
import re
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pytorch"))
import networks  # noqa: E402
from common import read_safetensors  # noqa: E402

STAGES = ["apgd-ce", "apgd-t", "fab-t", "square"]


class Noisy(torch.nn.Module):
    """A random network: normal noise on the images of every pass."""

    def __init__(self, model, deviation):
        super().__init__()
        self.model, self.deviation = model, deviation

    def forward(self, x):
        return self.model(x + self.deviation * torch.randn_like(x))


class Listener:
    """Takes the place of the reference's log, and reads from it how many examples stand."""

    def __init__(self, examples):
        self.examples, self.answer = examples, {"after": {}}

    def log(self, line):
        share = re.search(r"([\d.]+)%", line)
        if line.startswith("initial accuracy"):
            self.answer["clean"] = round(float(share[1]) / 100 * self.examples)
        if line.startswith("robust accuracy after"):
            self.answer["after"][line.split()[3].rstrip(":").lower()] = round(float(share[1]) / 100 * self.examples)


def whole_version(AutoAttack, model, images, labels, options):
    listener = Listener(len(images))
    adversary = AutoAttack(model, norm=options.norm, eps=options.epsilon, version=options.version, seed=options.seed, device="cpu")
    adversary.verbose, adversary.logger = True, listener
    adversary.run_standard_evaluation(images, labels, bs=options.batch_size)
    return listener.answer


def main():
    parser = argparse.ArgumentParser()
    for name in ("reference", "weights", "images", "network", "norm"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--epsilon", type=float, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--version", choices=["standard", "plus", "rand"])
    parser.add_argument("--noise", type=float, default=0.0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    sys.path.insert(0, options.reference)
    from autoattack import AutoAttack

    network = json.loads(options.network)
    model = getattr(networks, network["name"])(**network["options"])
    model.load_state_dict(read_safetensors(options.weights))
    model.eval()
    data = read_safetensors(options.images)
    images, labels = data["images"], data["labels"]

    if options.version is not None:
        with contextlib.redirect_stdout(io.StringIO()):
            answer = whole_version(AutoAttack, Noisy(model, options.noise) if options.noise > 0 else model, images, labels, options)
        print(json.dumps(answer))
        return

    # Its own printing would mix with the answer.
    with contextlib.redirect_stdout(io.StringIO()):
        adversary = AutoAttack(model, norm=options.norm, eps=options.epsilon, version="standard", seed=options.seed, device="cpu")
        adversary.verbose = False

        def fooled_by(stage, rows):
            """Which of these rows the stage turns, and how long it took."""
            adversary.attacks_to_run = [stage]
            started = time.perf_counter()
            found = adversary.run_standard_evaluation(images[rows], labels[rows], bs=options.batch_size)
            seconds = time.perf_counter() - started
            with torch.no_grad():
                wrong = model(found).argmax(1) != labels[rows]
            return rows[wrong], seconds

        with torch.no_grad():
            right = (model(images).argmax(1) == labels).nonzero().squeeze(1)
        answer = {"right": right.tolist(), "stages": {}}
        standing = right
        for stage in STAGES:
            attacked = standing
            fooled, seconds = fooled_by(stage, standing) if len(standing) > 0 else (standing, 0.0)
            standing = standing[~torch.isin(standing, fooled)]
            answer["stages"][stage] = {"attacked": len(attacked), "fooled": fooled.tolist(), "seconds": seconds}
        answer["robust"] = standing.tolist()
        # Alone: what it turned above, and what it turns of the examples that earlier stages had taken from it. Square
        # alone is not compared: it is there to find what gradients do not.
        for i, stage in enumerate(STAGES[:3]):
            taken = torch.tensor([row for earlier in STAGES[:i] for row in answer["stages"][earlier]["fooled"]], dtype=torch.int64)
            more = fooled_by(stage, taken)[0].tolist() if len(taken) > 0 else []
            answer["stages"][stage]["alone"] = sorted(answer["stages"][stage]["fooled"] + more)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
