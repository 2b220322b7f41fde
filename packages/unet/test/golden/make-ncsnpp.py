"""The networks of denoising diffusion GANs in PyTorch, written from their formulas, at tiny widths: NCSN++ with adaptive group norm (Song et
al. 2021; Xiao et al. 2022, appendix C) and the two critics. Writes their random weights under the key names of the authors' release, and
what the networks make of random inputs: outputs, gradients, and for the critics the R1 penalty with its gradient, in float64.

    pip install torch safetensors numpy
    python make-ncsnpp.py
"""

import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

FIR = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8


def resample(x, up=1, down=1, pad=(0, 0)):
    """Zeros between pixels, zeros around them, the filter along both axes, every down-th pixel."""
    b, c, h, w = x.shape
    wide = x.new_zeros(b, c, h * up, w * up)
    wide[:, :, ::up, ::up] = x
    wide = F.pad(wide, (*pad, *pad))
    kernel = torch.outer(FIR * up, FIR * up)
    return F.conv2d(wide, kernel.expand(c, 1, 4, 4), groups=c)[:, :, ::down, ::down]


def upsample(x):
    return resample(x, up=2, pad=(2, 1))


def downsample(x):
    return resample(x, down=2, pad=(1, 1))


def waves(position, width):
    half = width // 2
    angles = position[:, None] * torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float64) / (half - 1))
    return torch.cat([angles.sin(), angles.cos()], 1)


