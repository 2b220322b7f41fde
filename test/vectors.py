#!/usr/bin/env python3
"""Writes vectors.json, the reference values of the schedules, the forward process, the losses and the samplers.

    python test/vectors.py && npx prettier --write test/vectors.json        # needs numpy only, uses no randomness

Everything is float64, straight from the definitions; every formula that is not a definition is checked here by an
independent route before it is written. Arrays over time are 0-based: entry [t - 1] belongs to step t = 1..T.
"""
import json
import math
import os

import numpy as np

VECTORS = []


def close(a, b, tol=1e-10):
    a, b = np.asarray(a, float), np.asarray(b, float)
    assert np.all(np.abs(a - b) <= tol * (1 + np.abs(b))), (a, b)


def plain(v):
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple, np.ndarray)):
        return [plain(x) for x in v]
    return v.item() if isinstance(v, np.generic) else v


def add(name, what, inputs, expected, tol32=1e-4, floor=1e-2):
    VECTORS.append(dict(id=name, what=what, inputs=plain(inputs), expected=plain(expected), tol64=1e-9, tol32=tol32, floor=floor))


# Schedules
def linear(T, b1=1e-4, bT=0.02):
    return np.linspace(b1, bT, T)


def vp(T, bmin=0.1, bmax=20.0, eps=1e-3):
    tau = np.arange(T + 1) / T * (1 - eps) + eps
    log_ab = -0.5 * (bmax - bmin) * tau ** 2 - bmin * tau
    return -np.expm1(np.diff(log_ab))


class Schedule:
    def __init__(self, beta):
        self.beta = b = np.asarray(beta, float)
        self.T = len(b)
        self.alpha = 1 - b
        log_ab = np.cumsum(np.log1p(-b))
        self.ab = np.exp(log_ab)
        self.one_m = -np.expm1(log_ab)  # 1 - alphaBar
        self.ab_prev = np.append(1.0, self.ab[:-1])
        one_m_prev = np.append(0.0, self.one_m[:-1])
        self.beta_tilde = b * one_m_prev / self.one_m
        self.log_beta_tilde_clipped = np.log(np.append(self.beta_tilde[1:2], self.beta_tilde[1:]))
        self.log_beta_large = np.log(np.append(self.beta_tilde[1:2], b[1:]))
        self.c1 = b * np.sqrt(self.ab_prev) / self.one_m
        self.c2 = one_m_prev * np.sqrt(self.alpha) / self.one_m
        self.snr = self.ab / self.one_m
        close(self.ab, np.cumprod(self.alpha))
        close(self.c1 + self.c2 * np.sqrt(self.ab), np.sqrt(self.ab_prev))
        close(self.c2 ** 2 * self.one_m + self.beta_tilde, one_m_prev)


LIN, VP4, VP4P, VP1000, VP100 = [Schedule(b) for b in (linear(1000), vp(4), vp(4, eps=0.0), vp(1000, eps=0.0), vp(100))]
k = np.arange(1, 5)
close(VP4P.beta, 1 - np.exp(-0.1 / 4 - 0.5 * 19.9 * (2 * k - 1) / 16))  # the closed form of one step


def at(a, ts):
    return {str(t): a[t - 1] for t in ts}


ts = [1, 2, 500, 1000]
add("sched.linear1000", "linear beta 1e-4 -> 0.02, T=1000; keys are t", dict(T=1000, beta1=1e-4, betaT=0.02),
    dict(beta=at(LIN.beta, ts), alphaBar=at(LIN.ab, ts), betaTilde=at(LIN.beta_tilde, ts), snr=at(LIN.snr, ts),
         logBetaTildeClipped=at(LIN.log_beta_tilde_clipped, ts), logVarLarge=at(LIN.log_beta_large, ts)), floor=1e-8)
add("sched.vp4", "VP, T=4, full arrays", dict(T=4, betaMin=0.1, betaMax=20, epsilon=1e-3),
    dict(beta=VP4.beta, alphaBar=VP4.ab, betaTilde=VP4.beta_tilde, posteriorX0=VP4.c1, posteriorXt=VP4.c2), floor=1e-8)
add("sched.vp4.eps0", "the same with epsilon=0 (closed form)", dict(T=4, betaMin=0.1, betaMax=20, epsilon=0),
    dict(beta=VP4P.beta, alphaBar=VP4P.ab), floor=1e-8)
add("sched.vp1", "VP, T=1, epsilon=0", dict(T=1, epsilon=0), dict(beta=vp(1, eps=0.0)), floor=1e-8)
add("sched.vp1000", "VP, T=1000, epsilon=0; keys are t", dict(T=1000, epsilon=0),
    dict(beta=at(VP1000.beta, ts), alphaBar=at(VP1000.ab, ts)), floor=1e-8)
small = [10, 20, 50, 100, 200, 500]
add("sched.smallT.alphaBarT", "alphaBar_T of the unscaled linear schedule with fewer steps; keys are T", dict(T=small),
    dict(alphaBarT={str(T): np.prod(1 - linear(T)) for T in small}), floor=1e-8)

