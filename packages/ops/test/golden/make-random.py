"""Writes random.json beside this file: what jax.random gives, for the tests of @diffgan/ops.

    python3 -m venv venv && venv/bin/pip install jax && venv/bin/python make-random.py
"""

import json
import pathlib

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)  # so that seeds above 2^32 keep their high word, as ours do
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_threefry_partitionable", True)
random = jax.random
SEEDS = [0, 1, 42, 2**31, 2**32 + 5, 2**53 - 1]


def floats(values):
    """Bit patterns, so that no digit is lost on the way."""
    return np.asarray(values, np.float32).reshape(-1).view(np.uint32).tolist()


def data(key):
    return random.key_data(key).reshape(-1, 2).tolist()


def normal_tails(count=400_000):
    """The extreme and the smallest of many normal numbers, with their positions."""
    values = np.asarray(random.normal(random.key(3), (count,), "float32"))
    order = np.argsort(values)
    index = np.concatenate([order[:20], order[-20:], np.argsort(np.abs(values))[:20]])
    return {"seed": 3, "count": count, "index": index.tolist(), "values": floats(values[index])}


def per_seed(seed):
    key = random.key(seed)
    draws = {
        "seed": seed,
        "key": data(key)[0],
        "split": {n: data(random.split(key, n)) for n in (1, 2, 5)},
        "foldIn": {n: data(random.fold_in(key, n))[0] for n in (0, 1, 1000, 2**32 - 1)},
        "bits": {n: random.bits(key, (n,), "uint32").tolist() for n in (1, 2, 7)},
        "uniform": floats(random.uniform(key, (3, 5), "float32")),
        "normal": floats(random.normal(key, (4, 3, 25), "float32")),
    }
    ranges = [(-1.0, 1.0), (2.0, 2.5), (-0.1, 0.7), (1e-5, 1.0)]
    draws["uniformIn"] = [[a, b, floats(random.uniform(key, (50,), "float32", a, b))] for a, b in ranges]
    spans = [(0, 10), (1, 1001), (-5, -4), (-(2**31), 2**31 - 1), (0, 70_000), (-(2**31), 2**31)]
    draws["randint"] = [[a, b, random.randint(key, (20,), a, b, "int32").tolist()] for a, b in spans]
    draws["permutation"] = {n: random.permutation(key, n).tolist() for n in (0, 1, 2, 10, 300)}
    return draws


big = random.permutation(random.key(0), 60_000)
golden = {
    "madeBy": f"make-random.py with jax {jax.__version__}",
    "draws": [per_seed(seed) for seed in SEEDS],
    "normalTails": normal_tails(),
    "permutation60000": {"seed": 0, "first": big[:20].tolist(), "last": big[-20:].tolist()},
}
path = pathlib.Path(__file__).with_name("random.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
