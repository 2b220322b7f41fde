"""Writes filtered.png: 24 x 20 pixels whose rows Pillow stores with PNG's filters.

    pip install 'pillow>=10' numpy && python make-png.py
"""

import pathlib

import numpy as np
from PIL import Image

y, x, c = np.mgrid[:20, :24, :3]
pixels = ((x * x + 5 * x * y + 11 * y * y) // 7 + 40 * c) % 256
Image.fromarray(pixels.astype(np.uint8)).save(pathlib.Path(__file__).with_name("filtered.png"), optimize=True)
