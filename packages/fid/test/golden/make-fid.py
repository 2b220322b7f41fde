"""Makes fid.json: small feature sets and their Frechet distances by numpy and scipy.

    pip install 'numpy>=2,<3' 'scipy>=1.13' && python make-fid.py

The distance is computed in two ways that must agree: trace of scipy's matrix square root of the product of the
covariances, and the sum of the singular values of X1 X2^T of the centred features. The second is exact for singular
covariances, where the first is only good to about 1e-6; it is the one that is written.
"""

import json
import pathlib

import numpy as np
import scipy.linalg

rng = np.random.default_rng(20240607)


def distance(a, b):
    mean_a, mean_b = a.mean(0), b.mean(0)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    rest = ((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b)
    centred_a = (a - mean_a) / np.sqrt(len(a) - 1)
    centred_b = (b - mean_b) / np.sqrt(len(b) - 1)
    nuclear = np.linalg.svd(centred_a @ centred_b.T, compute_uv=False).sum()
    root = np.trace(scipy.linalg.sqrtm(cov_a @ cov_b).astype(complex)).real
    assert abs(nuclear - root) < 1e-5 * rest, (nuclear, root)
    return rest - 2 * nuclear


def features(n, d, spectrum, offset):
    mixing = np.linalg.qr(rng.standard_normal((d, d)))[0] * spectrum
    return np.round(rng.standard_normal((n, d)) @ mixing.T + offset, 9)


cases = []
for name, n, m, d, spectrum, offset in [
    ("well conditioned", 40, 30, 4, [1, 0.9, 0.8, 0.7], 0.3),
    ("power law", 50, 60, 8, np.arange(1, 9) ** -1.5, 0.1),
    ("steep spectrum", 40, 40, 6, 10.0 ** -np.arange(6), 0.01),
    ("large mean", 30, 30, 3, [1, 1, 1], 1000.0),
    ("fewer samples than features", 6, 8, 12, np.ones(12), 0.2),
    ("one side singular", 6, 60, 10, np.ones(10), 0.0),
]:
    a = features(n, d, np.asarray(spectrum), 0.0 if name != "large mean" else offset)
    b = features(m, d, np.asarray(spectrum) * 1.2, offset)
    cases.append({"name": name, "dim": d, "a": a.ravel().tolist(), "b": b.ravel().tolist(), "distance": distance(a, b)})

target = pathlib.Path(__file__).with_name("fid.json")
target.write_text(json.dumps({"made by": "make-fid.py", "scipy": scipy.__version__, "cases": cases}) + "\n")
