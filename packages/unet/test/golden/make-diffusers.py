"""UNet2DModel of diffusers at tiny widths with random weights: the files that diffusers itself writes, and what the networks make of random
inputs, with the gradients of the mean square of the output, in float64.

    pip install torch diffusers safetensors
    python make-diffusers.py
"""

import json
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent

# google/ddpm-cifar10-32 with 4 channels in the place of 128, 2 groups in the place of 32 and images of 8×8
CIFAR10 = dict(
    sample_size=8,
    in_channels=3,
    out_channels=3,
    block_out_channels=(4, 8, 8, 8),
    down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    layers_per_block=2,
    attention_head_dim=None,
    downsample_padding=0,
    flip_sin_to_cos=False,
    freq_shift=1,
    norm_eps=1e-6,
    norm_num_groups=2,
)

SMALL = dict(
    block_out_channels=(4, 8),
    down_block_types=("DownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    layers_per_block=1,
    norm_num_groups=2,
)

# the defaults of diffusers for the rest: padding all around, cosines first, several heads, another epsilon
CLASSES = dict(SMALL, sample_size=8, in_channels=1, out_channels=1, attention_head_dim=4, num_class_embeds=5)

BLOCKS = dict(
    SMALL,
    sample_size=(4, 8),
    in_channels=2,
    out_channels=4,
    down_block_types=("ResnetDownsampleBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "ResnetUpsampleBlock2D"),
    downsample_type="resnet",
    upsample_type="resnet",
    resnet_time_scale_shift="scale_shift",
    attn_norm_num_groups=2,
    attention_head_dim=2,
)

# scale and shift by the step, with the norms that diffusers takes then: none before the attention in the middle
UNNORMED = dict(CLASSES, num_class_embeds=None, resnet_time_scale_shift="scale_shift")
# the middle without attention, and no middle
NO_ATTENTION = dict(CLASSES, num_class_embeds=None, add_attention=False)
NO_MIDDLE = dict(CLASSES, num_class_embeds=None, mid_block_type=None)

# what the gradients of a larger network are written for
SOME = ("conv_in", "time_embedding", "0.attentions.0", "1.downsamplers", "up_blocks.3.resnets.2", "2.upsamplers", "conv_out")

OLD = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def old_name(key):
    for new, old in OLD.items():
        key = key.replace(f".{new}.", f".{old}.")
    return key


def randomise(model):
    """Weights of the size that keeps activations near 1, none of them zero."""
    for parameter in model.parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
        parameter.data = (torch.randn_like(parameter) / fan_in**0.5).float().double()
    for name, parameter in model.named_parameters():
        if "norm" in name and name.endswith("weight"):
            parameter.data = (parameter.data + 1).float().double()


def make(name, config, seed, old=False):
    torch.manual_seed(seed)
    model = UNet2DModel(**config).double().eval()
    randomise(model)
    height, width = config["sample_size"] if isinstance(config["sample_size"], tuple) else (config["sample_size"],) * 2
    xt = torch.randn(2, config["in_channels"], height, width, dtype=torch.float64).float().double().requires_grad_()
    position = torch.tensor([3.0, 721.0], dtype=torch.float64)
    label = torch.tensor([4, 1]) if config.get("num_class_embeds") else None
    output = model(xt, position, class_labels=label).sample
    (output**2).mean().backward()

    results = {"xt": xt.detach(), "position": position, "output": output.detach(), "grad.xt": xt.grad}
    for key in ("xt", "output", "grad.xt"):
        results[key] = results[key].permute(0, 2, 3, 1)
    if label is not None:
        results["label"] = label
    small = sum(parameter.numel() for parameter in model.parameters()) < 30_000
    wanted = [key for key, _ in model.named_parameters() if small or any(part in key for part in SOME)]
    results |= {f"grad.{key}": model.get_parameter(key).grad for key in wanted}
    results = {key: value.float().contiguous() for key, value in results.items()}
    save_file(results, HERE / f"diffusers-{name}-results.safetensors")

    folder = Path(tempfile.mkdtemp())
    model.float().save_pretrained(folder)
    weights = load_file(folder / "diffusion_pytorch_model.safetensors")
    if old:
        weights = {old_name(key): value for key, value in weights.items()}
    save_file(weights, HERE / f"diffusers-{name}.safetensors", metadata={"format": "pt"})
    written = json.loads((folder / "config.json").read_text())
    (HERE / f"diffusers-{name}.json").write_text(json.dumps(written, indent=2) + "\n")
    shutil.rmtree(folder)


make("cifar10", CIFAR10, seed=1)
make("old", dict(SMALL, sample_size=8, in_channels=1, out_channels=1), seed=2, old=True)
make("classes", CLASSES, seed=3)
make("blocks", BLOCKS, seed=4)
make("unnormed", UNNORMED, seed=5)
make("no-attention", NO_ATTENTION, seed=6)
make("no-middle", NO_MIDDLE, seed=7)
