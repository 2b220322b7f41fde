"""Answers the benchmark's requests, one JSON object a line, with PyTorch eager, on the CPU or on DIFFGAN_BENCH_DEVICE."""

import contextlib
import json
import math
import os
import platform
import sys
import time
import traceback
import warnings

import torch
from torch.nn import functional as F

from game import Game
from unet import Unet, load_weights, read_safetensors, to_channels_last

DEVICE = os.environ.get("DIFFGAN_BENCH_DEVICE", "cpu")

ADAM = {"lr": 2e-4, "betas": (0.9, 0.999), "eps": 1e-8}


class Forward:
    def __init__(self, model, shape, _, precision):
        self.model, self.precision = model, precision
        self.inputs = torch.randn(shape), torch.arange(shape[0], dtype=torch.float32)

    def run(self):
        with torch.inference_mode(), self.precision():
            return self.model(*self.inputs).float().sum().item()


class Train:
    """MSE of the predicted noise and Adam, on one batch."""

    def __init__(self, model, shape, _, precision):
        self.model, self.precision = model, precision
        self.inputs = torch.randn(shape), torch.arange(shape[0], dtype=torch.float32)
        self.target = torch.randn(shape)
        self.optimizer = torch.optim.Adam(model.parameters(), **ADAM)

    def run(self):
        self.optimizer.zero_grad()
        with self.precision():
            output = self.model(*self.inputs)
        loss = F.mse_loss(output.float(), self.target)
        loss.backward()
        self.optimizer.step()
        return loss.item()


class DdganChain:
    """`ddganSampler`: draw z, predict x0, draw from the posterior; T calls."""

    def __init__(self, model, shape, tables, _):
        self.model, self.shape, self.tables = model, shape, tables

    def run(self):
        batch = self.shape[0]
        c1, c2, sigma = (self.tables[name] for name in ("posteriorX0", "posteriorXt", "posteriorSigma"))
        with torch.inference_mode():
            x = torch.randn(self.shape)
            for t in reversed(range(len(c1))):
                torch.randn(batch, 64)  # the latent z, which the reference network does not read
                x0 = self.model(x, torch.full((batch,), self.tables["positions"][t]))
                x = x0 if t == 0 else c1[t] * x0 + c2[t] * x + sigma[t] * torch.randn(self.shape)
            return x.sum().item()


class DdimChain:
    """`ddimSampler` with eta = 0 and clipping."""

    def __init__(self, model, shape, tables, _):
        self.model, self.shape, self.tables = model, shape, tables

    def run(self, steps=None):
        alpha_bar = self.tables["alphaBar"]
        with torch.inference_mode():
            x = torch.randn(self.shape)
            for t in list(reversed(range(len(alpha_bar))))[:steps]:
                eps = self.model(x, torch.full((self.shape[0],), self.tables["positions"][t]))
                signal, sigma = math.sqrt(alpha_bar[t]), math.sqrt(1 - alpha_bar[t])
                x0 = (x * (1 / signal) - eps * (sigma / signal)).clamp(-1, 1)
                eps = x * (1 / sigma) - x0 * (signal / sigma)
                if t == 0:
                    x = x0
                else:
                    x = math.sqrt(alpha_bar[t - 1]) * x0 + math.sqrt(1 - alpha_bar[t - 1]) * eps
            return x.sum().item()

    def warm_up(self):
        self.run(2)


WORKLOADS = {"forward": Forward, "train": Train, "sample-ddgan": DdganChain, "sample-ddim": DdimChain}


