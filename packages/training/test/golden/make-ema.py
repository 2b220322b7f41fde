"""Decays of EMAModel of diffusers: python make-ema.py > ema.json, with diffusers 0.42 and PyTorch 2.15."""

import json

import torch
from diffusers.training_utils import EMAModel

COUNTS = [1, 2, 3, 10, 100, 1000, 100_000, 10_000_000]
found = []
for decay, power, inv_gamma in [(0.9999, 2 / 3, 1.0), (0.999, 0.75, 1.0), (0.9999, 0.75, 30.0), (0.5, 2 / 3, 1.0)]:
    model = EMAModel([torch.nn.Parameter(torch.zeros(1))], decay=decay, use_ema_warmup=True, inv_gamma=inv_gamma, power=power)
    decays = {str(count): model.get_decay(count) for count in COUNTS}  # its first step has the number 1
    found.append({"settings": {"decay": decay, "power": power, "invGamma": inv_gamma}, "decays": decays})
print(json.dumps(found, indent=2))
