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
QUAD = Schedule(np.linspace(math.sqrt(1e-4), math.sqrt(0.02), 1000) ** 2)


def cosine(T, s=0.008, cap=0.999):
    f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
    return Schedule(np.minimum(1 - f[1:] / f[:-1], cap))


add("sched.quadratic1000", "quadratic beta, T=1000; keys are t", dict(T=1000),
    dict(beta=at(QUAD.beta, ts), alphaBar=at(QUAD.ab, ts)), floor=1e-8)
add("sched.cosine1000", "cosine, s=0.008, beta <= 0.999, T=1000; keys are t", dict(T=1000, s=0.008, maxBeta=0.999),
    dict(beta=at(cosine(1000).beta, ts), alphaBar=at(cosine(1000).ab, ts)), floor=1e-8)
add("sched.cosine4", "cosine, T=4, full arrays", dict(T=4, s=0.008, maxBeta=0.999),
    dict(beta=cosine(4).beta, alphaBar=cosine(4).ab), floor=1e-8)
SIGMOID = Schedule(1 / (1 + np.exp(-np.linspace(-6, 6, 1000))) * (0.02 - 1e-4) + 1e-4)
add("sched.sigmoid1000", "sigmoid beta, T=1000; keys are t", dict(T=1000),
    dict(beta=at(SIGMOID.beta, ts), alphaBar=at(SIGMOID.ab, ts)), floor=1e-8)
roots = np.sqrt(LIN.ab)
zero_ab = ((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])) ** 2
add("sched.zeroTerminalSnr", "linear1000 rescaled to SNR 0 at T; keys are t", dict(T=1000),
    dict(beta=at(1 - zero_ab / np.append(1.0, zero_ab[:-1]), ts), alphaBar=at(zero_ab, ts)), floor=1e-8)
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
v = math.sqrt(LIN.ab[i]) * e - math.sqrt(LIN.one_m[i]) * x0
close(math.sqrt(LIN.ab[i]) * xt - math.sqrt(LIN.one_m[i]) * v, x0)
close(math.sqrt(LIN.one_m[i]) * xt + math.sqrt(LIN.ab[i]) * v, e)
add("param.conversions", "linear1000, t=500, from (x0, eps)", dict(t=500, x0=x0, eps=e), dict(xt=xt, muTilde=mu, v=v, score=-e / math.sqrt(LIN.one_m[i])))
add("param.learnedRange", "log variance = f log beta_t + (1-f) log betaTilde_t, f=(o+1)/2, linear1000", dict(t=500, o=-0.5),
    dict(logVar=0.25 * math.log(LIN.beta[i]) + 0.75 * LIN.log_beta_tilde_clipped[i]))
A, B = LIN.ab[499], LIN.ab[599]
a_ts = B / A
stride = dict(posteriorX0=math.sqrt(A) * (1 - a_ts) / (1 - B), posteriorXt=math.sqrt(a_ts) * (1 - A) / (1 - B),
              variance=(1 - a_ts) * (1 - A) / (1 - B))
close(1 / stride["variance"], 1 / (1 - A) + a_ts / (1 - a_ts))
add("fwd.posteriorStride", "q(x_s|x_t,x0) for s=500, t=600 in linear1000", dict(s=500, t=600), stride)

# Variational bound
tw = [2, 10, 100, 500, 1000]
large = LIN.beta / (2 * LIN.alpha * LIN.one_m)
tilde = LIN.beta[1:] ** 2 / (2 * LIN.beta_tilde[1:] * LIN.alpha[1:] * LIN.one_m[1:])
close(tilde, 0.5 * (LIN.snr[:-1] / LIN.snr[1:] - 1))
add("vlb.epsWeight", "weight of |eps-epsHat|^2 in L_{t-1}, linear1000; keys are t", dict(t=tw),
    dict(fixedLarge=at(large, [1] + tw), fixedSmall={str(t): tilde[t - 2] for t in tw}))


def kl_normal(m1, lv1, m2, lv2):
    return 0.5 * (-1 + lv2 - lv1 + np.exp(lv1 - lv2) + (m1 - m2) ** 2 * np.exp(-lv2))


zs = np.linspace(-14, 14, 400001)
p1 = np.exp(-(zs - 0.3) ** 2 / 2 / 0.5) / math.sqrt(2 * np.pi * 0.5)
p2 = np.exp(-(zs + 0.2) ** 2 / 2 / 1.7) / math.sqrt(2 * np.pi * 1.7)
kl = kl_normal(.3, math.log(.5), -.2, math.log(1.7))
close((p1 * np.log(p1 / p2)).sum() * (zs[1] - zs[0]), kl, 1e-8)
add("vlb.klNormal", "KL(N(0.3,0.5) || N(-0.2,1.7)) in nats", dict(mean1=.3, var1=.5, mean2=-.2, var2=1.7), dict(kl=kl))


def log_ndtr(q):
    return math.log(0.5 * math.erfc(-q / math.sqrt(2)))


