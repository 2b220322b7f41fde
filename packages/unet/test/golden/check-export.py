"""Loads a folder that saveForDiffusers wrote with diffusers, without a missing or unexpected weight, and writes what the network makes of
random inputs to diffusers-exported.safetensors, with the SHA-256 of the files that were loaded: the test then needs no Python to know
that diffusers reads what it wrote. After a change to the format:

    pip install torch diffusers safetensors
    DIFFGAN_EXPORT_DIR=exported npx vitest run packages/unet/test/diffusers-folder -t 'diffusers loaded' --project node-wasm  # fails, but writes
    python packages/unet/test/golden/check-export.py exported
"""

import hashlib
import sys
from pathlib import Path

import torch
from diffusers import UNet2DModel
from safetensors.torch import save_file

folder = Path(sys.argv[1])
model, info = UNet2DModel.from_pretrained(folder, output_loading_info=True)
assert not any(info.values()), info
model = model.double().eval()

torch.manual_seed(0)
xt = torch.randn(3, model.config.in_channels, 8, 8)
position = torch.tensor([0.0, 10.0, 999.0])
label = torch.tensor([0, 2, 3])
with torch.no_grad():
    output = model(xt.double(), position, class_labels=label).sample.float()

files = {"weights": "diffusion_pytorch_model.safetensors", "config": "config.json"}
hashes = {name: hashlib.sha256((folder / file).read_bytes()).hexdigest() for name, file in files.items()}
tensors = {"xt": xt.permute(0, 2, 3, 1), "position": position, "label": label.float(), "output": output.permute(0, 2, 3, 1)}
tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}
save_file(tensors, Path(__file__).parent / "diffusers-exported.safetensors", metadata=hashes)
print("diffusers loads it:", sum(p.numel() for p in model.parameters()), "parameters")
