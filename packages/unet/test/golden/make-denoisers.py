"""The denoiser of variational diffusion models (Kingma et al. 2021, appendix B), the classifier of noised images (Dhariwal & Nichol 2021) and
networks for vectors in PyTorch, written from their formulas, at tiny widths. Writes for each, in the names and axes of @diffgan/unet, random
weights and inputs, and what the network makes of them: the output, the gradients of the output times a random probe, and for the critic
those of the R1 penalty. All in float64, kept in float32.

    pip install torch safetensors numpy
    python make-denoisers.py
"""

import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def waves(position, width):
    half = width // 2
    angles = position[:, None] * torch.exp(-math.log(10000) * torch.arange(half) / (half - 1))
    return torch.cat([angles.sin(), angles.cos()], 1)


def norm(channels):
    return nn.GroupNorm(channels // 4, channels, eps=1e-6)


def conv(inputs, outputs, size=3, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2 if stride == 1 else 0)


class Time(nn.Module):
    """Waves, then two dense layers with SiLU behind each."""

    def __init__(self, width):
        super().__init__()
        self.width = width
        self.add_module("0", nn.Linear(width, 4 * width))
        self.add_module("1", nn.Linear(4 * width, 4 * width))

    def forward(self, position):
        first, second = self.children()
        return F.silu(second(F.silu(first(waves(position, self.width)))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, width, condition="time"):
        super().__init__()
        self.condition = condition
        self.norm1, self.conv1 = norm(inputs), conv(inputs, outputs)
        self.add_module(condition, nn.Linear(width, outputs, bias=condition == "time"))
        self.norm2, self.conv2 = norm(outputs), conv(outputs, outputs)
        self.shortcut = conv(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, e):
        h = self.conv1(F.silu(self.norm1(x))) + self.get_submodule(self.condition)(e)[:, :, None, None]
        return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class Projections(nn.Module):
    def __init__(self, channels):
        super().__init__()
        for name in ("query", "key", "value", "output"):
            self.add_module(name, nn.Linear(channels, channels))


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm, self.attention = norm(channels), Projections(channels)

    def forward(self, x):
        b, c, h, w = x.shape
        pixels = self.norm(x).reshape(b, c, h * w).transpose(1, 2)
        q, k, v = (self.attention.get_submodule(name)(pixels) for name in ("query", "key", "value"))
        mixed = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(c), -1) @ v
        return x + self.attention.output(mixed).transpose(1, 2).reshape(b, c, h, w)


class VdmDenoiser(nn.Module):
    def __init__(self, channels=1, width=8, blocks=1):
        super().__init__()
        self.time = Time(width)
        self.stem = conv(5 * channels, width)
        self.down = nn.ModuleList(Block(width, width, 4 * width, "noise") for _ in range(blocks))
        middle = Attention(width)
        middle.add_module("0", Block(width, width, 4 * width, "noise"))
        middle.add_module("1", Block(width, width, 4 * width, "noise"))
        self.middle = middle
        self.up = nn.ModuleList(Block(2 * width, width, 4 * width, "noise") for _ in range(blocks + 1))
        self.out = nn.Module()
        self.out.norm, self.out.conv = norm(width), conv(width, channels)

    def forward(self, z, gamma):
        e = self.time(1000 * (gamma + 13.3) / 18.3)
        angles = torch.cat([2**n * math.pi * z for n in (7, 8)], 1)
        skips = [self.stem(torch.cat([z, angles.sin(), angles.cos()], 1))]
        for block in self.down:
            skips.append(block(skips[-1], e))
        first, second = self.middle.get_submodule("0"), self.middle.get_submodule("1")
        h = second(self.middle(first(skips[-1], e)), e)
        for block in self.up:
            h = block(torch.cat([h, skips.pop()], 1), e)
        return z + self.out.conv(F.silu(self.out.norm(h)))


class Classifier(nn.Module):
    """Two levels of one block each, attention at the second."""

    def __init__(self, channels=2, width=8, classes=3):
        super().__init__()
        self.time = Time(width)
        self.stem = conv(channels, width)
        first, second = nn.Module(), nn.Module()
        first.add_module("0", Block(width, width, 4 * width))
        first._modules["half"] = conv(width, width, stride=2)  # `half` is a method of modules
        last = Block(width, 2 * width, 4 * width)
        attention = Attention(2 * width)
        last.norm, last.attention = attention.norm, attention.attention
        second.add_module("0", last)
        self.down = nn.ModuleList([first, second])
        self.attend = [attention]  # its modules are those of the last block
        self.head = nn.Module()
        self.head.norm, self.head.linear = norm(2 * width), nn.Linear(2 * width, classes)

    def forward(self, x, position):
        e = self.time(position)
        h = self.down[0].get_submodule("0")(self.stem(x), e)
        h = self.down[0]._modules["half"](F.pad(h, (0, 1, 0, 1)))
        h = self.attend[0](self.down[1].get_submodule("0")(h, e))
        return self.head.linear(F.silu(self.head.norm(h)).mean((2, 3)))


class Mlp(nn.Module):
    def __init__(self, inputs, outputs, activation, time_width=6, hidden=(10, 12)):
        super().__init__()
        self.time_width, self.activation = time_width, activation
        widths = [inputs + time_width, *hidden]
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, hidden))
        self.out = nn.Linear(hidden[-1], outputs)

    def forward(self, *inputs):
        h = torch.cat([*inputs[:-1], waves(inputs[-1], self.time_width)], 1)
        for layer in self.hidden:
            h = self.activation(layer(h))
        return self.out(h)


