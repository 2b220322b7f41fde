"""Installs PyTorch into the virtual environment whose Python runs this, without the parts that only a GPU needs.

The Linux wheels of PyTorch are built for CUDA and do not load without NVIDIA's libraries, although a CPU never calls them. All of
what the wheel asks for is 5 GB and more; this takes only what `import torch` opens, and deletes the files that it does not open.
"""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig

from pip._vendor.packaging.requirements import Requirement

SITE = sysconfig.get_paths()["purelib"]
NEEDLESS = {"triton", "cuda-bindings"}  # they compile and launch GPU kernels
NEEDLESS_EXTRAS = {"cusolver", "nvtx"}  # libraries that PyTorch opens when first used
NEEDLESS_FOLDERS = ["torch/include", "torch/share"]

# What Linux has mapped into this process after PyTorch has been loaded and used.
USED = """
import torch
torch.nn.Conv2d(1, 8, 3)(torch.ones(1, 1, 8, 8)).sum().backward()
print(*{line.split()[-1] for line in open('/proc/self/maps') if '/nvidia/' in line}, sep='\\n')
"""


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"]
    # pip warns of the requirements that are left out on purpose, on standard error
    done = subprocess.run([*command, *arguments], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip() or f"pip install {' '.join(arguments)} failed")


def requirements_of_torch():
    for line in importlib.metadata.requires("torch") or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        requirement.marker = None
        requirement.extras -= NEEDLESS_EXTRAS
        if requirement.name not in NEEDLESS:
            yield requirement


def prune(folder, keep):
    """Deletes the shared libraries, device code and headers under `folder` that are not kept."""
    for path, _, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            if not keep(file) and not name.endswith(".py"):
                os.remove(file)


def megabytes(folder):
    files = (os.path.join(path, name) for path, _, names in os.walk(folder) for name in names)
    return sum(os.path.getsize(file) for file in files if not os.path.islink(file)) // 10**6


def main(version):
    nvidia = os.path.join(SITE, "nvidia")
    print(f"torch {version}", flush=True)
    pip("--no-deps", f"torch=={version}")
    for folder in NEEDLESS_FOLDERS:
        shutil.rmtree(os.path.join(SITE, folder), ignore_errors=True)
    for requirement in requirements_of_torch():
        print(requirement, flush=True)
        pip(str(requirement))
        # cuDNN's engines and NVSHMEM's device code are opened by GPU runs only; deleted at once to keep the peak low
        prune(nvidia, lambda file: "libcudnn_" not in file and not file.endswith((".bc", ".a", ".h")))
    print("onnx, for the models of onnxruntime", flush=True)
    pip("onnx", "numpy")
    if os.path.isdir(nvidia):
        used = subprocess.run([sys.executable, "-c", USED], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        used = {os.path.realpath(file) for file in used}
        prune(nvidia, lambda file: os.path.realpath(file) in used)
    subprocess.run([sys.executable, "-c", "import onnx, torch; torch.ones(2).sum()"], check=True)
    print(f"done: {megabytes(sys.prefix)} MB in {sys.prefix}")


main(sys.argv[1])
