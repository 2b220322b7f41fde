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
em1 = np.expm1
sigmoid = lambda v: 1 / (1 + np.exp(-v))
softplus = lambda v: np.logaddexp(0.0, v)
Q, P = np.array([.2, .3, .4, .1]), np.array([.25, .25, .15, .35])
U = Q / P
real, fake = np.array([.5, -.2, 1.1]), np.array([-.7, .3, -1.5])
grid_v = [-3., -1.3, 0., .8]
FGAN = {  # name: f, link g(V), f*(g(V)), V*(u)
    "gan": (lambda u: u * np.log(u) - (u + 1) * np.log(u + 1), lambda v: -softplus(-v), softplus, np.log),
    "js2": (lambda u: u * np.log(u) - (u + 1) * np.log((u + 1) / 2), lambda v: math.log(2) - softplus(-v),
            lambda v: softplus(v) - math.log(2), np.log),
    "hellinger2": (lambda u: (np.sqrt(u) - 1) ** 2, lambda v: -em1(-v), em1, lambda u: .5 * np.log(u)),
    "kl": (lambda u: u * np.log(u), lambda v: v, lambda v: np.exp(v - 1), lambda u: 1 + np.log(u)),
    "rkl": (lambda u: -np.log(u), lambda v: -np.exp(-v), lambda v: v - 1, np.log),
    "pearson": (lambda u: (u - 1) ** 2, lambda v: v, lambda v: np.maximum(v, -2) ** 2 / 4 + np.maximum(v, -2), lambda u: 2 * (u - 1)),
    "neyman": (lambda u: (u - 1) ** 2 / u, lambda v: -em1(-v), lambda v: -2 * em1(-v / 2), lambda u: 2 * np.log(u)),
    "tv": (lambda u: .5 * np.abs(u - 1), lambda v: .5 * np.tanh(v), lambda v: .5 * np.tanh(v), lambda u: 50 * np.sign(u - 1)),
    "jeffreys": (lambda u: (u - 1) * np.log(u), lambda v: v - em1(-v), lambda v: em1(v) + v, np.log),
}
ug = np.exp(np.linspace(-14, 8, 220001))
for n, (f, g, fsg, vstar) in FGAN.items():
    v = vstar(U)
    close((Q * g(v)).sum() - (P * fsg(v)).sum(), (P * f(U)).sum())       # the bound is tight at the optimal logits
    if n != "tv":
        close(fsg(v), [(ug * t - f(ug)).max() for t in g(v)], 1e-7)      # and f* is the supremum it should be
D = {n: (P * f(U)).sum() for n, (f, *_) in FGAN.items()}
M = (P + Q) / 2
JS = .5 * (Q * np.log(Q / M)).sum() + .5 * (P * np.log(P / M)).sum()
close(D["tv"], .5 * np.abs(Q - P).sum())
close(D["js2"], 2 * JS)
add("fgan.divergences", "f-divergences D_f(Q||P) = sum p f(q/p), Q data, P model", dict(Q=Q, P=P), dict(D=D, JS=JS, H2=D["hellinger2"] / 2))
add("fgan.activations", "link g(V) and f*(g(V)) at V = -3, -1.3, 0, 0.8", dict(V=grid_v),
    {n: dict(g=[g(v) for v in grid_v], fstar_g=[fsg(v) for v in grid_v]) for n, (_, g, fsg, _) in FGAN.items()})
add("fgan.losses", "means of the minimised losses for critic logits on real and fake samples", dict(real=real, fake=fake),
    {n: dict(critic=np.mean(fsg(fake)) - np.mean(g(real)), saturating=-np.mean(fsg(fake)), nonSaturating=-np.mean(g(fake)))
     for n, (_, g, fsg, _) in FGAN.items()})
add("gan.other", "hinge, least-squares and Wasserstein losses (without penalty) on the same logits", dict(real=real, fake=fake), dict(
    hinge=dict(critic=np.maximum(0, 1 - real).mean() + np.maximum(0, 1 + fake).mean(), generator=-fake.mean()),
    lsgan=dict(critic=.5 * ((real - 1) ** 2).mean() + .5 * (fake ** 2).mean(), generator=.5 * ((fake - 1) ** 2).mean()),
    wgan=dict(critic=fake.mean() - real.mean(), generator=-fake.mean())))
xs, ys, us = np.array([[.2, -.4], [1., .5]]), np.array([[-.6, .8], [.3, .1]]), np.array([.25, .75])
norms = np.linalg.norm(2 * (us[:, None] * xs + (1 - us[:, None]) * ys), axis=1)
add("gan.penalties", "critic V(x)=|x|^2: R1 (gamma 0.05) and gradient penalty (lambda 10) at u*real + (1-u)*fake, per example",
    dict(real=xs, fake=ys, u=us, gamma=.05, lambda_=10),
    dict(r1=.025 * (4 * xs ** 2).sum(1), gradNorm=norms, gp=10 * (norms - 1) ** 2))

