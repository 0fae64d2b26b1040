"""Executes the Python of cards for hubs of models, and compares its logits with ours: check_cards.py FOLDER

Beside each card FOLDER/<name>/README.md lies FOLDER/<name>.safetensors with images and the logits they have to give. Ends
with 1 where a difference, relative to the largest logit, exceeds 1e-5.
"""

import os
import re
import sys
from pathlib import Path

import numpy
from safetensors.numpy import load_file

TOLERANCE = 1e-5


def logits_by(card, images):
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", card.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    os.chdir(card.parent)
    names = {}
    exec(compile(snippet, str(card), "exec"), names)
    return names["predict"](images)


def main():
    cards = sorted(Path(sys.argv[1]).resolve().glob("*/README.md"))
    failed = not cards
    for card in cards:
        ours = load_file(card.parent.with_suffix(".safetensors"))
        found = logits_by(card, ours["images"])
        difference = float(numpy.abs(found - ours["logits"]).max() / numpy.abs(ours["logits"]).max())
        wrong = found.shape != ours["logits"].shape or not difference <= TOLERANCE
        failed |= wrong
        print(card.parent.name, f"{difference:.1e}", "WRONG" if wrong else "")
    print(f"the Python of {len(cards)} cards")
    sys.exit(failed)


main()