def decoder(x, m, ls, levels=256):
    h, inv = 1 / (levels - 1), math.exp(-ls)
    lo = -math.inf if x < -1 + h else (x - h - m) * inv
    hi = math.inf if x > 1 - h else (x + h - m) * inv
    if lo > 0:
        lo, hi = -hi, -lo
    if lo == -math.inf:
        return log_ndtr(hi)
    top = 0.0 if hi == math.inf else log_ndtr(hi)
    return top + math.log1p(-math.exp(log_ndtr(lo) - top))


def decoder_parity(x, m, ls, levels=256):
    h, inv = 1 / (levels - 1), math.exp(-ls)
    cdf = lambda q: 0.5 * (1 + math.tanh(math.sqrt(2 / math.pi) * (q + 0.044715 * q ** 3)))
    lo = 0.0 if x < -1 + h else cdf((x - h - m) * inv)
    hi = 1.0 if x > 1 - h else cdf((x + h - m) * inv)
    return math.log(max(hi - lo, 1e-12))


close(sum(math.exp(decoder(2 * q / 255 - 1, 0.1, math.log(.05))) for q in range(256)), 1.0, 1e-12)
cases = [(-1.0, -0.98, math.log(.01)), (1 / 255, 0.02, math.log(.01)), (1.0, 0.9, math.log(.01)), (1 / 255, 0.0, -4.0)]
add("vlb.decoder", "discretised decoder log-probability (nats), rows (x0, mean, logSigma): exact, with differences of the CDF "
    "floored at 1e-12, and floored with the CDF through tanh", dict(levels=256, rows=cases),
    dict(logProb=[decoder(*c) for c in cases], logProbFloored=[max(decoder(*c), math.log(1e-12)) for c in cases],
         logProbParity=[decoder_parity(*c) for c in cases], sumOverLevels=1.0), tol32=1e-3)
pri = lambda m, a: float(0.5 * np.sum(m ** 2 + (-a - math.log1p(-a))))  # a = abar_T, so the variance is 1 - a
xv = np.array([-1.0, -0.2, 0.4, 0.9])
nats = pri(math.sqrt(LIN.ab[-1]) * xv, LIN.ab[-1])
add("vlb.prior", "L_T of linear1000, nats (sum) and bits/dim", dict(x0=xv), dict(nats=nats, bitsPerDim=nats / 4 / math.log(2)), floor=1e-6)
S4, x00 = Schedule([.1, .2, .3, .5]), 0.6  # a four-step chain with a linear epsilon model, every term by hand
noises = [0.2, -0.5, 1.0, 0.3]
terms = []
for t in range(2, 5):
    j = t - 1
    x_t = math.sqrt(S4.ab[j]) * x00 + math.sqrt(S4.one_m[j]) * noises[j]
    eps_hat = 0.5 * x_t + 0.1 * t
    model = (x_t - S4.beta[j] / math.sqrt(S4.one_m[j]) * eps_hat) / math.sqrt(S4.alpha[j])
    terms.append(float(kl_normal(S4.c1[j] * x00 + S4.c2[j] * x_t, math.log(S4.beta_tilde[j]), model, math.log(S4.beta[j]))))
    weight = S4.beta[j] / (2 * S4.alpha[j] * S4.one_m[j])
    close(terms[-1] - 0.5 * (math.log(S4.beta[j] / S4.beta_tilde[j]) - 1 + S4.beta_tilde[j] / S4.beta[j]),
          weight * (noises[j] - eps_hat) ** 2)
x_1 = math.sqrt(S4.ab[0]) * x00 + math.sqrt(S4.one_m[0]) * noises[0]
m_1 = (x_1 - S4.beta[0] / math.sqrt(S4.one_m[0]) * (0.5 * x_1 + 0.1)) / math.sqrt(S4.alpha[0])
add("vlb.chain4", "x0=0.6, epsHat(x,t)=0.5x+0.1t, sigma^2=beta_t, x_t drawn with the given noise at each t; gaussianNllX0 is "
    "-log p(x_0|x_1) as a density with sigma^2=beta_1", dict(beta=[.1, .2, .3, .5], x0=x00, noise=noises),
    dict(L_T=pri(math.sqrt(S4.ab[-1]) * np.array([x00]), S4.ab[-1]), L_1=terms[0], L_2=terms[1], L_3=terms[2],
         gaussianNllX0=0.5 * math.log(2 * np.pi * S4.beta[0]) + (x00 - m_1) ** 2 / 2 / S4.beta[0]))
add("bpd", "bits/dim of 3 nats over D=2, and the discretisation offsets", dict(nats=3.0, D=2),
    dict(bpd=3 / 2 / math.log(2), offset255=math.log2(127.5), offset256=7.0))

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
slopes = [(gamma_net(t + 1e-5) - gamma_net(t - 1e-5)) / 2e-5 for t in net_times]


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
add("vdm.gammaLinear", "gamma(t) = -13.3 + 18.3 t", dict(gamma0=g0, gamma1=g1, t=[0, .5, 1]),
    dict(gamma=[gl(t) for t in (0, .5, 1)], sigma2=[sigmoid(gl(t)) for t in (0, .5, 1)],
         alpha2=[sigmoid(-gl(t)) for t in (0, .5, 1)], snr=[math.exp(-gl(t)) for t in (0, .5, 1)]))
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


