"""Checks that numpy and pytorch-fid read statistics.npz, which the test writes again and compares byte by byte.

    pip install 'numpy>=2,<3' pytorch-fid==0.3.0 torch torchvision && python check-statistics-npz.py
"""

import json
import pathlib

import numpy as np
from pytorch_fid.fid_score import compute_statistics_of_path

path = pathlib.Path(__file__).with_name("statistics.npz")
rows = np.array([[1, 2, 3], [4, 6, 9], [5, 5, 5], [0, 1, 0]], float)

file = np.load(path, allow_pickle=False)
assert sorted(file.files) == ["meta", "mu", "n", "sigma"], file.files
assert file["n"].shape == () and file["n"] == 4
assert json.loads(file["meta"].tobytes())["extractor"] == "pixels"
mu, sigma = compute_statistics_of_path(str(path), None, 1, 1, "cpu")
assert mu.dtype == sigma.dtype == np.float64
np.testing.assert_allclose(mu, rows.mean(0), rtol=1e-15)
np.testing.assert_allclose(sigma, np.cov(rows, rowvar=False), rtol=1e-14)
print("numpy and pytorch-fid read it")
