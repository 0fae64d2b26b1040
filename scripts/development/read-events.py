"""Prints as JSON what the real TensorBoard reads from a run folder or an event file.

For whoever changes src/monitoring/tensorboard/: the tests there read event files with a reader of their own, and this
is the judge of both. With any Python 3.9 or newer, outside of the repository:

    python3 -m venv ../tensorboard-venv && ../tensorboard-venv/bin/pip install tensorboard
    ../tensorboard-venv/bin/python scripts/development/read-events.py runs/demo/adversarial

The test's small file was judged so; after a change of the format, make both anew and look at the difference:

    SADDLEPOINT_WRITE_GOLDEN=1 npx vitest run src/monitoring/tensorboard/golden
    python scripts/development/read-events.py src/monitoring/tensorboard/golden.tfevents \\
        > src/monitoring/tensorboard/golden.read-by-tensorboard.json
    npx prettier --write src/monitoring/tensorboard/golden.read-by-tensorboard.json
"""

import hashlib
import json
import sys

from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def main(path):
    everything = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}  # 0: keep all of them
    events = EventAccumulator(path, size_guidance=everything).Reload()
    tags = events.Tags()
    histogram_fields = ("min", "max", "num", "sum", "sum_squares", "bucket_limit", "bucket")
    found = {
        "tensorboard": version.VERSION,
        "fileVersion": events.file_version,
        "scalars": {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
        "histograms": {
            tag: [
                [e.step, {field: getattr(e.histogram_value, field) for field in histogram_fields}]
                for e in events.Histograms(tag)
            ]
            for tag in tags["histograms"]
        },
        "images": {
            tag: [
                [e.step, e.width, e.height, hashlib.sha256(e.encoded_image_string).hexdigest()]
                for e in events.Images(tag)
            ]
            for tag in tags["images"]
        },
        "texts": {
            tag: [[e.step, value.decode()] for e in events.Tensors(tag) for value in e.tensor_proto.string_val]
            for tag in tags["tensors"]
        },
        "plugins": {tag: events.SummaryMetadata(tag).plugin_data.plugin_name for tag in tags["tensors"]},
    }
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: read-events.py <run folder or event file>")
    main(sys.argv[1])
