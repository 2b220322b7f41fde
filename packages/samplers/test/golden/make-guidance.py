"""Writes guidance.json: chains of guided-diffusion that a classifier guides, on formulas, with noise that is recorded.

    pip install torch tqdm blobfile && pip install --no-deps guided-diffusion-sdk && python make-guidance.py

The network is eps(x, position) = 0.6 x + 0.3 cos(3 x) + position / 5000; the classifier's logits are -(k + 1)/4 |x - k/2|^2, k = 0, 1, 2. The mean
form is p_sample with cond_fn, which clips the predicted x_0 before it; the other is ddim_sample, whose score is shifted. Tables are taken in
float64: 1 - alpha_bar of float32 has three digits at small t.
"""

import json
from pathlib import Path

import numpy as np
import torch
from guided_diffusion import gaussian_diffusion as gd
from guided_diffusion.respace import SpacedDiffusion, space_timesteps

WEIGHT, STEPS = 2.0, 6
rng = np.random.default_rng(3)
tensor = lambda *shape: torch.from_numpy(rng.standard_normal(shape))
rounded = lambda x: [float(f"{v:.9g}") for v in x.double().flatten().tolist()]
labels = torch.tensor([2, 0])


def float64(table, timesteps, shape):
    return torch.from_numpy(table)[timesteps].view(-1, *[1] * (len(shape) - 1)).expand(shape)


gd._extract_into_tensor = float64


def network(x, position, y=None):
    return 0.6 * x + 0.3 * torch.cos(3 * x) + position.double().view(-1, 1) / 5000


def slope(x, position, y=None):
    with torch.enable_grad():
        x = x.detach().requires_grad_(True)
        logits = torch.stack([-(k + 1) / 4 * ((x - k / 2) ** 2).sum(1) for k in range(3)], 1)
        chosen = torch.log_softmax(logits, 1)[range(len(x)), y]
        return WEIGHT * torch.autograd.grad(chosen.sum(), x)[0]


def chain(form, variance):
    diffusion = SpacedDiffusion(
        use_timesteps=space_timesteps(1000, [STEPS]),
        betas=gd.get_named_beta_schedule("linear", 1000),
        model_mean_type=gd.ModelMeanType.EPSILON,
        model_var_type=gd.ModelVarType[variance],
        loss_type=gd.LossType.MSE,
    )
    x, noises, states = tensor(2, 3), [], []
    start = x
    for i in reversed(range(STEPS)):
        noise = tensor(2, 3)
        noises.append(rounded(noise))
        given = dict(clip_denoised=form == "mean", cond_fn=slope, model_kwargs={"y": labels})
        step = diffusion.p_sample if form == "mean" else diffusion.ddim_sample
        randn, torch.randn_like = torch.randn_like, lambda _: noise
        x = step(network, x, torch.full((2,), i), **given)["sample"]
        torch.randn_like = randn
        states.append(rounded(x))
    positions = sorted(diffusion.timestep_map)
    return {"form": form, "variance": variance, "positions": positions, "start": rounded(start), "noises": noises, "states": states}


chains = [chain("mean", "FIXED_SMALL"), chain("mean", "FIXED_LARGE"), chain("eps", "FIXED_SMALL")]
golden = {"weight": WEIGHT, "labels": labels.tolist(), "chains": chains}
Path(__file__).with_name("guidance.json").write_text(json.dumps(golden, indent=1) + "\n")
