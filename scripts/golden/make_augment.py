"""What Pillow makes of a few images, for the operations of AutoAugment and of IDBH. Run: python scripts/golden/make_augment.py

Needs Pillow and NumPy. The images are made here: a smooth gradient, a pattern with hard edges, and blurred noise of
low contrast; [N, C, H, W] bytes, deflated, as base64. A case names the operation, its amounts (one an image, as
src/data/augmentation/policy.ts gives them) and holds what Pillow returned.
"""

import base64
import json
import math
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageOps

SEED = 20260101
FILE = Path(__file__).resolve().parents[2] / "test" / "golden" / "augment.json"
FILL = (125, 122, 113)
SIZE = 32


def make_images():
    random = np.random.default_rng(SEED)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    gradient = np.stack([x * 8, y * 8, 255 - (x + y) * 4], axis=-1)
    disc = (x - 13) ** 2 + (y - 18) ** 2 < 70
    stripes = ((x // 3 + y // 5) % 2)[..., None] * np.array([90, 30, 160])
    pattern = np.where(disc[..., None], [250, 200, 40], 20 + stripes)
    noise = random.uniform(0, 1, (SIZE + 8, SIZE + 8, 3))
    for axis in (0, 1):
        noise = sum(np.roll(noise, shift, axis) for shift in range(-2, 3)) / 5
    noise = 60 + 380 * (noise[4:-4, 4:-4] - 0.35)
    return [np.clip(image, 0, 255).astype(np.uint8) for image in (gradient, pattern, noise)]


def rotate(image, degrees):
    turned = image.convert("RGBA").rotate(degrees)  # uncovered pixels are transparent, and get grey behind them
    return Image.composite(turned, Image.new("RGBA", turned.size, (128,) * 4), turned).convert("RGB")


def affine(image, matrix, resample):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, resample, fillcolor=FILL)


NEAREST, BICUBIC = Image.Resampling.NEAREST, Image.Resampling.BICUBIC
OPERATIONS = {
    "shearX": lambda image, m: affine(image, (1, m, 0, 0, 1, 0), BICUBIC),
    "shearY": lambda image, m: affine(image, (1, 0, 0, m, 1, 0), BICUBIC),
    "translateX": lambda image, m: affine(image, (1, 0, m * image.size[0], 0, 1, 0), NEAREST),
    "translateY": lambda image, m: affine(image, (1, 0, 0, 0, 1, m * image.size[1]), NEAREST),
    "rotate": rotate,
    # About the middle, as torchvision.transforms.functional.affine and rotate call Pillow.
    "slantX": lambda image, m: affine(image, (1, m, -m * image.size[1] / 2, 0, 1, 0), NEAREST),
    "slantY": lambda image, m: affine(image, (1, 0, 0, m, 1, -m * image.size[0] / 2), NEAREST),
    "turn": lambda image, m: image.rotate(m, NEAREST, fillcolor=FILL),
    "colour": lambda image, m: ImageEnhance.Color(image).enhance(m),
    "contrast": lambda image, m: ImageEnhance.Contrast(image).enhance(m),
    "brightness": lambda image, m: ImageEnhance.Brightness(image).enhance(m),
    "sharpness": lambda image, m: ImageEnhance.Sharpness(image).enhance(m),
    "posterize": lambda image, m: ImageOps.posterize(image, m),
    "solarize": lambda image, m: ImageOps.solarize(image, m),
    "autocontrast": lambda image, m: ImageOps.autocontrast(image),
    "equalize": lambda image, m: ImageOps.equalize(image),
    "invert": lambda image, m: ImageOps.invert(image),
}


def pack(images):
    data = np.stack([np.asarray(image).transpose(2, 0, 1) for image in images])
    return base64.b64encode(zlib.compress(data.tobytes(), 9)).decode()


def amounts():
    """Three amounts a case, one for each image: those of the policy, both signs, and the ends of the scale."""
    shear, translate = [0.3 * k / 9 for k in range(10)], [150 / 331 * k / 9 for k in range(10)]
    for name, scale in {"shearX": shear, "shearY": shear, "translateX": translate, "translateY": translate}.items():
        yield name, [scale[7], -scale[8], scale[9]]
        yield name, [-scale[9], scale[8], -scale[3]]
    yield "rotate", [30 * 2 / 9, 30 * 2 / 9, 30 * 2 / 9]
    yield "rotate", [0, 30 * 5 / 9, 30]
    for name in ("slantX", "slantY"):
        yield name, [math.tan(0.05), -math.tan(0.15), math.tan(0.35)]
    yield "turn", [1, -10, 30]
    for name in ("colour", "contrast", "brightness", "sharpness"):
        yield name, [1 + 0.9 * 9 / 9, 1 - 0.9 * 9 / 9, 1 + 0.9 * 3 / 9]
        yield name, [1 - 0.9 * 7 / 9, 1 + 0.9 * 6 / 9, 1 - 0.9 * 1 / 9]
    yield "posterize", [5, 4, 8]
    yield "solarize", [256 - 256 * 2 / 9, 256 - 256 * 5 / 9, 256 - 256 * 8 / 9]
    for name in ("autocontrast", "equalize", "invert"):
        yield name, [0, 0, 0]


if __name__ == "__main__":
    images = make_images()
    cases = []
    for name, values in amounts():
        outputs = [OPERATIONS[name](Image.fromarray(image), value) for image, value in zip(images, values)]
        cases.append({"operation": name, "amounts": values, "output": pack(outputs)})
    head = {
        "pillow": PIL.__version__,
        "seed": SEED,
        "about": "The operations of AutoAugment and IDBH, by Pillow.",
        "shape": [len(images), 3, SIZE, SIZE],
        "fill": FILL,
        "input": pack(images),
    }
    assert all(math.isfinite(value) for case in cases for value in case["amounts"])
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    FILE.write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n')
    print(f"{FILE.name}: {len(cases)} cases, {FILE.stat().st_size // 1024} KiB")
