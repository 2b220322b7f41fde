"""Writes JPEG files and the pixels that Pillow (libjpeg) reads of them: python make-jpeg.py, with Pillow 13."""

import json
import pathlib

import numpy as np
from PIL import Image, ImageOps

folder = pathlib.Path(__file__).with_name("jpeg")
folder.mkdir(exist_ok=True)
y, x = np.mgrid[0:11, 0:14]
pixels = np.stack([x * 17 % 256, y * 21 % 256, (x + y) * 9 % 256], -1).astype("u1")
colour = Image.fromarray(pixels)
colour.save(folder / "baseline.jpg", quality=85)
colour.save(folder / "progressive.jpg", quality=60, progressive=True)
colour.convert("L").save(folder / "grey.jpg", quality=90)
colour.convert("CMYK").save(folder / "inks.jpg", quality=60)
for orientation in (3, 6, 8):
    exif = Image.Exif()
    exif[0x0112] = orientation
    colour.save(folder / f"turned-{orientation}.jpg", quality=90, exif=exif)

read = {}
for path in sorted(folder.glob("*.jpg")):
    if path.stem == "inks":
        continue
    image = np.asarray(ImageOps.exif_transpose(Image.open(path)))
    read[path.name] = {"height": image.shape[0], "width": image.shape[1], "data": image.reshape(-1).tolist()}
folder.with_name("jpeg.json").write_text(json.dumps(read, separators=(",", ":")) + "\n")
