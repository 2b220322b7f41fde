"""Writes toys.json: the toy distributions of @diffgan/data, drawn with jax.random and numpy.

    python3 -m venv venv && venv/bin/pip install jax && venv/bin/python make-toys.py
"""

import json
import pathlib

import jax
import numpy as np

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_threefry_partitionable", True)
random = jax.random


def mixture(means, std, weights, count, key):
    means = np.array(means, np.float64)
    for_components, for_deviations = random.split(key)
    shares = np.cumsum(weights) / np.sum(weights)
    labels = np.searchsorted(shares, np.asarray(random.uniform(for_components, (count,)), np.float64), side="right")
    deviations = np.asarray(random.normal(for_deviations, (count, means.shape[1])), np.float64)
    return {"points": (means[labels] + std * deviations).ravel().tolist(), "labels": labels.tolist()}


def swiss_roll(noise, count, key):
    for_angles, for_noise = random.split(key)
    t = np.pi * (1.5 + 3 * np.asarray(random.uniform(for_angles, (count,)), np.float64))
    spiral = np.stack([np.cos(t), np.sin(t)], 1) * t[:, None] / (4.5 * np.pi)
    points = spiral + noise * np.asarray(random.normal(for_noise, (count, 2)), np.float64)
    return {"points": points.ravel().tolist()}


grid = [[2 * i, 2 * j] for i in range(-2, 3) for j in range(-2, 3)]
three = {"means": [[1, 0, -1], [2, 5, 0], [-3, 0, 0]], "std": 0.5, "weights": [1, 0, 3]}
keys = random.split(random.key(5), 3)
toys = {
    "made by": f"make-toys.py, jax {jax.__version__}",
    "gaussians25": mixture(grid, 0.05, [1] * 25, 12, random.key(3)),
    "gaussianMixture": {**three, **mixture(**three, count=8, key=random.key(4))},
    "swissRoll": swiss_roll(0.02, 8, random.key(7)),
    "stacked": [random.randint(key, (6,), 0, 10).tolist() for key in keys],
}
pathlib.Path(__file__).with_name("toys.json").write_text(json.dumps(toys, indent=1) + "\n")
