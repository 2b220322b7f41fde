import { studentDivergences } from './b01-distillation.ts';
import { autoguidanceNames } from './b03-autoguidance.ts';
import { type Claim, notRun } from './claim.ts';
import { listed } from './markdown.ts';
import type { Results } from './results.ts';
import { compare, formatSpread, type Spread } from './spread.ts';
import { guidanceSweep, guidanceWeights } from './x17-guidance.ts';

const ddpmPaper = 'Ho, Jain, Abbeel 2020';
const ddganPaper = 'Xiao, Kreis, Vahdat 2022';
const guidancePaper = 'Ho, Salimans 2022';

const severalModes: Claim = {
  claim: 'A reverse step is close to a normal distribution only if it is small; large ones have several modes',
  paper: ddganPaper,
  experiments: ['X5'],
  judge(resultsOf) {
    const reverse = resultsOf('X5')?.first('bumps', 'two')?.values.reverse;
    if (!reverse) return notRun('X5');
    const [few, many] = [4, 1000].map((steps) => reverse.find((one) => one.steps === steps));
    if (!few || !many) return notRun('X5');
    const told = [few, many].map(
      ({ steps, divergence, multimodal }) =>
        `${divergence.toPrecision(2)} nats from the nearest normal distribution, with two modes for ${(100 * multimodal).toFixed(0)} % of the x_t, at T = ${steps}`,
    );
    const holds = few.multimodal > 0.5 && many.multimodal === 0 && many.divergence < few.divergence / 100;
    return { verdict: holds ? 'holds' : 'does not hold', because: `The least normal step: ${listed(told)}.` };
  },
};

const simpleAgainstBound: Claim = {
  claim: 'L_simple gives better samples than the bound L, which gives shorter codes',
  paper: ddpmPaper,
  experiments: ['X6'],
  judge(resultsOf) {
    const results = resultsOf('X6');
    const [simple, bound] = ['eps-simple', 'eps-vlb'].map((name) => ({
      fid: results?.fid(name),
      bits: results?.spread('bits', `${name}-test`, ({ total }) => total.mean, ({ total }) => total.standardError), // prettier-ignore
    }));
    if (!simple.fid || !bound.fid || !simple.bits || !bound.bits) return notRun('X6');
    const [samples, codes] = [compare(simple.fid, bound.fid), compare(bound.bits, simple.bits)];
    const because = `FID ${formatSpread(simple.fid)} by L_simple, ${formatSpread(bound.fid)} by L; bits per dimension of the test images ${formatSpread(simple.bits, 3)} and ${formatSpread(bound.bits, 3)}.`;
    if (!samples.clear || !codes.clear) return { verdict: 'not shown', because };
    return { verdict: samples.difference > 0 && codes.difference > 0 ? 'holds' : 'does not hold', because };
  },
};

const guidedApart: Claim = {
  claim: 'Guidance moves a class away from what it shares with the others',
  paper: guidancePaper,
  experiments: ['X17'],
  judge(resultsOf) {
    const results = resultsOf('X17');
    const ways = (['itself', 'classifier'] as const).map((by) =>
      guidanceWeights.flatMap((w) => results?.spread('guided', `${by}-${w}`, ({ own }) => own) ?? []),
    );
    if (ways.some((way) => way.length < guidanceWeights.length)) return notRun('X17');
    const rises = ways.every((way) => way.every(({ mean }, i) => i === 0 || mean > way[i - 1].mean));
    const told = ways.map((way) => listed(way.map(({ mean }) => `${(100 * mean).toFixed(1)} %`)));
    const because = `Points that lie nearest to their own class, for w = ${listed(guidanceWeights.map(String))}: ${told[0]} without a classifier, ${told[1]} by one.`;
    return { verdict: rises ? 'holds' : 'does not hold', because };
  },
};

const guidedTradeOff: Claim = {
  claim: 'A little guidance gives the best FID, much of it the best Inception Score',
  paper: guidancePaper,
  experiments: ['X18'],
  judge(resultsOf) {
    const results = resultsOf('X18');
    const found = guidanceSweep.flatMap((w) => {
      const fid = results?.fid(`w-${w}`);
      const is = results?.spread('scores', `w-${w}`, (values) => values.is, (values) => values.isDeviation); // prettier-ignore
      return fid && is ? [{ w, fid, is }] : [];
    });
    if (found.length < guidanceSweep.length) return notRun('X18');
    const lowest = found.reduce((best, one) => (one.fid.mean < best.fid.mean ? one : best));
    const highest = found.reduce((best, one) => (one.is.mean > best.is.mean ? one : best));
    const because = `FID is lowest, ${formatSpread(lowest.fid)}, at w = ${lowest.w}; the Inception Score is highest, ${formatSpread(highest.is, 2)}, at w = ${highest.w}.`;
    const holds = lowest.w > 0 && lowest.w <= 0.5 && highest.w >= 2;
    if (holds && !compare(lowest.fid, found[0].fid).clear) return { verdict: 'not shown', because };
    return { verdict: holds ? 'holds' : 'does not hold', because };
  },
};