tau = np.floor(1 + np.arange(10) * 999 / 9 + 0.5).astype(int)
kept = LIN.ab[tau - 1]
add("sample.respace10", "tau_j = round(1+(j-1)(T-1)/(S-1)), S=10, T=1000, and the respaced betas", dict(T=1000, S=10),
    dict(tau=tau, beta=1 - kept / np.append(1.0, kept[:-1])), floor=1e-8)
modes = ["fixedLarge", "fixedSmall", "ddgan"]
add("sample.gaussianOracle", "variance of the samples for data N(0, s2) with the exact denoiser, or (ddgan) the exact implicit generator",
    dict(s2=0.25), {n: {m: sample_variance(S, 0.25, m) for m in modes} for n, S in (("vp4", VP4), ("vp100", VP100), ("linear1000", LIN))},
    tol32=1e-3)

# DDIM and guidance
A, B = LIN.ab[499], LIN.ab[599]
x0_hat = (x_t - math.sqrt(1 - B) * ep) / math.sqrt(B)
ddim = {}
for eta in (0.0, 0.5, 1.0):
    sg = eta * math.sqrt((1 - A) / (1 - B) * (1 - B / A))
    ddim[str(eta)] = dict(sigma=sg, xPrev=math.sqrt(A) * x0_hat + math.sqrt(1 - A - sg ** 2) * ep + sg * zz)
close(ddim["1.0"]["xPrev"] - ddim["1.0"]["sigma"] * zz,  # the strided posterior
      math.sqrt(A) * (1 - B / A) / (1 - B) * x0_hat + math.sqrt(B / A) * (1 - A) / (1 - B) * x_t)
add("sample.ddim", "DDIM step 600 -> 500 of linear1000, no clipping; keys are eta", dict(tFrom=600, tTo=500, xt=x_t, epsHat=ep, z=zz), ddim)
cond, uncond = np.array([.2, -1.]), np.array([.5, .3])
add("guidance.cfg", "classifier-free guidance with weights w", dict(w=[0, .3, 3], epsCond=cond, epsUncond=uncond),
    dict(eps=[(1 + w) * cond - w * uncond for w in (0, .3, 3)]))
centres = np.array([[0, 1.], [-math.sqrt(3) / 2, -.5], [math.sqrt(3) / 2, -.5]])
line = np.linspace(-5, 5, 401)
points = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
exponents = -((points[:, None] - centres[None]) ** 2).sum(-1) / 2 / .25
posterior0 = 1 / np.exp(exponents - exponents[:, :1]).sum(1)
guided = {}
for w in (0, 1, 3, 10):
    density = np.exp(exponents[:, 0]) / (2 * np.pi * .25) * posterior0 ** w
    guided[str(w)] = dict(Z=density.sum() * (line[1] - line[0]) ** 2, meanY=(density * points[:, 1]).sum() / density.sum())
add("guidance.mixture3", "three Gaussians (unit circle at 90, 210, 330 degrees, std 0.5, equal weights): normaliser and mean y of "
    "p(x|c0) p(c0|x)^w; keys are w", dict(std=.5), guided)

# Metrics
P = np.array([[.7, .2, .1], [.1, .8, .1], [.2, .2, .6]])
add("metric.is", "inception score of three class posteriors, one split", dict(p=P),
    dict(IS=math.exp((P * np.log(P / P.mean(0))).sum(1).mean())))


def precision_recall(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))

    def radii(a):
        return np.sort(distances(a, a), 1)[:, k]

    between = distances(fake, real)
    return dict(precision=(between <= radii(real)[None]).any(1).mean(), recall=(between <= radii(fake)[:, None]).any(0).mean())


real_points = np.array([[0., 0], [1, 0], [0, 1], [1, 1], [2, 2]])
fake_points = np.array([[.1, .1], [.9, .2], [2.8, 2.9], [5, 5]])
add("metric.precisionRecall", "improved precision and recall; keys are k", dict(real=real_points, fake=fake_points),
    {str(k): precision_recall(real_points, fake_points, k) for k in (1, 2)})
counts = np.array([5, 0, 3, 2])
share = counts[counts > 0] / counts.sum()
add("metric.modes", "modes found and divergence from uniform of label counts over 4 modes; its bias for 26 000 samples of 1000",
    dict(counts=counts), dict(modes=int((counts > 0).sum()), kl=(share * np.log(share * 4)).sum(), plugInBiasStackedMnist26000=999 / 52000))
add("metric.gaussians25", "share of exact samples within 3 standard deviations of their mode in the plane", {},
    dict(highQuality=1 - math.exp(-4.5)))

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