# Variational diffusion models
w1, b1_, w2, b2, w3 = 1.5, -.2, np.array([.7, 1.3, 2.]), np.array([.1, -.4, .2]), np.array([.5, .25, 1.])
g0, g1 = -13.3, 5.0
raw = lambda t: w1 * t + b1_ + (w3 * sigmoid(w2 * (w1 * t + b1_) + b2)).sum()
span = (g1 - g0) / (raw(1.) - raw(0.))
gamma_net = lambda t: g0 + span * (raw(t) - raw(0.))
net_times = [0, .25, .5, 1]
slopes = [span * (gamma_net(t + 1e-5) - gamma_net(t - 1e-5)) / (2e-5 * span) for t in net_times]


def slope(t):
    s = sigmoid(w2 * (w1 * t + b1_) + b2)
    return span * w1 * (1 + (w3 * s * (1 - s) * w2).sum())


close([slope(t) for t in net_times], slopes, 1e-7)
add("vdm.gammaNet", "monotone network l1 + l3(sigmoid(l2(l1))) with effective weights, then boundary interpolation",
    dict(l1=dict(w=w1, b=b1_), l2=dict(w=w2, b=b2), l3=dict(w=w3), gamma0=g0, gamma1=g1, t=net_times),
    dict(gamma=[gamma_net(t) for t in net_times], gammaPrime=[slope(t) for t in net_times]))
gs, gt, ev, eh = -3., 1.5, -.4, -.1
a2s, s2s, a2t, s2t = (float(sigmoid(v)) for v in (-gs, gs, -gt, gt))
a_ts = math.sqrt(a2t / a2s)
s2_ts = s2t - a_ts ** 2 * s2s
zt = math.sqrt(a2t) * x0 + math.sqrt(s2t) * ev
varQ = s2_ts * s2s / s2t
mean_at = lambda eps: a_ts * s2s / s2t * zt + math.sqrt(a2s) * s2_ts / s2t * (zt - math.sqrt(s2t) * eps) / math.sqrt(a2t)
close(1 / varQ, 1 / s2s + a_ts ** 2 / s2_ts)
c = -math.expm1(gs - gt)
close(mean_at(eh), math.sqrt(a2s / a2t) * (zt - math.sqrt(s2t) * c * eh))
kl = (mean_at(ev) - mean_at(eh)) ** 2 / 2 / varQ
close(kl, .5 * math.expm1(gt - gs) * (ev - eh) ** 2)
add("vdm.step", "one transition from gamma 1.5 to -3: posterior, and KL to the step with eps hat",
    dict(gammaS=gs, gammaT=gt, x=x0, eps=ev, epsHat=eh),
    dict(zt=zt, alphaTS=a_ts, sigma2TS=s2_ts, c=c, varQ=varQ, muQ=mean_at(ev), muP=mean_at(eh), kl=kl))
add("sample.vdm", "the step of vdm.step with z = 0.5", dict(z=.5), dict(zs=mean_at(eh) + math.sqrt(varQ) * .5))
s2 = .25
gl = lambda t: g0 + (g1 - g0) * t
error = lambda g: math.exp(-g) * s2 / (1 + math.exp(-g) * s2)  # E|eps - E[eps|z]|^2 for x ~ N(0, s2)
L_T = {str(T): sum(.5 * math.expm1(gl((i + 1) / T) - gl(i / T)) * error(gl((i + 1) / T)) for i in range(T)) for T in (10, 100, 1000)}
L_inf = .5 * math.log((1 + math.exp(-g0) * s2) / (1 + math.exp(-g1) * s2))
mids = (np.arange(100000) + .5) / 100000
close(np.mean([.5 * (g1 - g0) * error(gl(t)) for t in mids]), L_inf, 1e-7)
assert L_T["10"] > L_T["100"] > L_T["1000"] > L_inf
add("vdm.gaussianData", "expected diffusion loss (nats/dim) of the exact denoiser, x ~ N(0,0.25), gamma linear -13.3..5",
    dict(s2=s2, gamma0=g0, gamma1=g1), dict(L_T=L_T, L_inf=L_inf))
levels = 2 * (np.arange(256) + .5) / 256 - 1
logits = -.5 * math.exp(8.) * (levels[200] + math.exp(-4.) * .7 - levels) ** 2
add("vdm.reconstruction", "log p(x=200 | z0), gamma0=-8, z0/alpha0 = value(200) + 0.7 exp(gamma0/2)",
    dict(levels=256, gamma0=-8., k=200, noise=.7), dict(logProb=logits[200] - np.logaddexp.reduce(logits)))

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
