"""The U-Nets of `ddpmUnet` and `ddganGenerator` (@diffgan/unet) in eager PyTorch, NCHW: same layers, same order, same names."""

import json
import math
import struct

import torch
from torch import nn
from torch.nn import functional as F


def groups_of(channels):
    """Groups of a group norm: 32, or a quarter of the channels where there are fewer than 128; fewer if that does not divide."""
    groups = max(1, min(32, channels // 4))
    while channels % groups:
        groups -= 1
    return groups


def norm(channels):
    return nn.GroupNorm(groups_of(channels), channels, eps=1e-6)


def conv3(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 3, padding=1)


class TimeEmbedding(nn.ModuleDict):
    def __init__(self, sinusoid, hidden, activation=F.silu):
        super().__init__({"0": nn.Linear(sinusoid, hidden), "1": nn.Linear(hidden, hidden)})
        self.activation = activation
        half = sinusoid // 2
        waves = torch.exp(torch.arange(half) * (-math.log(10000) / (half - 1)))
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, position):
        angles = position[:, None] * self.waves
        waves = torch.cat([torch.sin(angles), torch.cos(angles)], 1)
        return self.activation(self["1"](self.activation(self["0"](waves))))


class AdaptiveNorm(nn.Linear):
    """Group norm whose scale and shift are a linear function of the latent's embedding."""

    def __init__(self, channels, style):
        super().__init__(style, 2 * channels)
        self.groups = groups_of(channels)

    def forward(self, x, style):
        scale, shift = super().forward(style)[:, :, None, None].chunk(2, 1)
        return F.group_norm(x, self.groups, eps=1e-6) * scale + shift


class SelfAttention(nn.Module):
    """Single-head attention over the pixels; the four projections are 1x1 convolutions."""

    def __init__(self, channels):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        query, key, value = (project(x).flatten(2) for project in (self.query, self.key, self.value))  # [B, C, N]
        scores = torch.bmm((query * query.shape[1] ** -0.5).transpose(1, 2), key)  # [B, N, N]
        mixed = torch.bmm(value, torch.softmax(scores, -1).transpose(1, 2))
        return self.output(mixed.view_as(x))


class Block(nn.Module):
    """GroupNorm, SiLU, conv, + step, GroupNorm, SiLU, conv, plus the shortcut; then attention where it is asked for.

    With a width of `style` the second norm is adaptive.
    """

    def __init__(self, inputs, outputs, time, attention, style=None):
        super().__init__()
        self.norm1, self.conv1 = norm(inputs), conv3(inputs, outputs)
        self.time = nn.Linear(time, outputs)
        self.norm2 = norm(outputs) if style is None else AdaptiveNorm(outputs, style)
        self.conv2 = conv3(outputs, outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None
        if attention:
            self.norm, self.attention = norm(outputs), SelfAttention(outputs)
        self.attends = attention

    def forward(self, x, time, style=None):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time(time)[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h) if style is None else self.norm2(h, style)))
        h = (x if self.shortcut is None else self.shortcut(x)) + h
        return h + self.attention(self.norm(h)) if self.attends else h


class Unet(nn.Module):
    """`Unet(config)(xt [B,C,H,W], position [B])`; `config` is that of `ddpmUnet`."""

    def __init__(self, config):
        super().__init__()
        base, channels, size = config["baseChannels"], config["channels"], config["imageSize"]
        style = config.get("latentWidth")
        multipliers, blocks = config["channelMultipliers"], config["blocksPerLevel"]
        width, time = base, 4 * base
        self.time = TimeEmbedding(base, time)
        self.stem = conv3(channels, base)
        skips = [base]
        self.down, self.up = nn.ModuleDict(), nn.ModuleDict()
        for level, multiplier in enumerate(multipliers):
            attends = size >> level in config["attentionResolutions"]
            row = nn.ModuleDict()
            for i in range(blocks):
                row[str(i)] = Block(width, multiplier * base, time, attends, style)
                width = multiplier * base
                skips.append(width)
            if level < len(multipliers) - 1:
                row["halve"] = nn.Conv2d(width, width, 3, stride=2)
                skips.append(width)
            self.down[str(level)] = row
        self.middle = nn.ModuleDict(
            {
                "0": Block(width, width, time, False, style),
                "norm": norm(width),
                "attention": SelfAttention(width),
                "1": Block(width, width, time, False, style),
            }
        )
        for level in reversed(range(len(multipliers))):
            attends = size >> level in config["attentionResolutions"]
            row = nn.ModuleDict()
            for i in range(blocks + 1):
                row[str(i)] = Block(width + skips.pop(), multipliers[level] * base, time, attends, style)
                width = multipliers[level] * base
            if level > 0:
                row["redouble"] = conv3(width, width)
            self.up[str(level)] = row
        self.out = nn.ModuleDict({"norm": norm(width), "conv": conv3(width, channels)})

    def forward(self, xt, position, style=None):
        time = self.time(position)
        h = self.stem(xt)
        skips = [h]
        for row in self.down.values():
            for name, layer in row.items():
                # TensorFlow's "same" padding of an even size: one row below, one column on the right.
                h = layer(F.pad(h, (0, 1, 0, 1))) if name == "halve" else layer(h, time, style)
                skips.append(h)
        h = self.middle["0"](h, time, style)
        h = h + self.middle["attention"](self.middle["norm"](h))
        h = self.middle["1"](h, time, style)
        for row in self.up.values():
            for name, layer in row.items():
                if name == "redouble":
                    h = layer(F.interpolate(h, scale_factor=2, mode="nearest"))
                else:
                    h = layer(torch.cat([h, skips.pop()], 1), time, style)
        return self.out["conv"](F.silu(self.out["norm"](h)))


def read_safetensors(path):
    """The tensors of a safetensors file of float32 values, by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            tensors[name] = torch.frombuffer(data[start:end], dtype=torch.float32).reshape(entry["shape"])
    return tensors


def load_weights(model, path):
    """Loads a weights file of `weightsToSafetensors`; every tensor of either side must find its counterpart."""
    tensors = read_safetensors(path)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            layer, kind = name.rsplit(".", 1)
            normalises = isinstance(model.get_submodule(layer), nn.GroupNorm)
            # `half` and `double` are methods of every nn.Module
            layer = layer.replace(".halve", ".half").replace(".redouble", ".double")
            theirs = {"weight": "scale", "bias": "shift"} if normalises else {"weight": "kernel", "bias": "bias"}
            parameter.copy_(from_channels_last(tensors.pop(f"{layer}.{theirs[kind]}"), parameter))
    if tensors:
        raise ValueError(f"weights without a place in the PyTorch network: {', '.join(tensors)}")


def from_channels_last(tensor, parameter):
    """[height, width, in, out] or [in, out] as PyTorch has it: [out, in, height, width] or [out, in]."""
    if tensor.dim() == 4:
        return tensor.permute(3, 2, 0, 1)
    return tensor.t().reshape(parameter.shape) if tensor.dim() == 2 else tensor


def to_channels_last(parameter):
    """The way back, for convolutions."""
    return parameter.permute(2, 3, 1, 0)
