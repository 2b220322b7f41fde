"""Writes schedules.json: variances and time steps of the schedulers of diffusers.

    pip install diffusers torch && python make-schedules.py
"""

import json
from pathlib import Path

import diffusers
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from diffusers.schedulers.scheduling_ddpm import rescale_zero_terminal_snr

SHOWN = [0, 1, 2, 250, 499, 500, 750, 997, 998, 999]  # of 1000


def betas(**config):
    scheduler = DDPMScheduler(**config)
    return [float(f"{b:.9g}") for b in scheduler.betas.double()[SHOWN].tolist()]


def zero_snr():
    """In float64: the last variances come out of differences of products."""
    scaled = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    return [float(f"{b:.9g}") for b in rescale_zero_terminal_snr(scaled)[SHOWN].tolist()]


def timesteps(scheduler, spacing, steps, total, offset=0):
    made = scheduler(num_train_timesteps=total, timestep_spacing=spacing, steps_offset=offset)
    made.set_timesteps(steps)
    return made.timesteps.tolist()[::-1]


golden = {
    "source": f"diffusers {diffusers.__version__}",
    "shown": SHOWN,
    "betas": {
        "linear:1000": betas(beta_schedule="linear"),
        "scaled_linear:1000": betas(beta_schedule="scaled_linear"),
        "scaled_linear:1000,start=0.00085,end=0.012": betas(
            beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012
        ),
        "squaredcos_cap_v2:1000": betas(beta_schedule="squaredcos_cap_v2"),
        "sigmoid:1000": betas(beta_schedule="sigmoid"),
        "laplace:1000": betas(beta_schedule="laplace"),
        "scaled_linear:1000,start=0.00085,end=0.012,zero-snr": zero_snr(),
    },
    "positions": [
        {"total": total, "spec": spec, "positions": timesteps(DDPMScheduler, spacing, steps, total, offset)}
        for total, steps, spacing, offset, spec in [
            (1000, 10, "leading", 0, "leading:10"),
            (1000, 7, "leading", 1, "leading:7+1"),
            (1000, 30, "leading", 3, "leading:30+3"),
            (1000, 10, "trailing", 0, "trailing:10"),
            (1000, 7, "trailing", 0, "trailing:7"),
            (1000, 2, "trailing", 0, "trailing:2"),
            (300, 8, "trailing", 0, "trailing:8"),
            (1000, 10, "linspace", 0, "linspace:10"),
            (1000, 7, "linspace", 0, "linspace:7"),
            (1000, 3, "linspace", 0, "linspace:3"),
            (1000, 1, "linspace", 0, "linspace:1"),
        ]
    ],
}
assert timesteps(DDIMScheduler, "trailing", 7, 1000) == timesteps(DDPMScheduler, "trailing", 7, 1000)
Path(__file__).with_name("schedules.json").write_text(json.dumps(golden) + "\n")
