"""The U-Net of improved-diffusion and guided-diffusion in PyTorch, written from its description (Nichol & Dhariwal 2021, Dhariwal & Nichol
2021) with the key names of the released weights, at tiny widths with random weights: the weights, and what the networks make of random inputs,
with the gradients of the mean square of the output, in float64.

    pip install torch safetensors
    python make-openai.py
"""

import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
GROUPS = 2  # 32 in the released networks


def waves(position, width):
    """Cosines, then sines, of frequencies 10000^(-i / half)."""
    half = width // 2
    angles = position[:, None] * torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float64) / half)
    return torch.cat([angles.cos(), angles.sin()], 1)


def norm(channels):
    return nn.GroupNorm(GROUPS, channels, eps=1e-5)


class ResBlock(nn.Module):
    def __init__(self, channels, out, width, scale_shift, resample=None):
        super().__init__()
        self.scale_shift, self.resample = scale_shift, resample or nn.Identity()
        self.in_layers = nn.Sequential(norm(channels), nn.SiLU(), nn.Conv2d(channels, out, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * out if scale_shift else out))
        self.out_layers = nn.Sequential(norm(out), nn.SiLU(), nn.Dropout(0), nn.Conv2d(out, out, 3, padding=1))
        self.skip_connection = nn.Identity() if channels == out else nn.Conv2d(channels, out, 1)

    def forward(self, x, emb):
        first_norm, act, conv = self.in_layers
        h = conv(self.resample(act(first_norm(x))))
        step = self.emb_layers(emb)[:, :, None, None]
        second_norm, *rest = self.out_layers
        if self.scale_shift:
            scale, shift = step.chunk(2, 1)
            h = second_norm(h) * (1 + scale) + shift
        else:
            h = second_norm(h + step)
        return self.skip_connection(self.resample(x)) + nn.Sequential(*rest)(h)


