"""Writes chains.json: whole chains of the schedulers of diffusers, on a network that is a formula, with noise that is recorded.

    pip install diffusers torch && python make-chains.py

The network is eps(x, position) = 0.6 x + 0.3 cos(3 x) + position / 5000. Schedulers that work in x / alpha get it scaled as their own
scale_model_input does. Tables are recomputed in float64: 1 - alpha_bar of float32 tables has three digits at small t.
"""

import json
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers import (
    DDIMInverseScheduler,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    UniPCMultistepScheduler,
)
from diffusers.schedulers import scheduling_euler_ancestral_discrete as ancestral

T = 1000
rng = np.random.default_rng(1)
tensor = lambda *shape: torch.from_numpy(rng.standard_normal(shape))
rounded = lambda x: [float(f"{v:.9g}") for v in x.double().flatten().tolist()]
network = lambda x, position: 0.6 * x + 0.3 * torch.cos(3 * x) + position / 5000


def float64(scheduler):
    scheduler.betas = torch.linspace(1e-4, 0.02, T, dtype=torch.float64)
    scheduler.alphas = 1 - scheduler.betas
    scheduler.alphas_cumprod = torch.cumprod(scheduler.alphas, 0)
    scheduler.alpha_t = scheduler.alphas_cumprod.sqrt()
    scheduler.sigma_t = (1 - scheduler.alphas_cumprod).sqrt()
    scheduler.lambda_t = scheduler.alpha_t.log() - scheduler.sigma_t.log()
    scheduler.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    return scheduler


def widen(scheduler):
    """The sigmas of set_timesteps are float32; each belongs to a whole time step, or lies between two."""
    table = ((1 - scheduler.alphas_cumprod) / scheduler.alphas_cumprod).sqrt().numpy()
    at = np.interp(scheduler.timesteps.double().numpy(), np.arange(T), table)
    assert np.allclose(at, scheduler.sigmas[:-1].double().numpy(), rtol=1e-3)
    scheduler.sigmas = torch.from_numpy(np.append(at, 0.0))


def variance_preserving(make, steps, **config):
    """A chain of a scheduler whose state is x_t. Noise, if any, is given to each step."""
    scheduler = float64(make(prediction_type="epsilon", **config))
    scheduler.set_timesteps(steps)
    widen(scheduler)
    x, noises, states = tensor(2, 3), [], []
    start = x
    stochastic = config.get("algorithm_type", "").startswith("sde")
    for t in scheduler.timesteps:
        noise = tensor(2, 3)
        options = {"variance_noise": noise} if stochastic else {}
        x = scheduler.step(network(x, float(t)), t, x, **options).prev_sample
        noises.append(rounded(noise))
        states.append(rounded(x))
    return {
        "config": config,
        "positions": [int(t) for t in scheduler.timesteps],
        "start": rounded(start),
        "noises": noises if stochastic else None,
        "states": states,
    }


def exploding(make, steps, **config):
    """A chain of a scheduler whose state is x_t / alpha_t; states are noted as x_t."""
    scheduler = float64(make(prediction_type="epsilon", **config))
    scheduler.set_timesteps(steps)
    widen(scheduler)
    sigmas = scheduler.sigmas
    start, noises, states = tensor(2, 3), [], []
    x = start * (1 + sigmas[0] ** 2).sqrt()
    for i, t in enumerate(scheduler.timesteps):
        noise = tensor(2, 3)
        ancestral.randn_tensor = lambda shape, **_: noise
        scaled = scheduler.scale_model_input(x, t)
        x = scheduler.step(network(scaled, float(t)), t, x).prev_sample.double()
        noises.append(rounded(noise))
        states.append(rounded(x / (1 + sigmas[i + 1] ** 2).sqrt()))
    return {
        "config": config,
        "positions": [float(t) for t in scheduler.timesteps],
        "sigmas": [float(f"{s:.12g}") for s in sigmas],
        "start": rounded(start),
        "noises": noises,
        "states": states,
    }


def ddim(eta, **config):
    scheduler = float64(DDIMScheduler(**config))
    scheduler.set_timesteps(10)
    x, noises, states = 1.5 * tensor(2, 3), [], []
    start = x
    for t in scheduler.timesteps:
        noise = tensor(2, 3)
        x = scheduler.step(network(x, float(t)), t, x, eta, variance_noise=noise).prev_sample
        noises.append(rounded(noise))
        states.append(rounded(x))
    return {
        "eta": eta,
        "positions": [int(t) for t in scheduler.timesteps],
        "start": rounded(start),
        "noises": noises,
        "states": states,
    }


def ddim_inverse():
    """Its step from time step t goes to t + T // n; the first one starts at data, at the lowest time step."""
    scheduler = float64(DDIMInverseScheduler(clip_sample=False))
    scheduler.initial_alpha_cumprod = scheduler.alphas_cumprod[0]
    scheduler.set_timesteps(10)
    x, states = tensor(2, 3), []
    start = x
    for t in scheduler.timesteps:
        x = scheduler.step(network(x, float(max(t - T // 10, 0))), t, x).prev_sample
        states.append(rounded(x))
    return {"timesteps": scheduler.timesteps.tolist(), "start": rounded(start), "states": states}


dpm = DPMSolverMultistepScheduler
golden = {
    "source": f"diffusers {diffusers.__version__}, linear schedule 1e-4..0.02 of 1000 steps",
    "dpmSolver": [
        variance_preserving(dpm, 10, solver_order=1),
        variance_preserving(dpm, 10, solver_order=2, solver_type="heun"),
        variance_preserving(dpm, 10, solver_order=3),
        variance_preserving(dpm, 16, solver_order=3),
        variance_preserving(dpm, 10, solver_order=2, algorithm_type="sde-dpmsolver++"),
        variance_preserving(dpm, 10, solver_order=2, algorithm_type="sde-dpmsolver++", solver_type="heun"),
    ],
    "uniPc": [variance_preserving(UniPCMultistepScheduler, 10, solver_order=order) for order in [1, 2, 3]],
    "eulerAncestral": exploding(EulerAncestralDiscreteScheduler, 10),
    "euler": exploding(EulerDiscreteScheduler, 10, timestep_spacing="trailing"),
    "ddim": [ddim(0.0, clip_sample=True), ddim(0.7, clip_sample=True)],
    "ddimInverse": ddim_inverse(),
}
Path(__file__).with_name("chains.json").write_text(json.dumps(golden) + "\n")