# Forward process and posterior
x0, e, i = 0.37, -1.1, 499
xt = math.sqrt(LIN.ab[i]) * x0 + math.sqrt(LIN.one_m[i]) * e
add("fwd.qSample", "x_t for linear1000, t=500", dict(t=500, x0=x0, eps=e), dict(xt=xt))
add("fwd.posterior", "posterior of linear1000 (mean = c1 x0 + c2 x_t) at t=1,2,500,1000", dict(t=ts),
    dict(posteriorX0=at(LIN.c1, ts), posteriorXt=at(LIN.c2, ts), betaTilde=at(LIN.beta_tilde, ts)), floor=1e-8)
grid = np.linspace(-8, 8, 400001)  # Bayes' rule by brute force in one dimension, vp4, t=3, x_t=0.4
lp = -(0.4 - np.sqrt(VP4.alpha[2]) * grid) ** 2 / (2 * VP4.beta[2]) - (grid - np.sqrt(VP4.ab[1]) * x0) ** 2 / (2 * VP4.one_m[1])
pp = np.exp(lp - lp.max())
pp /= pp.sum()
close((pp * grid).sum(), VP4.c1[2] * x0 + VP4.c2[2] * 0.4, 1e-8)
close((pp * grid ** 2).sum() - (pp * grid).sum() ** 2, VP4.beta_tilde[2], 1e-8)
n1, n2 = 0.8, -0.3
x_prev = math.sqrt(VP4.ab[1]) * x0 + math.sqrt(VP4.one_m[1]) * n1
add("fwd.pairs", "vp4, t=3: x_{t-1} from x0 with noise1, x_t from x_{t-1} with noise2", dict(t=3, x0=x0, noise1=n1, noise2=n2),
    dict(xPrev=x_prev, xt=math.sqrt(VP4.alpha[2]) * x_prev + math.sqrt(VP4.beta[2]) * n2))
mu = LIN.c1[i] * x0 + LIN.c2[i] * xt
close((xt - LIN.beta[i] / math.sqrt(LIN.one_m[i]) * e) / math.sqrt(LIN.alpha[i]), mu)
add("param.conversions", "linear1000, t=500: posterior mean from (x0, eps)", dict(t=500, x0=x0, eps=e), dict(xt=xt, muTilde=mu))

# Adversarial losses
real, fake = np.array([.5, -.2, 1.1]), np.array([-.7, .3, -1.5])
sigmoid = lambda v: 1 / (1 + np.exp(-v))
softplus = lambda v: np.logaddexp(0.0, v)
close(softplus(-real), -np.log(sigmoid(real)))
add("fgan.losses", "means of the losses for critic logits on real and fake samples", dict(real=real, fake=fake),
    dict(gan=dict(critic=softplus(-real).mean() + softplus(fake).mean(), generator=softplus(-fake).mean())))
xs = np.array([[.2, -.4], [1., .5]])
add("gan.penalties", "critic V(x)=|x|^2: R1 per example", dict(real=xs, gamma=.05), dict(r1=.025 * (4 * xs ** 2).sum(1)))

# Samplers
x_t, ep, zz = 0.9, 0.6, -0.75
x0_hat = (x_t - math.sqrt(LIN.one_m[i]) * ep) / math.sqrt(LIN.ab[i])
mean = LIN.c1[i] * x0_hat + LIN.c2[i] * x_t
mean_clip = LIN.c1[i] * min(max(x0_hat, -1.0), 1.0) + LIN.c2[i] * x_t
close(mean, (x_t - LIN.beta[i] / math.sqrt(LIN.one_m[i]) * ep) / math.sqrt(LIN.alpha[i]))
add("sample.ancestral", "one step of linear1000 from t=500", dict(t=500, xt=x_t, epsHat=ep, z=zz),
    dict(x0Hat=x0_hat, meanNoClip=mean, meanClip=mean_clip, xPrevClip_beta=mean_clip + math.sqrt(LIN.beta[i]) * zz,
         xPrevClip_betaTilde=mean_clip + math.sqrt(LIN.beta_tilde[i]) * zz))


def sample_variance(S, s2, mode):
    """Variance of x_0 when data are N(0, s2), the denoiser is exact and x_T ~ N(0, 1)."""
    v = 1.0
    for t in range(S.T, 0, -1):
        j = t - 1
        d = S.ab[j] * s2 + S.one_m[j]
        v *= (S.c1[j] * math.sqrt(S.ab[j]) * s2 / d + S.c2[j]) ** 2
        if mode == "ddgan":
            v += S.c1[j] ** 2 * s2 * S.one_m[j] / d + S.beta_tilde[j]
        elif t > 1:
            v += S.beta[j] if mode == "fixedLarge" else S.beta_tilde[j]
    return v


modes = ["fixedLarge", "fixedSmall", "ddgan"]
add("sample.gaussianOracle", "variance of the samples for data N(0, s2) with the exact denoiser, or (ddgan) the exact implicit generator",
    dict(s2=0.25), {n: {m: sample_variance(S, 0.25, m) for m in modes} for n, S in (("vp4", VP4), ("vp100", VP100), ("linear1000", LIN))},
    tol32=1e-3)

DOC = {
    "title": "Reference values, written by vectors.py (float64)",
    "fields": {
        "tol64": "tolerance for float64 code: |actual - expected| <= tol * max(|expected|, floor)",
        "tol32": "the same for float32 tensor code",
        "floor": "magnitude below which the tolerance becomes absolute",
    },
    "vectors": VECTORS,
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vectors.json"), "w") as f:
    f.write(json.dumps(DOC, indent=2) + "\n")