class Attention(nn.Module):
    """Self-attention over the pixels. The fused projection holds q, k, v of one head after the other, or all q, all k, all v."""

    def __init__(self, channels, heads, new_order):
        super().__init__()
        self.heads, self.new_order = heads, new_order
        self.norm = norm(channels)
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.proj_out = nn.Conv1d(channels, channels, 1)

    def forward(self, x, emb):
        b, c, height, width = x.shape
        pixels = x.reshape(b, c, -1)
        fused = self.qkv(self.norm(pixels))
        if self.new_order:
            q, k, v = fused.reshape(b, 3, self.heads, c // self.heads, -1).unbind(1)
        else:
            q, k, v = fused.reshape(b, self.heads, 3, c // self.heads, -1).unbind(2)
        weights = torch.einsum("bhdq,bhdk->bhqk", q, k) / math.sqrt(c // self.heads)
        mixed = torch.einsum("bhqk,bhdk->bhdq", weights.softmax(-1), v).reshape(b, c, -1)
        return (pixels + self.proj_out(mixed)).reshape(x.shape)


def halve(x):
    return F.avg_pool2d(x, 2)


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Down(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x, emb):
        return self.op(x)


class Up(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, emb):
        return self.conv(double(x))


class Plain(Function):
    def forward(self, x, emb):
        return self.function(x)


class Stem(nn.Conv2d):
    def forward(self, x, emb):
        return super().forward(x)


class AttentionPool(nn.Module):
    """The mean of the pixels before the pixels, a vector of its place added to each, and what the mean learns of all by attention."""

    def __init__(self, pixels, channels, heads, classes):
        super().__init__()
        self.heads = heads
        self.positional_embedding = nn.Parameter(torch.empty(channels, pixels + 1))
        self.qkv_proj = nn.Conv1d(channels, 3 * channels, 1)
        self.c_proj = nn.Conv1d(channels, classes, 1)

    def forward(self, x):
        pixels = x.flatten(2)
        tokens = torch.cat([pixels.mean(2, keepdim=True), pixels], 2) + self.positional_embedding
        b, c, n = tokens.shape
        q, k, v = self.qkv_proj(tokens).reshape(b, 3, self.heads, c // self.heads, n).unbind(1)
        weights = torch.einsum("bhdq,bhdk->bhqk", q, k) / math.sqrt(c // self.heads)
        mixed = torch.einsum("bhqk,bhdk->bhdq", weights.softmax(-1), v).reshape(b, c, n)
        return self.c_proj(mixed)[:, :, 0]


class UNet(nn.Module):
    """With `pool` it is a classifier: the way down, the middle and a head."""

    def __init__(self, config):
        super().__init__()
        ch, mult, blocks = config["width"], config["mult"], config["blocks"]
        temb = 4 * (config.get("time_width") or ch)
        self.waves = config.get("time_width") or ch
        self.time_embed = nn.Sequential(nn.Linear(self.waves, temb), nn.SiLU(), nn.Linear(temb, temb))
        if config["classes"]:
            self.label_emb = nn.Embedding(config["classes"], temb)

        def res(a, b, resample=None):
            return ResBlock(a, b, temb, config["scale_shift"], resample)

        def attend(c):
            heads = config["heads"] or c // config["head_channels"]
            return Attention(c, heads, config["new_order"])

        def resampled(c, up):
            if config["resampling"] == "plain":
                return Plain(double if up else halve)
            if config["resampling"] == "block":
                return res(c, c, Function(double if up else halve))
            return Up(c) if up else Down(c)

        channels, size = ch, config["size"]
        self.input_blocks = nn.ModuleList([nn.ModuleList([Stem(config["channels"], ch, 3, padding=1)])])
        skips = [ch]
        for level, m in enumerate(mult):
            for _ in range(blocks):
                step = [res(channels, m * ch)]
                channels = m * ch
                if size in config["attention"]:
                    step.append(attend(channels))
                self.input_blocks.append(nn.ModuleList(step))
                skips.append(channels)
            if level + 1 < len(mult):
                self.input_blocks.append(nn.ModuleList([resampled(channels, up=False)]))
                skips.append(channels)
                size //= 2
        self.middle_block = nn.ModuleList([res(channels, channels), attend(channels), res(channels, channels)])
        self.pool = config.get("pool")
        if self.pool:
            heads = config["heads"] or channels // config["head_channels"]
            head = AttentionPool(size**2, channels, heads, config["out"])
            if self.pool == "adaptive":
                head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, config["out"], 1), nn.Flatten())
            self.out = nn.Sequential(norm(channels), nn.SiLU(), *(head if self.pool == "adaptive" else [head]))
            return
        self.output_blocks = nn.ModuleList()
        for level, m in reversed(list(enumerate(mult))):
            for i in range(blocks + 1):
                step = [res(channels + skips.pop(), m * ch)]
                channels = m * ch
                if size in config["attention"]:
                    step.append(attend(channels))
                if level and i == blocks:
                    step.append(resampled(channels, up=True))
                    size *= 2
                self.output_blocks.append(nn.ModuleList(step))
        self.out = nn.Sequential(norm(channels), nn.SiLU(), nn.Conv2d(ch, config["out"], 3, padding=1))

    def forward(self, x, position, label):
        emb = self.time_embed(waves(position, self.waves))
        if label is not None:
            emb = emb + self.label_emb(label)
        skips = []
        for step in self.input_blocks:
            for module in step:
                x = module(x, emb)
            skips.append(x)
        for module in self.middle_block:
            x = module(x, emb)
        if self.pool:
            return self.out(x)
        for step in self.output_blocks:
            x = torch.cat([x, skips.pop()], 1)
            for module in step:
                x = module(x, emb)
        return self.out(x)


COMMON = dict(size=8, channels=2, width=4, mult=(1, 2), blocks=1, attention=(4,), classes=0, heads=0, head_channels=0, new_order=False)
# improved-diffusion: learned variance, scale-shift norm, several heads, classes
IMPROVED = dict(COMMON, out=4, heads=4, scale_shift=True, resampling="convolution", classes=3)
# guided-diffusion: blocks that resample, channels per head, the new order of queries, keys and values
GUIDED = dict(COMMON, out=4, head_channels=2, scale_shift=True, resampling="block", new_order=True, attention=(4, 8))
# the classifiers of guided-diffusion: the head with attention of the released ones, and the mean; the second has fewer channels in its stem
# than waves of its step tell, as that of 512x512 images
CLASSIFIER = dict(COMMON, out=5, head_channels=2, scale_shift=True, resampling="block", pool="attention")
ADAPTIVE = dict(COMMON, out=5, heads=2, scale_shift=False, resampling="convolution", pool="adaptive", time_width=8)
# resampling without weights, the step added
PLAIN = dict(COMMON, out=2, heads=2, scale_shift=False, resampling="plain")


def randomise(model):
    """Weights of the size that keeps activations near 1, none of them zero."""
    for name, parameter in model.named_parameters():
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
        parameter.data = torch.randn_like(parameter) / fan_in**0.5
    for module in model.modules():
        if isinstance(module, nn.GroupNorm):
            module.weight.data += 1
    for parameter in model.parameters():
        parameter.data = parameter.data.float().double()


def make(name, config, seed):
    torch.manual_seed(seed)
    model = UNet(config).double()
    randomise(model)
    xt = torch.randn(2, config["channels"], 8, 8, dtype=torch.float64).float().double().requires_grad_()
    position = torch.tensor([3.0, 721.0], dtype=torch.float64)
    label = torch.tensor([2, 0]) if config["classes"] else None
    output = model(xt, position, label)
    (output**2).mean().backward()

    results = {"xt": xt.detach(), "output": output.detach(), "grad.xt": xt.grad}
    results = {key: value.permute(0, 2, 3, 1) if value.dim() == 4 else value for key, value in results.items()}
    results["position"] = position
    if label is not None:
        results["label"] = label
    results |= {f"grad.{key}": parameter.grad for key, parameter in model.named_parameters()}
    results = {key: value.float().contiguous() for key, value in results.items()}
    save_file(results, HERE / f"openai-{name}-results.safetensors")
    weights = {key: value.float().contiguous() for key, value in model.state_dict().items()}
    save_file(weights, HERE / f"openai-{name}.safetensors")


make("improved", IMPROVED, seed=1)
make("guided", GUIDED, seed=2)
make("plain", PLAIN, seed=3)
make("classifier", CLASSIFIER, seed=4)
make("adaptive-classifier", ADAPTIVE, seed=5)
