import { choice, number } from '../page/field-makers.ts';
import type { Field, Settings } from '../page/fields.ts';
import { lossNames } from '../page/loss-names.ts';

const rate = [0.00001, 0.01, 0.00001] as const;

/** What can be chosen for a denoising diffusion GAN of clothes. */
export const clothesFields = {
  cseed: number('Seed', 0, [0, 4294967295, 1], 'all randomness is a function of key(seed)', 'ops.key'),
  T: number('Steps T', 4, [1, 8, 1], 'q(x_t | x_t−1) = N(√(1−β_t) x_t−1, β_t I), t = 1…T', 'samplers.ddganSampler'),
  schedule: choice(
    'Schedule',
    { cosine: 'Cosine', vp: 'Variance preserving' },
    'ᾱ_t = Π_s≤t (1 − β_s)',
    'schedule.makeSchedule',
  ),
  loss: choice(
    'Loss',
    lossNames,
    'max_V E_q[g(V)] − E_p[f*(g(V))] = D_f(q ‖ p), of x_t−1 given x_t',
    'fgan-losses.adversarialLoss',
  ),
  rateG: number('Rate of the generator', 0.001, rate, 'θ ← θ − η_k m̂/(√v̂ + ε), η_k on half a cosine', 'training.adam'),
  rateD: number('Rate of the critic', 0.0005, rate, 'φ ← φ − η_k m̂/(√v̂ + ε)', 'training.adam'),
  r1: number('R1, γ', 0.2, [0, 5, 0.05], 'γ/2 E_q ‖∇V(x_t−1, x_t, t)‖^2, each tenth step', 'fgan-losses.r1Penalty'),
  error: number('Weight of the error', 1, [0, 10, 0.1], 'L_G + w E ‖x_0 − G(x_t, z, t)‖^2', 'training.trainDdgan'),
  batch: number('Batch', 16, [4, 64, 4], 'E ≈ mean over the batch', 'data.batches'),
  width: number('Channels of the networks', 8, [4, 32, 4], 'times 1, 2, 2 at 28, 14, 7 pixels', 'unet.ddganGenerator'),
  steps: number(
    'Length of the run',
    2000,
    [10, 20000, 10],
    'η_k = η_end + ½(η_0 − η_end)(1 + cos πk/K)',
    'training.cosineDecay',
  ),
  fidEvery: number(
    'FID every … steps',
    200,
    [10, 2000, 10],
    '‖μ_q − μ_p ‖^2 + tr(Σ_q + Σ_p − 2(Σ_q Σ_p)^½), of features of clothes',
    'fid.frechetDistance',
  ),
  fidOf: number('FID of … pictures', 300, [50, 2000, 50], 'few pictures make it too large', 'fid.fashionReference'),
} as const satisfies Record<string, Field>;

/** The settings of a training on clothes. */
export type ClothesSettings = Settings<typeof clothesFields>;
