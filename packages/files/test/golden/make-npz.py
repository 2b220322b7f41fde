"""Makes npz/*.npz: files of numpy in all the ways that occur, and files that must be refused.

    pip install 'numpy>=2,<3' && python make-npz.py
"""

import io
import pathlib
import zipfile

import numpy as np

folder = pathlib.Path(__file__).with_name("npz")
mu = np.arange(5) / 8
sigma = np.diag(np.arange(1.0, 6.0)) + 0.25
plain = {"mu": mu, "sigma": sigma}


def write_members(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content)


def npy(array, version=(1, 0)):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return file.getvalue()


np.savez(folder / "stored.npz", **plain)
np.savez_compressed(folder / "deflated.npz", **plain)
np.savez(folder / "float32.npz", **{name: value.astype("f4") for name, value in plain.items()})
skew = np.arange(24.0).reshape(2, 3, 4)
np.savez(folder / "fortran.npz", c=skew, f=np.asfortranarray(skew), matrix=np.asfortranarray(skew[0]))
np.savez(folder / "types.npz", i4=np.array([-1, 2], "i4"), i8=np.int64(2**40), flag=np.array([True, False]),
         empty=np.zeros((0, 3), "f4"))
# images as guided-diffusion stores its samples, several pieces when unpacked
images = (np.arange(600 * 8 * 8 * 3) % 251).astype("u1").reshape(600, 8, 8, 3)
np.savez_compressed(folder / "images.npz", images)
write_members(folder / "version-2.npz", {"mu": npy(mu, (2, 0)), "sigma": npy(sigma, (3, 0))})

limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 16  # everything above is written as if it were beyond 4 GB
np.savez(folder / "zip64.npz", **plain)
zipfile.ZIP64_LIMIT = limit

np.savez(folder / "objects.npz", mu=mu, sigma=np.array([{"a": 1}, None], dtype=object))
np.savez(folder / "structured.npz", mu=np.zeros(2, [("a", "<f8")]), big=np.zeros(2, ">f8"), half=np.zeros(2, "f2"))
np.save(folder / "pickled.npy", {"mu": mu, "sigma": sigma}, allow_pickle=True)
np.savez(folder / "numbers.npz", **{name: np.array([0, 1, -2, 100]).astype(kind) for name, kind in {
    "half": "<f2", "big-half": ">f2", "big-float": ">f4", "big-double": ">f8", "int8": "i1", "int16": "<i2", "big-int16": ">i2",
    "big-int32": ">i4", "big-int64": ">i8"}.items()}, uint16=np.array([0, 1, 65535, 100], "<u2"))
