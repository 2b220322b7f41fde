import type { Field } from '../page/fields.ts';

const run = { on: 'runs', off: 'does not' } as const;

/** What can be chosen for pictures. */
export const pictureFields = {
  pseed: {
    kind: 'number',
    ...{ label: 'Seed', min: 0, max: 4294967295, step: 1, initial: 7 },
    formula: 'sample i is of foldIn(key(seed), i), here as of diffgan sample',
    api: 'ops.foldIn',
  },
  count: {
    kind: 'number',
    ...{ label: 'Pictures', min: 1, max: 64, step: 1, initial: 16 },
    formula: 'drawn side by side in one batch',
    api: 'hub.loadPipeline',
  },
  ddgan: {
    kind: 'choice',
    ...{ label: 'DDGAN, T = 4', options: run, initial: 'on' },
    formula: 'x̂_0 = G(x_t, z, t), x_t−1 ~ q(x_t−1 | x_t, x̂_0)',
    api: 'samplers.ddganSampler',
  },
  ddim: {
    kind: 'choice',
    ...{ label: 'DDIM, 50 steps', options: run, initial: 'off' },
    formula: 'x_s = √ᾱ_s x̂_0 + √(1−ᾱ_s) ε_θ(x_t, t)',
    api: 'samplers.ddimSampler',
  },
  ddpm: {
    kind: 'choice',
    ...{ label: 'DDPM, 1000 steps', options: run, initial: 'off' },
    formula: 'x_t−1 = 1/√α_t (x_t − β_t/√(1−ᾱ_t) ε_θ(x_t, t)) + σ_t z',
    api: 'samplers.ddpmSampler',
  },
} as const satisfies Record<string, Field>;