const allGaussians: Claim = {
  claim: 'A denoising diffusion GAN finds all 25 Gaussians where a plain GAN loses some',
  paper: ddganPaper,
  experiments: ['X24'],
  judge(resultsOf) {
    const [ddgan, plain] = ['ddgan-gan', 'plain-gan'].map((name) => resultsOf('X24')?.first('modes', name)?.values);
    if (!ddgan || !plain) return notRun('X24');
    const share = (x: number) => `${(100 * x).toFixed(1)} %`;
    const because = `The DDGAN finds ${ddgan.modes} of ${ddgan.of}, ${share(ddgan.highQuality)} of its points are near one; the plain GAN ${plain.modes}, ${share(plain.highQuality)}.`;
    return { verdict: ddgan.modes === ddgan.of && plain.modes < plain.of ? 'holds' : 'does not hold', because };
  },
};

const allStacked: Claim = {
  claim: 'On stacked images a denoising diffusion GAN finds all 1000 modes',
  paper: ddganPaper,
  experiments: ['X23'],
  judge(resultsOf) {
    const modesOf = (name: string): Spread | undefined =>
      resultsOf('X23')?.spread('stacked', name, ({ modes }) => modes);
    const [ddgan, plain] = [modesOf('ddgan'), modesOf('plain')];
    if (!ddgan || !plain) return notRun('X23');
    const because = `Of 1000 modes it finds ${formatSpread(ddgan)}, the plain GAN ${formatSpread(plain)}.`;
    return { verdict: ddgan.mean === 1000 ? 'holds' : 'does not hold', because };
  },
};

/** What the paper leaves out of its model, each to the model's harm. */
const leftOut = ['gan-1', 'one-shot-aug', 'direct-denoising', 'noise-generation', 'no-latent'];

const allParts: Claim = {
  claim: 'One step, no latent, a critic of x̂0, a generator of noise or augmentation instead of steps: each is worse',
  paper: ddganPaper,
  experiments: ['X22'],
  judge(resultsOf) {
    const results: Results | undefined = resultsOf('X22');
    const whole = results?.fid('gan-4');
    const without = leftOut.flatMap((name) => {
      const fid = results?.fid(name);
      return fid ? [{ name, fid }] : [];
    });
    if (!whole || without.length < leftOut.length) return notRun('X22');
    const told = without.map(({ name, fid }) => `\`${name}\` ${formatSpread(fid)}`);
    const because = `FID ${formatSpread(whole)} of the model, T = 4; ${listed(told)}.`;
    const compared = without.map(({ fid }) => compare(whole, fid));
    if (compared.some(({ difference, clear }) => clear && difference < 0)) return { verdict: 'does not hold', because };
    return { verdict: compared.every(({ clear }) => clear) ? 'holds' : 'not shown', because };
  },
};

const seeksAndCovers: Claim = {
  claim: 'Of the divergences that a student is taught by, reverse KL seeks modes and forward KL covers them',
  paper: 'Xu, Nie, Vahdat 2025 (f-distill)',
  experiments: ['B1'],
  judge(resultsOf) {
    const found = studentDivergences.flatMap((name) => {
      const kl = resultsOf('B1')?.spread('modes', `student-${name}`, (values) => values.kl);
      return kl ? [{ name, kl }] : [];
    });
    if (found.length < studentDivergences.length) return notRun('B1');
    const order = found.sort((a, b) => b.kl.mean - a.kl.mean);
    const told = order.map(({ name, kl }) => `\`${name}\` ${formatSpread(kl, 3)}`);
    const because = `How far the shares of 25 Gaussians are from equal ones, in nats: ${listed(told)}.`;
    const holds = order[0].name === 'rkl' && order[order.length - 1].name === 'kl';
    return { verdict: holds ? 'holds' : 'does not hold', because };
  },
};

const worseMakesBetter: Claim = {
  claim: 'A denoiser that is led away from a worse version of itself draws better (autoguidance)',
  paper: 'Karras et al. 2024',
  experiments: ['B3'],
  judge(resultsOf) {
    const results = resultsOf('B3');
    const alone = results?.fid('alone');
    const led = autoguidanceNames.flatMap((name) => {
      const fid = results?.fid(name);
      return fid ? [{ name, fid }] : [];
    });
    if (!alone || led.length === 0) return notRun('B3');
    const told = led.map(({ name, fid }) => `\`${name}\` ${formatSpread(fid)}`);
    const because = `FID ${formatSpread(alone)} alone; by the worse version and s: ${listed(told)}.`;
    const lower = led.filter(({ fid }) => compare(alone, fid).clear && fid.mean < alone.mean);
    return { verdict: lower.length > 0 ? 'holds' : 'does not hold', because };
  },
};

/** Claims of the papers on DDPM, guidance, denoising diffusion GANs and students, one by one. */
export const claimsOfModels: readonly Claim[] = [
  severalModes,
  simpleAgainstBound,
  guidedApart,
  guidedTradeOff,
  allGaussians,
  allStacked,
  allParts,
  seeksAndCovers,
  worseMakesBetter,
];
