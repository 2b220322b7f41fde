"""Writes schedulers.json: single steps of the schedulers of diffusers on fixed inputs.

    pip install diffusers torch && python make-schedulers.py

Each entry has the state x_t, what the network returned, and the next state without noise (`mean`) together with the standard
deviation of the noise (`std`), read off a second call with noise 1. Steps are 1..T. Coefficients are recomputed in float64, since
1 - alpha_bar of the schedulers' float32 tables has three digits at small t.
"""

import json
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler
from diffusers.schedulers import scheduling_ddpm

T = 1000
POSITIONS = [0, 111, 222, 333, 444, 555, 666, 777, 888, 999]  # linspace: what the network sees at the 10 respaced steps
LEADING = list(range(0, 1000, 100))  # DDIMScheduler steps down by T // 10 whatever the spacing, so only this one is right
rng = np.random.default_rng(0)
tensor = lambda *shape: torch.from_numpy(rng.standard_normal(shape))
rounded = lambda x: [float(f"{v:.9g}") for v in x.double().flatten().tolist()]


def float64(scheduler):
    scheduler.betas = torch.linspace(1e-4, 0.02, T, dtype=torch.float64)
    scheduler.alphas = 1 - scheduler.betas
    scheduler.alphas_cumprod = torch.cumprod(scheduler.alphas, 0)
    scheduler.alpha_t = scheduler.alphas_cumprod.sqrt()
    scheduler.sigma_t = (1 - scheduler.alphas_cumprod).sqrt()
    scheduler.lambda_t = scheduler.alpha_t.log() - scheduler.sigma_t.log()
    scheduler.one = torch.tensor(1.0, dtype=torch.float64)
    scheduler.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    return scheduler


def noise_of(value):
    scheduling_ddpm.randn_tensor = lambda shape, **_: torch.full(shape, value, dtype=torch.float64)


def steps_of(positions, step, channels=3):
    """Walks down the steps with a fixed small draw, noting mean and standard deviation of each."""
    x, noted = tensor(2, 3), []
    for t in range(len(positions), 0, -1):
        output = tensor(2, channels)
        mean, shifted = (step(output, positions[t - 1], x, value) for value in (0.0, 1.0))
        std = float((shifted - mean).flatten()[0]) if channels == 3 else rounded(shifted - mean)
        noted.append({"t": t, "xt": rounded(x), "output": rounded(output), "mean": rounded(mean), "std": std})
        x = mean + (shifted - mean) * tensor(2, 3)
    return noted


def ddpm(prediction, variance, clip):
    scheduler = float64(DDPMScheduler(prediction_type=prediction, variance_type=variance, clip_sample=clip))
    scheduler.set_timesteps(timesteps=POSITIONS[::-1])

    def step(output, t, x, value):
        noise_of(value)
        if variance == "learned":  # diffusers takes the variance itself, we its logarithm
            output = torch.cat([output[:, :3], output[:, 3:].exp()], 1)
        return scheduler.step(output, t, x).prev_sample

    channels = 6 if variance.startswith("learned") else 3
    return {"prediction": prediction, "variance": variance, "clip": clip, "steps": steps_of(POSITIONS, step, channels)}


def ddim(prediction, eta, clip):
    scheduler = float64(DDIMScheduler(prediction_type=prediction, clip_sample=clip))
    scheduler.set_timesteps(10)
    assert scheduler.timesteps.tolist() == LEADING[::-1]

    def step(output, t, x, value):
        noise = torch.full_like(x, value)
        # diffusers asks for it before it derives eps anew from the clipped x0
        return scheduler.step(output, t, x, eta, use_clipped_model_output=clip, variance_noise=noise).prev_sample

    return {"prediction": prediction, "eta": eta, "clip": clip, "steps": steps_of(LEADING, step)}


def dpm_solver(prediction, karras):
    """A whole trajectory, since the method looks back."""
    scheduler = float64(DPMSolverMultistepScheduler(prediction_type=prediction, use_karras_sigmas=karras))
    scheduler.set_timesteps(10)
    x, steps = tensor(2, 3), []
    for i, t in enumerate(scheduler.timesteps):
        output = tensor(2, 3)
        following = scheduler.step(output, t, x).prev_sample
        steps.append({"t": 10 - i, "xt": rounded(x), "output": rounded(output), "xPrev": rounded(following)})
        x = following
    return {
        "prediction": prediction,
        "positions": [int(t) for t in scheduler.timesteps][::-1],
        "sigmas": [float(s) for s in scheduler.sigmas.double()],
        "karras": karras,
        "steps": steps,
    }


def thresholds():
    scheduler = DDPMScheduler(thresholding=True, dynamic_thresholding_ratio=0.9, sample_max_value=2.5)
    x0 = tensor(3, 1, 5, 5) * torch.tensor([0.3, 1.0, 3.0], dtype=torch.float64).reshape(3, 1, 1, 1)
    return {"percentile": 0.9, "max": 2.5, "x0": rounded(x0), "expected": rounded(scheduler._threshold_sample(x0))}


golden = {
    "source": f"diffusers {diffusers.__version__}, linear schedule 1e-4..0.02 of 1000 steps",
    "ddpm": {
        "positions": POSITIONS,
        "runs": [
            ddpm("epsilon", "fixed_small", True),
            ddpm("epsilon", "fixed_large", False),
            ddpm("sample", "fixed_large", True),
            ddpm("v_prediction", "fixed_small", False),
            ddpm("epsilon", "learned", False),
            ddpm("epsilon", "learned_range", True),
        ],
    },
    "ddim": {
        "positions": LEADING,
        "runs": [
            ddim("epsilon", 0.0, False),
            ddim("epsilon", 0.5, True),
            ddim("sample", 1.0, False),
            ddim("v_prediction", 0.3, True),
        ],
    },
    "dpmSolver": [dpm_solver("epsilon", False), dpm_solver("v_prediction", True)],
    "threshold": thresholds(),
}
Path(__file__).with_name("schedulers.json").write_text(json.dumps(golden, indent=1) + "\n")
