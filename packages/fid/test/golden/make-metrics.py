"""Makes metrics.safetensors (features and logits, float32) and metrics.json (their scores by torch-fidelity, prdc, scikit-learn).

    pip install 'numpy>=2,<3' 'torch>=2.4' torch-fidelity==0.4.0 prdc==0.2 'scikit-learn>=1.5' safetensors && python make-metrics.py

Everything is computed in float64 from the float32 numbers that are written.
"""

import contextlib
import importlib.metadata
import io
import json
import pathlib

import numpy as np
import torch
from prdc import compute_prdc
from safetensors.numpy import save_file
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel
from sklearn.preprocessing import normalize
from sklearn.neighbors import NearestNeighbors
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kernel_mmd
from torch_fidelity.metric_prc import prc_features_to_metric

rng = np.random.default_rng(20240608)
here = pathlib.Path(__file__).parent
tensors, cases = {}, []


def unbiased_mmd(x, y):
    """For sets of different sizes, which torch-fidelity does not take."""
    def own(a):
        k = polynomial_kernel(a, degree=3, gamma=1 / a.shape[1], coef0=1)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    return own(x) + own(y) - 2 * polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1).mean()


def cmmd(x, y):
    x, y = normalize(x), normalize(y)
    k = lambda a, b: rbf_kernel(a, b, gamma=1 / 200).mean()
    return 1000 * (k(x, x) + k(y, y) - 2 * k(x, y))


def manifold_scores(generated, real):
    scores = {"precisionRecall": {}, "prdc": {}}
    for k in (1, 3, 5):
        found = prc_features_to_metric(
            torch.from_numpy(generated), torch.from_numpy(real), prc_neighborhood=k, save_cpu_ram=True, verbose=False
        )
        scores["precisionRecall"][k] = [found["precision"], found["recall"]]
        with contextlib.redirect_stdout(io.StringIO()):
            found = compute_prdc(real, generated, k)
        scores["prdc"][k] = [float(found[name]) for name in ("density", "coverage")]
    return scores


def add_case(name, generated, real):
    generated, real = (np.ascontiguousarray(x, np.float32) for x in (generated, real))
    tensors.update({f"{name}.generated": generated, f"{name}.real": real})
    generated, real = generated.astype(np.float64), real.astype(np.float64)
    size = 40
    subsets = [[rng.permutation(len(x))[:size].tolist() for x in (generated, real)] for _ in range(3)]
    distances, indices = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(real).kneighbors(generated[:5])
    cases.append({
        "name": name,
        "mmd": unbiased_mmd(generated, real),
        "cmmd": float(cmmd(generated, real)),
        "subsets": subsets,
        "subsetMmd": [float(kernel_mmd(generated[a], real[b], kid_kernel="poly", kid_kernel_poly_degree=3,
                                       kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)) for a, b in subsets],
        "neighbours": {"indices": indices.tolist(), "distances": distances.tolist()},
        **manifold_scores(generated, real),
    })


mixing = rng.standard_normal((12, 12)) / 3
real = rng.standard_normal((300, 12)) @ mixing
add_case("shifted", rng.standard_normal((270, 12)) @ mixing * 0.9 + 0.15, real)
add_case("equal", rng.standard_normal((130, 12)) @ mixing, real)
add_case("collapsed", real[:3].repeat(40, 0) + 0.05 * rng.standard_normal((120, 12)), real)
add_case("relu, far from zero", np.maximum(rng.standard_normal((90, 7)), 0) + 100, np.maximum(rng.standard_normal((110, 7)) * 1.1, 0) + 100)

logits = np.ascontiguousarray(3 * rng.standard_normal((203, 10)), np.float32)
logits[7] = [90, -90, 0, 0, 0, 0, 0, 0, 0, 0]
tensors["logits"] = logits
inception = {}
for splits in (1, 4, 10):
    found = isc_features_to_metric(torch.from_numpy(logits), splits=splits, shuffle=False)
    inception[splits] = [float(found["inception_score_mean"]), float(found["inception_score_std"])]

save_file(tensors, here / "metrics.safetensors")
versions = {name: importlib.metadata.version(name) for name in ("torch-fidelity", "prdc", "scikit-learn", "numpy", "torch")}
text = json.dumps({"made by": "make-metrics.py", "versions": versions, "cases": cases, "inception": inception})
(here / "metrics.json").write_text(text + "\n")
