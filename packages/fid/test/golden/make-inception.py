"""Makes inception.safetensors: what pytorch-fid's own network computes from weights that a hash of their names makes.

    pip install 'torch>=2' torchvision 'pytorch-fid==0.3.0' 'torch-fidelity==0.4.0' 'pillow>=10' safetensors numpy
    python make-inception.py [--weights FILE.pth]

Neither the weights (95 MB) nor the inputs are stored: hash_values() below and hashValues in ../hash-values.ts give the same
float32 numbers. With --weights the network's weights are also written, as torch.save did in 2019, to try the conversion
to safetensors on.

- features.64 ... features.2048, logits: two images of 139 x 139, not resized, one row each
- resized.2048: one image of 32 x 32 through pytorch-fid's own resize to 299
- block.5b: Mixed_5b on [1, 5, 5, 192]
- resize.MODE.HxW: some pixels of images resized to 299: torch's interpolate, torch-fidelity's reimplementation of TensorFlow 1,
  Pillow's bicubic on float images. Rows and columns are those of PROBES.
"""

import argparse
import hashlib
import pathlib

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image
from pytorch_fid import inception
from safetensors.numpy import save_file
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

PROBES = [0, 1, 2, 3, 5, 17, 42, 77, 131, 149, 150, 200, 251, 277, 295, 296, 297, 298]


def hash_values(name, count):
    """Float32 numbers k / 2^24 in [0, 1), k from the bits of FNV-1a of the name and the index, mixed as in MurmurHash3."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
    for shift, factor in [(16, 0x85EBCA6B), (13, 0xC2B2AE35)]:
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    return ((x ^ (x >> np.uint32(16))) >> np.uint32(8)).astype(np.float64) / 2**24


def weight(name, shape):
    """Weights that keep the size of activations: He's uniform distribution, and batch statistics near those of a norm."""
    u = hash_values(name, int(np.prod(shape))).reshape(shape)
    if name.endswith(("conv.weight", "fc.weight")):
        return (2 * u - 1) * np.sqrt(6 / np.prod(shape[1:]))
    return 0.5 + u if name.endswith(("bn.weight", "running_var")) else (u - 0.5) / 2


def state_dict(network):
    return {
        name: tensor if name.endswith("num_batches_tracked") else torch.from_numpy(weight(name, tuple(tensor.shape)).astype(np.float32))
        for name, tensor in network.state_dict().items()
    }


def images(name, count, height, width, block=1):
    """[count, 3, height, width] in [0, 1): squares of block pixels, each of one colour."""
    rows, columns = -(-height // block), -(-width // block)
    u = hash_values(name, count * rows * columns * 3).reshape(count, rows, columns, 3)
    large = u.repeat(block, 1).repeat(block, 2)[:, :height, :width]
    return torch.from_numpy(large.transpose(0, 3, 1, 2).astype(np.float32).copy())


def resize_like_pillow(x):
    channels = [Image.fromarray(c.numpy() * 255, mode="F").resize((299, 299), resample=Image.BICUBIC) for c in x[0]]
    return torch.from_numpy(np.stack(channels).clip(0, 255) / 255)[None]


RESIZES = {
    "pytorch": lambda x: F.interpolate(x, size=(299, 299), mode="bilinear", align_corners=False),
    "tensorflow": lambda x: interpolate_bilinear_2d_like_tensorflow1x(x, size=(299, 299), align_corners=False),
    "pillow": resize_like_pillow,
}

parser = argparse.ArgumentParser()
parser.add_argument("--weights", type=pathlib.Path)
arguments = parser.parse_args()

inception.load_state_dict_from_url = lambda *_, **__: state_dict(
    inception._inception_v3(num_classes=1008, aux_logits=False, weights=None)  # the shapes only
)
outputs = {}
with torch.no_grad():
    whole = inception.fid_inception_v3().eval()
    inception.fid_inception_v3 = lambda: whole
    network = inception.InceptionV3([0, 1, 2, 3], resize_input=False).eval()
    x = torch.cat([images("noise", 1, 139, 139), images("squares", 1, 139, 139, 16)])
    blocks = network(x)
    for block in blocks:
        pooled = F.adaptive_avg_pool2d(block, 1)[:, :, 0, 0]
        outputs[f"features.{pooled.shape[1]}"] = pooled
    outputs["logits"] = whole.fc(pooled)
    resizing = inception.InceptionV3([3], resize_input=True).eval()
    outputs["resized.2048"] = resizing(images("squares", 1, 32, 32, 4))[0][:, :, 0, 0]
    block = torch.from_numpy(hash_values("block", 5 * 5 * 192).reshape(1, 5, 5, 192).transpose(0, 3, 1, 2).astype(np.float32))
    outputs["block.5b"] = whole.Mixed_5b(block).permute(0, 2, 3, 1)
    for mode, resize in RESIZES.items():
        for height, width in [(28, 28), (31, 40), (299, 8), (6, 400)]:
            resized = resize(images(f"{height}x{width}", 1, height, width))[0]
            outputs[f"resize.{mode}.{height}x{width}"] = resized[:, PROBES][:, :, PROBES].permute(1, 2, 0)

weights = {k: v for k, v in whole.state_dict().items() if not k.endswith("num_batches_tracked")}
listing = "".join(f"{name} [{', '.join(map(str, tensor.shape))}]\n" for name, tensor in sorted(weights.items()))
metadata = {
    "made by": "make-inception.py",
    "torch": torch.__version__,
    "pillow": PIL.__version__,
    "tensors": str(len(weights)),
    "parameters": str(sum(p.numel() for p in whole.parameters())),
    "sha256 of names and shapes": hashlib.sha256(listing.encode()).hexdigest(),
}
target = pathlib.Path(__file__).with_name("inception.safetensors")
save_file({name: np.ascontiguousarray(o.numpy().astype(np.float32)) for name, o in outputs.items()}, target, metadata)
for name, o in outputs.items():
    print(name, tuple(o.shape), f"mean {o.mean():.4g} std {o.std():.4g} max {o.abs().max():.4g}")
print(metadata)
if arguments.weights:
    torch.save(whole.state_dict(), arguments.weights, _use_new_zipfile_serialization=False)