def groups(channels):
    return min(channels // 4, 32)


class AdaptiveGroupNorm(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.style = nn.Linear(width, 2 * channels)

    def forward(self, x, z):
        scale, shift = self.style(z)[:, :, None, None].chunk(2, 1)
        return scale * F.group_norm(x, groups(x.shape[1]), eps=1e-6) + shift


class Block(nn.Module):
    """SiLU(AdaGN), resample, conv, + step, SiLU(AdaGN), conv; beside the (resampled, 1×1) input, over √2."""

    def __init__(self, before, after, time, latent, change=None):
        super().__init__()
        self.change = change
        self.GroupNorm_0 = AdaptiveGroupNorm(before, latent)
        self.Conv_0 = nn.Conv2d(before, after, 3, padding=1)
        self.Dense_0 = nn.Linear(time, after)
        self.GroupNorm_1 = AdaptiveGroupNorm(after, latent)
        self.Conv_1 = nn.Conv2d(after, after, 3, padding=1)
        if change or before != after:
            self.Conv_2 = nn.Conv2d(before, after, 1)

    def forward(self, x, time, z):
        change = self.change or (lambda h: h)
        h = self.Conv_0(change(F.silu(self.GroupNorm_0(x, z))))
        h = h + self.Dense_0(F.silu(time))[:, :, None, None]
        h = self.Conv_1(F.silu(self.GroupNorm_1(h, z)))
        x = change(x)
        if hasattr(self, "Conv_2"):
            x = self.Conv_2(x)
        return (x + h) / math.sqrt(2)


class Projection(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.W = nn.Parameter(torch.empty(channels, channels))
        self.b = nn.Parameter(torch.empty(channels))

    def forward(self, x):
        return torch.einsum("bipq,io->bopq", x, self.W) + self.b[:, None, None]


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.GroupNorm_0 = nn.GroupNorm(groups(channels), channels, eps=1e-6)
        self.NIN_0, self.NIN_1, self.NIN_2, self.NIN_3 = (Projection(channels) for _ in range(4))

    def forward(self, x):
        normed = self.GroupNorm_0(x)
        q, k, v = (p(normed).flatten(2) for p in (self.NIN_0, self.NIN_1, self.NIN_2))  # [B, C, pixels]
        weights = torch.softmax(q.transpose(1, 2) @ k / math.sqrt(x.shape[1]), -1)
        h = (v @ weights.transpose(1, 2)).reshape(x.shape)
        return (x + self.NIN_3(h)) / math.sqrt(2)


class Pyramid(nn.Module):
    def __init__(self, before, after):
        super().__init__()
        self.Conv2d_0 = nn.Conv2d(before, after, 3, stride=2)

    def forward(self, x):
        return self.Conv2d_0(resample(x, pad=(2, 2)))


class PixelNorm(nn.Module):
    def forward(self, z):
        return z / torch.sqrt(z.square().mean(1, keepdim=True) + 1e-8)


class Generator(nn.Module):
    """Walks its modules in the order in which they are made, which is also how the release numbers them."""

    def __init__(self, *, channels, base, multipliers, blocks, attention, size, latent, latent_width, latent_layers, classes):
        super().__init__()
        self.base, self.multipliers, self.blocks, self.attention = base, multipliers, blocks, attention
        time, made = 4 * base, []
        block = lambda before, after, change=None: made.append(Block(before, after, time, latent_width, change))
        made += [nn.Linear(base, time), nn.Linear(time, time), nn.Conv2d(channels, base, 3, padding=1)]
        width, pyramid, skips = base, channels, [base]
        for level, multiplier in enumerate(multipliers):
            for _ in range(blocks):
                block(width, base * multiplier)
                width = base * multiplier
                if size >> level in attention:
                    made.append(Attention(width))
                skips.append(width)
            if level < len(multipliers) - 1:
                block(width, width, downsample)
                made.append(Pyramid(pyramid, width))
                pyramid = width
                skips.append(width)
        block(width, width)
        made.append(Attention(width))
        block(width, width)
        for level, multiplier in reversed(list(enumerate(multipliers))):
            for _ in range(blocks + 1):
                block(width + skips.pop(), base * multiplier)
                width = base * multiplier
            if size >> level in attention:
                made.append(Attention(width))
            if level > 0:
                block(width, width, upsample)
        made += [nn.GroupNorm(groups(width), width, eps=1e-6), nn.Conv2d(width, channels, 3, padding=1)]
        self.all_modules = nn.ModuleList(made)
        dense = [nn.Linear(latent if i == 0 else latent_width, latent_width) for i in range(latent_layers)]
        self.z_transform = nn.Sequential(PixelNorm(), *(part for d in dense for part in (d, nn.SiLU())))
        self.class_embedding = nn.Embedding(classes, time)

    def forward(self, xt, z, position, label):
        modules = iter(self.all_modules)
        z = self.z_transform(z)
        time = next(modules)(waves(position, self.base))
        time = next(modules)(F.silu(time)) + self.class_embedding(label)
        attended = lambda h: next(modules)(h) if h.shape[2] in self.attention else h
        pyramid, h = xt, next(modules)(xt)
        skips = [h]
        for level in range(len(self.multipliers)):
            for _ in range(self.blocks):
                h = attended(next(modules)(h, time, z))
                skips.append(h)
            if level < len(self.multipliers) - 1:
                h = next(modules)(h, time, z)
                pyramid = h = (next(modules)(pyramid) + h) / math.sqrt(2)
                skips.append(h)
        h = next(modules)(h, time, z)
        h = next(modules)(h)
        h = next(modules)(h, time, z)
        for level in reversed(range(len(self.multipliers))):
            for _ in range(self.blocks + 1):
                h = next(modules)(torch.cat([h, skips.pop()], 1), time, z)
            h = attended(h)
            if level > 0:
                h = next(modules)(h, time, z)
        norm, conv = modules
        return torch.tanh(conv(F.silu(norm(h))))


class CriticBlock(nn.Module):
    """LeakyReLU, conv, + step, LeakyReLU, halve, conv; beside the halved 1×1 input, over √2."""

    def __init__(self, before, after, time, half):
        super().__init__()
        self.half = half
        self.conv1 = nn.Sequential(nn.Conv2d(before, after, 3, padding=1))
        self.conv2 = nn.Sequential(nn.Conv2d(after, after, 3, padding=1))
        self.dense_t1 = nn.Linear(time, after)
        self.skip = nn.Sequential(nn.Conv2d(before, after, 1, bias=False))

    def forward(self, x, time):
        h = self.conv1(F.leaky_relu(x, 0.2)) + self.dense_t1(time)[:, :, None, None]
        h = F.leaky_relu(h, 0.2)
        if self.half:
            h, x = downsample(h), downsample(x)
        return (self.conv2(h) + self.skip(x)) / math.sqrt(2)


class TimeEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.main = nn.Sequential(nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, width))

    def forward(self, position):
        return self.main(waves(position, self.width))


class Critic(nn.Module):
    def __init__(self, *, channels, base, time, group, widths, halves, classes=None):
        super().__init__()
        self.group = group
        self.t_embed = TimeEmbedding(time)
        self.start_conv = nn.Conv2d(2 * channels, 2 * base, 1)
        inner = [2, *widths]
        self.names = [f"conv{i + 1}" for i in range(len(widths))]
        for i, name in enumerate(self.names):
            setattr(self, name, CriticBlock(inner[i] * base, inner[i + 1] * base, time, halves[i]))
        self.final_conv = nn.Conv2d(8 * base + 1, 8 * base, 3, padding=1)
        self.end_linear = nn.Linear(8 * base, 1)
        if classes:
            self.class_embedding = nn.Embedding(classes, time)

    def forward(self, x_prev, xt, position, label=None):
        time = self.t_embed(position)
        if label is not None:
            time = time + self.class_embedding(label)
        time = F.leaky_relu(time, 0.2)
        h = self.start_conv(torch.cat([x_prev, xt], 1))
        for name in self.names:
            h = getattr(self, name)(h, time)
        b, _, height, width = h.shape
        group = min(b, self.group)
        spread = h.reshape(group, b // group, -1).var(0, unbiased=False).add(1e-8).sqrt().mean(1)
        spread = spread.repeat(group)[:, None, None, None].expand(b, 1, height, width)
        h = F.leaky_relu(self.final_conv(torch.cat([h, spread], 1)), 0.2)
        return self.end_linear(h.sum((2, 3)))[:, 0]


def randomise(net, generator):
    """Values that keep activations near 1 and hide nothing behind a zero, exact in float32."""
    for name, p in net.named_parameters():
        fan = 1 if "class_embedding" in name else math.prod(p.shape[:-1] if name.endswith(".W") else p.shape[1:])
        noise = torch.randn(p.shape, generator=generator, dtype=torch.float64)
        p.data = noise * (0.2 if p.ndim == 1 else 1 / math.sqrt(fan))
        if name.endswith("style.bias"):
            p.data[: len(p) // 2] += 1
        if p.ndim == 1 and name.endswith("weight"):
            p.data += 1
        p.data = p.data.float().double()


def nhwc(x):
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


def write(name, tensors):
    save_file({k: v.detach().float().contiguous() for k, v in tensors.items()}, Path(__file__).with_name(f"{name}.safetensors"))


def write_network(name, net, inputs, results):
    """Weights as a checkpoint of several GPUs has them, and beside them inputs, output and gradients."""
    write(name, {f"module.{k}": v for k, v in net.state_dict().items()})
    gradient = lambda k: k.startswith(("grad.", "r1."))
    write(f"{name}-results", {k: v if gradient(k) else nhwc(v) for k, v in {**inputs, **results}.items()})


def gradients(prefix, scalar, net, **options):
    names, parameters = zip(*net.named_parameters())
    found = torch.autograd.grad(scalar, parameters, allow_unused=True, **options)
    return {f"{prefix}.{n}": torch.zeros_like(p) if g is None else g for n, p, g in zip(names, parameters, found)}


def images(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64).float().double()


def make_generator():
    random = torch.Generator().manual_seed(1)
    net = Generator(channels=2, base=4, multipliers=[1, 2, 2], blocks=1, attention=[4], size=8, latent=3, latent_width=5,
                    latent_layers=3, classes=3).double()
    randomise(net, random)
    inputs = {"xt": images(random, 2, 2, 8, 4), "z": images(random, 2, 3), "position": torch.tensor([1.0, 3.0]).double(),
              "label": torch.tensor([2, 0])}
    output = net(**inputs)
    towards = images(random, *output.shape)
    results = {"output": output, "towards": towards, **gradients("grad", (output * towards).sum(), net)}
    write_network("ncsnpp-generator", net, inputs, results)


def make_critic(name, net, shape, label=None):
    random = torch.Generator().manual_seed(2)
    randomise(net, random)
    inputs = {"xPrev": images(random, *shape).requires_grad_(), "xt": images(random, *shape),
              "position": torch.arange(shape[0]).double()}
    if label is not None:
        inputs["label"] = torch.tensor(label)
    output = net(*inputs.values())
    towards = images(random, *output.shape)
    results = {"output": output, "towards": towards, **gradients("grad", (output * towards).sum(), net, retain_graph=True)}
    (slope,) = torch.autograd.grad(output.sum(), inputs["xPrev"], create_graph=True)
    r1 = 0.5 * slope.square().sum((1, 2, 3)).mean()
    write_network(name, net, inputs, {**results, "r1": r1.reshape(1), **gradients("r1", r1, net)})


def main():
    make_generator()
    small = Critic(channels=1, base=2, time=8, group=4, widths=[2, 4, 8, 8], halves=[False, True, True, True]).double()
    make_critic("ncsnpp-small-critic", small, (8, 1, 12, 8))
    large = Critic(channels=1, base=1, time=4, group=4, widths=[4, 8, 8, 8, 8, 8], halves=[True] * 6, classes=3).double()
    make_critic("ncsnpp-large-critic", large, (4, 1, 64, 64), label=[1, 2, 0, 2])


if __name__ == "__main__":
    main()