class Worker:
    def __init__(self):
        self.workload = None

    def hello(self, threads, column, **_):
        half = column.get("precision") == "bfloat16"
        kind = DEVICE.split(":")[0]
        self.precision = lambda: torch.autocast(kind, torch.bfloat16) if half else contextlib.nullcontext()
        torch.set_num_threads(threads)
        torch.set_default_device(DEVICE)
        # float32 as everybody else; otherwise convolutions on a GPU keep ten bits of the factors
        torch.backends.cudnn.allow_tf32 = False
        where = f"{threads} threads" if DEVICE == "cpu" else DEVICE
        return {"version": f"PyTorch {torch.__version__}, Python {platform.python_version()}, {where}"}

    def prepare(self, workload, tables, weights=None, **_):
        if workload["kind"] not in WORKLOADS:
            raise ValueError(f"PyTorch has no part in {workload['kind']}")
        config = workload["network"]
        model = Unet(config)
        if weights:
            load_weights(model, weights)
        size = config["imageSize"]
        torch.manual_seed(0)
        self.workload = WORKLOADS[workload["kind"]](
            model, (workload["batch"], config["channels"], size, size), tables, self.precision
        )
        getattr(self.workload, "warm_up", self.workload.run)()
        return {"parameters": sum(p.numel() for p in model.parameters())}

    def checkGame(self, setting, files):
        return Game(setting, files["generator"], files["critic"]).check(files["draws"])

    def prepareGame(self, setting, files):
        self.workload = Game(setting, files["generator"], files["critic"])
        self.workload.run()

    def time(self):
        start = time.perf_counter()
        value = self.workload.run()
        return {"ms": 1000 * (time.perf_counter() - start), "value": value}

    def release(self):
        self.workload = None

    def fid(self, features, warmUp):
        # not needed by anything else, so an environment without it is not refused
        import numpy
        import scipy.linalg

        # pytorch-fid collects the features in float64, too
        sets = [read_safetensors(features)[name].numpy().astype(float) for name in ("real", "fake")]
        start = time.perf_counter()
        (mu1, sigma1), (mu2, sigma2) = [
            (x.mean(axis=0), numpy.cov(x, rowvar=False)) for x in (rows[: 300 if warmUp else None] for rows in sets)
        ]
        middle = time.perf_counter()
        # the first run of scipy is as fast as the others, and a singular product takes another way
        root = numpy.zeros((1, 1)) if warmUp else scipy.linalg.sqrtm(sigma1 @ sigma2)
        value = ((mu1 - mu2) ** 2).sum() + numpy.trace(sigma1) + numpy.trace(sigma2) - 2 * numpy.trace(root).real
        end = time.perf_counter()
        return {
            "statisticsMs": 1000 * (middle - start),
            "distanceMs": 1000 * (end - middle),
            "value": float(value),
            "version": f"scipy {scipy.__version__}",
        }

    def check(self, network, weights, inputs, **_):
        model = Unet(network)
        load_weights(model, weights)
        data = read_safetensors(inputs)
        xt, target = (data[name].to(DEVICE).permute(0, 3, 1, 2).contiguous() for name in ("xt", "target"))
        position = data["position"].to(DEVICE)
        with self.precision():
            output = model(xt, position).float()
        F.mse_loss(output, target).backward()
        gradient = to_channels_last(model.stem.weight.grad).flatten().tolist()
        optimizer = torch.optim.Adam(model.parameters(), **ADAM)
        losses = []
        for _ in range(3):
            optimizer.zero_grad()
            with self.precision():
                predicted = model(xt, position)
            loss = F.mse_loss(predicted.float(), target)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        # one channel, so channels first and last are the same order
        return {
            "parameters": sum(p.numel() for p in model.parameters()),
            "output": output.detach().flatten().tolist(),
            "gradient": gradient,
            "losses": losses,
        }

    def onnx(self, network, weights, path):
        model = Unet(network).eval()
        load_weights(model, weights)
        size = network["imageSize"]
        example = torch.randn(2, network["channels"], size, size), torch.zeros(2)
        names = {"input_names": ["xt", "position"], "output_names": ["output"]}
        batches = {name: {0: "batch"} for name in ("xt", "position", "output")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(model, example, path, dynamo=False, opset_version=18, dynamic_axes=batches, **names)


def main():
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = {"result": getattr(worker, request["method"])(**request["params"])}
        except Exception as error:
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps({"id": request["id"], **reply}), flush=True)


main()
