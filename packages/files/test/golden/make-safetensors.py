"""Writes golden.safetensors beside this file: one tensor of every type @diffgan/files reads, for its tests.

    python3 -m venv venv && venv/bin/pip install safetensors numpy ml_dtypes && venv/bin/python make-safetensors.py
"""

import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

values = np.array([[0.0, 1.0, -2.5], [65504.0, 6e-8, -0.1]])
tensors = {
    "f64": values,
    "f32": values.astype(np.float32),
    "f16": values.astype(np.float16),
    "bf16": values.astype(ml_dtypes.bfloat16),
    "i64": np.array([0, -1, 2**53 - 1], np.int64),
    "i32": np.array([[-(2**31)], [2**31 - 1]], np.int32),
    "u8": np.array([0, 255], np.uint8),
    "bool": np.array([True, False, True]),
    "scalar": np.array(3.5, np.float32),
    "empty": np.zeros((0, 4), np.float32),
    "ünïcode/név.0": np.ones((1, 1, 2), np.float32),
}
path = pathlib.Path(__file__).with_name("golden.safetensors")
save_file(tensors, path, metadata={"madeBy": "make-safetensors.py", "quote": 'a "b"\n'})
