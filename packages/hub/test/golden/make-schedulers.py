"""Writes what schedulers of diffusers make of their configurations: python make-schedulers.py, with diffusers 0.42."""

import json
import pathlib
import warnings

import diffusers

warnings.simplefilter("ignore")
cases = [
    ("DDPMScheduler", {}, 10),
    ("DDPMScheduler", {"num_train_timesteps": 10, "beta_schedule": "squaredcos_cap_v2", "prediction_type": "v_prediction"}, 5),
    ("DDIMScheduler", {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "clip_sample": False,
                       "set_alpha_to_one": False, "steps_offset": 1}, 20),
    ("DDIMScheduler", {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "rescale_betas_zero_snr": True,
                       "timestep_spacing": "trailing", "prediction_type": "v_prediction"}, 7),
    ("DDPMScheduler", {"beta_schedule": "sigmoid", "beta_start": 0.0005, "beta_end": 0.03, "num_train_timesteps": 200,
                       "variance_type": "fixed_large", "prediction_type": "sample"}, 200),
    ("DDIMScheduler", {"trained_betas": [0.1, 0.2, 0.3, 0.4], "num_train_timesteps": 4}, 2),
    ("DDPMScheduler", {"timestep_spacing": "linspace", "variance_type": "learned_range"}, 12),
    ("EulerDiscreteScheduler", {"beta_schedule": "scaled_linear"}, 10),
]
written = []
for name, options, steps in cases:
    scheduler = getattr(diffusers, name)(**options)
    scheduler.set_timesteps(steps)
    written.append({
        "config": {"_class_name": name, **dict(scheduler.config)},
        "alphaBar": scheduler.alphas_cumprod.double().tolist(),
        "steps": steps,
        "timesteps": [float(t) for t in scheduler.timesteps],
    })
text = json.dumps(written, separators=(",", ":"))
pathlib.Path(__file__).with_name("schedulers.json").write_text(text + "\n")