class Critic(Mlp):
    def forward(self, *inputs):
        return super().forward(*inputs)[:, 0]


def own_name(name, module):
    path, kind = name.rsplit(".", 1)
    if isinstance(module, nn.GroupNorm):
        return f"{path}.{'scale' if kind == 'weight' else 'shift'}"
    return f"{path}.{'kernel' if kind == 'weight' else 'bias'}"


def own_axes(tensor):
    return tensor.permute(2, 3, 1, 0) if tensor.ndim == 4 else tensor.T if tensor.ndim == 2 else tensor


def images(tensor):
    return tensor.permute(0, 2, 3, 1) if tensor.ndim == 4 else tensor


def write(name, network, inputs):
    modules = dict(network.named_modules())
    parameters = dict(network.named_parameters())
    generator = torch.Generator().manual_seed(6)
    for key, parameter in parameters.items():
        values = torch.rand(parameter.shape, generator=generator).float().double() - 0.5
        is_scale = isinstance(modules[key.rsplit(".", 1)[0]], nn.GroupNorm) and key.endswith("weight")
        parameter.data = (1 + values if is_scale else values).float().double()
    names = {key: own_name(key, modules[key.rsplit(".", 1)[0]]) for key in parameters}
    inputs = {key: value.float().double().requires_grad_() for key, value in inputs.items()}
    output = network(*inputs.values())
    probe = torch.randn(output.shape, generator=generator).float().double()
    loss = (output * probe).sum()

    def gradients(scalar, by):
        return torch.autograd.grad(scalar, by, create_graph=True, allow_unused=True, materialize_grads=True)

    def by_weights(prefix, scalar):
        values = zip(names.values(), gradients(scalar, list(parameters.values())))
        return {f"{prefix}.{key}": own_axes(value) for key, value in values}

    results = {key: images(value) for key, value in inputs.items()}
    results |= {"output": images(output), "probe": images(probe)}
    by_inputs = zip(inputs, gradients(loss, list(inputs.values())))
    results |= by_weights("grad", loss) | {f"grad.{key}": images(value) for key, value in by_inputs}
    if name == "mlp-critic":
        (slope,) = torch.autograd.grad(output.sum(), inputs["xPrev"], create_graph=True)
        penalty = slope.square().sum(1).mean()
        results |= {"penalty": penalty} | by_weights("penalty", penalty)
    save(name, {names[key]: own_axes(value) for key, value in parameters.items()})
    save(f"{name}-results", results)


def save(name, tensors):
    path = Path(__file__).with_name(f"{name}.safetensors")
    save_file({key: value.detach().float().contiguous() for key, value in tensors.items()}, path)
    path.chmod(0o644)


def main():
    random = torch.Generator().manual_seed(5)
    normal = lambda *shape: torch.randn(shape, generator=random)
    position = torch.tensor([0.0, 3.0])
    write("vdm-denoiser", VdmDenoiser(), {"zt": normal(2, 1, 4, 4), "gamma": torch.tensor([-7.5, 1.25])})
    write("noise-classifier", Classifier(), {"xt": normal(2, 2, 4, 8), "position": position})
    write("mlp-denoiser", Mlp(2, 2, F.silu), {"xt": normal(2, 2), "position": position})
    write("mlp-generator", Mlp(5, 2, F.silu), {"xt": normal(2, 2), "z": normal(2, 3), "position": position})
    leaky = lambda x: F.leaky_relu(x, 0.2)
    write("mlp-critic", Critic(4, 1, leaky), {"xPrev": normal(2, 2), "xt": normal(2, 2), "position": position})


main()
