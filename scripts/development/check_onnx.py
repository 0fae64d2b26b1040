"""Checks ONNX files by ONNX's own checker, and their outputs in ONNX Runtime against ours: check_onnx.py FOLDER

Beside each FOLDER/<name>.onnx lies <name>.safetensors with its inputs and what it has to give. Ends with 1 where a
difference, relative to the largest value, exceeds 1e-5.
"""

import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-5


def differences(path):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    ours = load_file(path.with_suffix(".safetensors"))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    found = session.run(outputs, {given.name: ours[given.name] for given in session.get_inputs()})
    return {
        name: float(numpy.abs(value - ours[name]).max() / numpy.abs(ours[name]).max()) for name, value in zip(outputs, found)
    }


def main():
    files = sorted(Path(sys.argv[1]).glob("*.onnx"))
    failed = not files
    for path in files:
        found = differences(path)
        wrong = not all(value <= TOLERANCE for value in found.values())
        failed |= wrong
        print(path.stem, {name: f"{value:.1e}" for name, value in found.items()}, "WRONG" if wrong else "")
    print(f"ONNX {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}: {len(files)} files")
    sys.exit(failed)


main()
