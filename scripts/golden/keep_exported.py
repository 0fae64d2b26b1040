"""Keeps what exported_networks.py wrote of the small networks, for the tests of src/models/exported.

Run: python scripts/golden/keep_exported.py <folder>

Wants nothing but Python. Archives are packed by gzip, as they repeat themselves much. Of older versions of PyTorch, whose
archives lie in `<folder>/old/<version>` and were made by the same scripts, it keeps the networks that show what was
written in another way then: strides and shared storages, minus infinity, lists with gaps.
"""

import gzip
import sys
from pathlib import Path

source, target = Path(sys.argv[1]), Path(__file__).resolve().parents[2] / "test" / "golden" / "exported"
OLD = {
    "2.3.1": ["small-layouts.*", "small-masked.*", "small-class-token.dynamic.*"],
    "2.5.1": ["small-layouts.*", "small-masked.*", "small-class-token.dynamic.*"],
    "2.8.0": ["small-layouts.*", "small-buffers.*", "small-residual.dynamic.*"],
}


def keep(folder, patterns):
    (target / folder).mkdir(parents=True, exist_ok=True)
    for path in sorted(path for pattern in patterns for path in (source / folder).glob(pattern)):
        if path.suffix == ".pt2":
            packed = gzip.compress(path.read_bytes(), mtime=0)
            (target / folder / f"{path.name}.gz").write_bytes(packed)
            numbers = path.with_name(f"{path.name.split('.')[0]}.safetensors")
            if numbers.exists():
                (target / folder / numbers.name).write_bytes(numbers.read_bytes())


keep(".", ["small-*", "refused-*"])
for version, patterns in OLD.items():
    keep(f"old/{version}", [*patterns, "refused-training.*"])
