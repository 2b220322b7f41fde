"""The game of `trainDdgan` (@diffgan/training) in eager PyTorch: generator, critic, lazy R1, Adam and the generator's average."""

import contextlib
import math

import torch
from torch import nn
from torch.nn import functional as F

from unet import TimeEmbedding, Unet, conv3, load_weights, read_safetensors, to_channels_last

STDDEV_GROUP = 4


def leaky(x):
    return F.leaky_relu(x, 0.2)


class Generator(Unet):
    """`Generator(config)(xt, z, position)`; `config` is that of `ddganGenerator` with style 'unet'."""

    def __init__(self, config):
        super().__init__(config)
        widths = [config["latentDim"]] + config["latentLayers"] * [config["latentWidth"]]
        self.latent = nn.ModuleDict({str(i): nn.Linear(*pair) for i, pair in enumerate(zip(widths, widths[1:]))})

    def forward(self, xt, z, position):
        style = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.latent.values():
            style = F.silu(layer(style))
        return torch.tanh(super().forward(xt, position, style))


class CriticBlock(nn.Module):
    def __init__(self, inputs, outputs, time, half):
        super().__init__()
        self.conv1, self.conv2, self.time = conv3(inputs, outputs), conv3(outputs, outputs), nn.Linear(time, outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None
        self.half = half

    def forward(self, x, time):
        h = leaky(self.conv1(leaky(x)) + self.time(time)[:, :, None, None])
        if self.half:
            h, x = F.avg_pool2d(h, 2), F.avg_pool2d(x, 2)
        return ((x if self.shortcut is None else self.shortcut(x)) + self.conv2(h)) * math.sqrt(0.5)


class Critic(nn.Module):
    """`Critic(config)(xPrev, xt, position)`, logits [B]; `config` is that of `ddganDiscriminator` with style 'half-unet'."""

    def __init__(self, config):
        super().__init__()
        widths, time = config["widths"], config["timeWidth"]
        self.time = TimeEmbedding(time, time, leaky)
        self.stem = conv3(2 * config["channels"], widths[0])
        blocks = zip(widths, widths[1:], config["downsample"])
        self.block = nn.ModuleDict({str(i): CriticBlock(a, b, time, half) for i, (a, b, half) in enumerate(blocks)})
        self.head = nn.ModuleDict({"conv": conv3(widths[-1] + 1, widths[-1]), "linear": nn.Linear(widths[-1], 1)})

    def forward(self, x_prev, xt, position):
        time = self.time(position)
        h = self.stem(torch.cat([x_prev, xt], 1))
        for block in self.block.values():
            h = block(h, time)
        h = leaky(self.head["conv"](with_stddev(leaky(h))))
        return self.head["linear"](h.sum((2, 3)))[:, 0]


def with_stddev(x):
    """Appends the standard deviation within each group, of every (B / group)-th example, as a channel."""
    batch, _, height, width = x.shape
    size = min(batch, STDDEV_GROUP)
    groups = x.reshape(size, batch // size, -1)
    deviation = (groups - groups.mean(0)).square().mean(0).add(1e-8).sqrt().mean(1)
    return torch.cat([x, deviation.repeat(size).view(batch, 1, 1, 1).expand(-1, 1, height, width)], 1)


class Game:
    """A step is an update of the critic and one of the generator, each on a draw of its own."""

    def __init__(self, setting, generator, critic):
        self.setting, self.tables = setting, {name: torch.tensor(t) for name, t in setting["tables"].items()}
        self.generator, self.critic = Generator(setting["generator"]), Critic(setting["critic"])
        for model, path in ((self.generator, generator), (self.critic, critic)):
            load_weights(model, path)
        options = {"lr": 0, "betas": tuple(setting["betas"]), "eps": 1e-8}
        self.optimizers = [torch.optim.Adam(model.parameters(), **options) for model in (self.critic, self.generator)]
        self.average = [p.detach().clone() for p in self.generator.parameters()]
        self.step = 0
        self.data = torch.randint(0, 256, (512, 1, 28, 28), dtype=torch.uint8)
        half = setting["precision"] == "bfloat16"
        self.precision = lambda: torch.autocast("cpu", torch.bfloat16) if half else contextlib.nullcontext()

    def draw(self):
        """All that is random in half a step: what the critic sees of the data, x_t, t − 1, the latent and the posterior's noise."""
        batch, tables = self.setting["batch"], self.tables
        chosen = self.data[torch.randint(0, len(self.data), (batch,))]
        x0 = chosen.float() * (2 / 255) - 1
        t = torch.randint(0, len(tables["signal"]), (batch,))
        at = {name: table[t].view(-1, 1, 1, 1) for name, table in tables.items()}
        x_prev = at["signalPrev"] * x0 + at["noisePrev"] * torch.randn_like(x0)
        xt = at["signal"] * x_prev + at["noise"] * torch.randn_like(x0)
        z = torch.randn(batch, self.setting["generator"]["latentDim"])
        return {"xPrev": x_prev, "xt": xt, "t": t, "z": z, "noise": torch.randn_like(x0)}

    def fake(self, draw):
        """A draw of q(x_{t-1} | x_t, G(x_t, z, t))."""
        at = {name: table[draw["t"]].view(-1, 1, 1, 1) for name, table in self.tables.items()}
        with self.precision():
            x0 = self.generator(draw["xt"], draw["z"], self.position(draw))
        return at["posteriorX0"] * x0.float() + at["posteriorXt"] * draw["xt"] + at["posteriorSigma"] * draw["noise"]

    def position(self, draw):
        return self.tables["positions"][draw["t"]]

    def score(self, x_prev, draw):
        with self.precision():
            return self.critic(x_prev, draw["xt"], self.position(draw)).float()

    def update(self, player, loss):
        optimizer, rates = self.optimizers[player], self.setting["rates"]
        optimizer.param_groups[0]["lr"] = rates[min(self.step, len(rates) - 1)][player]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def critic_step(self, draw):
        with torch.no_grad():
            fake = self.fake(draw)
        due = self.step % self.setting["r1"]["every"] == 0
        real = draw["xPrev"].requires_grad_(due)
        real_logits = self.score(real, draw)
        loss = F.softplus(-real_logits).mean() + F.softplus(self.score(fake, draw)).mean()
        if due:
            (slope,) = torch.autograd.grad(real_logits.sum(), real, create_graph=True)
            loss = loss + self.setting["r1"]["gamma"] / 2 * slope.square().flatten(1).sum(1).mean()
        self.update(0, loss)
        return loss.item()

    def generator_step(self, draw):
        self.critic.requires_grad_(False)
        loss = F.softplus(-self.score(self.fake(draw), draw)).mean()
        self.update(1, loss)
        self.critic.requires_grad_(True)
        share = 1 - min(self.setting["emaDecay"], (2 + self.step) / (11 + self.step))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.generator.parameters()], share)
        return loss.item()

    def play(self, critic_draw=None, generator_draw=None):
        """One step; its losses."""
        losses = [self.critic_step(critic_draw or self.draw()), self.generator_step(generator_draw or self.draw())]
        self.step += 1
        return losses

    def run(self):
        return [self.play() for _ in range(self.setting["steps"])]

    def check(self, path):
        """Plays the draws of a file, and tells losses, norms of the gradients and some of the average."""
        data = read_safetensors(path)
        losses, norms = [], []
        for step in range(self.setting["steps"]):
            losses += self.play(*(checked_draw(data, f"{player}.{step}") for player in ("critic", "generator")))
            norms += [norm_of(self.critic), norm_of(self.generator)]
        names = [name for name, _ in self.generator.named_parameters()]
        stem = self.average[names.index("stem.weight")]
        return {
            "parameters": sum(p.numel() for model in (self.generator, self.critic) for p in model.parameters()),
            "losses": losses,
            "gradient": norms,
            "output": to_channels_last(stem).flatten().tolist(),
        }


def checked_draw(data, prefix):
    draw = {name: data[f"{prefix}.{name}"] for name in ("xPrev", "xt", "t", "z", "noise")}
    images = {name: draw[name].permute(0, 3, 1, 2).contiguous() for name in ("xPrev", "xt", "noise")}
    return {**draw, **images, "t": draw["t"].long() - 1}


def norm_of(model):
    return torch.stack([p.grad.norm() for p in model.parameters()]).norm().item()
