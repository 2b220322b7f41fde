"""Makes fid-grid.json: Frechet distances of features that a formula makes here and in the test, with the same bits.

    pip install 'numpy>=2,<3' 'scipy>=1.13,<1.18' pytorch-fid==0.3.0 torch torchvision && python make-fid-grid.py

"distance" takes the trace of the root from the singular values of X1 X2^T of the centred features, which is exact for
singular covariances, too; "pytorch_fid" is what calculate_frechet_distance of that package gives. "infinity" holds the
scores of given subsets and the value of a straight line through them at 1/n = 0.
"""

import json
import pathlib

import numpy as np
from pytorch_fid.fid_score import calculate_frechet_distance


def features(seed, n, d, decay):
    """Sums of four numbers of a linear congruential generator (Park and Miller); exact in float64 in every language."""
    state = seed
    values = np.empty(n * d)
    for i in range(n * d):
        total = 0.0
        for _ in range(4):
            state = state * 16807 % 2147483647
            total += state / 2147483647
        values[i] = total - 2
    # neighbours are correlated; column j has the size 2^(-decay j)
    values = values.reshape(n, d)
    values[:, 1:] = values[:, 1:] + values[:, :-1] / 2
    return values * 2.0 ** (-decay * np.arange(d))


def distance(a, b):
    centred = [(x - x.mean(0)) / np.sqrt(len(x) - 1) for x in (a, b)]
    apart = ((a.mean(0) - b.mean(0)) ** 2).sum()
    nuclear = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    return apart + sum((x**2).sum() for x in centred) - 2 * nuclear


def pytorch_fid(a, b):
    moments = [moment for x in (a, b) for moment in (x.mean(0), np.cov(x, rowvar=False))]
    return calculate_frechet_distance(*moments)


cases = []
for n, m, d, decay, offset in [
    (1000, 1200, 16, 0, 0.1),
    (400, 500, 64, 0, 0.1),
    (400, 300, 64, 0.25, 0.0),  # sizes down to 2^-16: steep
    (300, 600, 128, 0.125, 0.0),
    (250, 260, 192, 0, 0.0),
    (200, 220, 16, 0, 1000.0),
    (40, 50, 64, 0, 0.1),  # fewer vectors than features
    (30, 400, 128, 0, 0.1),
    (20, 25, 192, 0.0625, 0.0),
]:
    a = features(1, n, d, decay) + (0 if offset < 1 else offset)
    b = 1.1 * features(2, m, d, decay) + offset
    case = {"n": n, "m": m, "d": d, "decay": decay, "offset": offset, "distance": distance(a, b)}
    cases.append({**case, "pytorch_fid": float(pytorch_fid(a, b))})
    print(case, abs(cases[-1]["pytorch_fid"] / case["distance"] - 1))

generated, real = features(3, 200, 6, 0.25), features(4, 300, 6, 0.25)
subsets = [np.random.default_rng(n).permutation(200)[:n].tolist() for n in (20, 65, 110, 155, 200)]
scores = [distance(generated[subset], real) for subset in subsets]
line = np.polyfit([1 / len(subset) for subset in subsets], scores, 1)
infinity = {"subsets": subsets, "scores": scores, "slope": line[0], "value": line[1]}

target = pathlib.Path(__file__).with_name("fid-grid.json")
target.write_text(json.dumps({"made by": "make-fid-grid.py", "cases": cases, "infinity": infinity}) + "\n")
