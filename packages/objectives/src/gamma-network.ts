import * as tf from '@tensorflow/tfjs-core';
import { type Key, key as newKey, normalArray, sigmoid, softplus, split, uniformArray } from '@diffgan/ops';

/** A continuous-time noise schedule γ(t) = −log SNR on tensors, increasing on [0, 1]. */
export interface Gamma {
  /** γ(t) for times `[B]` in [0, 1]; the caller disposes it. */
  readonly at: (t: tf.Tensor1D) => tf.Tensor1D;
  /** γ'(t) for times `[B]` in [0, 1]; the caller disposes it. */
  readonly slope: (t: tf.Tensor1D) => tf.Tensor1D;
}

/** Options of {@link gammaNetwork}. */
export interface GammaNetworkOptions {
  /**
   * `'monotone'` learns the shape of γ, `'linear'` is a straight line between the end points.
   * @defaultValue `'monotone'`
   */
  kind?: 'linear' | 'monotone';
  /**
   * γ(0) at the start: −log SNR of the data end.
   * @defaultValue `-13.3`
   */
  gamma0?: number;
  /**
   * γ(1) at the start, above `gamma0`: −log SNR of the noise end.
   * @defaultValue `5`
   */
  gamma1?: number;
  /**
   * Whether the end points are learned, as γ(0) and the absolute value of γ(1) − γ(0).
   * @defaultValue `true`
   */
  learnEndPoints?: boolean;
  /**
   * Width of the monotone network.
   * @defaultValue `1024`
   */
  hidden?: number;
  /**
   * What makes the weights of the monotone network positive.
   * @defaultValue `'softplus'`
   */
  positive?: 'softplus' | 'abs';
  /**
   * Key of the initial weights.
   * @defaultValue `key(0)`
   */
  key?: Key;
}

/** A {@link Gamma} with variables. */
export interface GammaNetwork extends Gamma {
  /** What moves the end points, γ(0) and the signed span; they are trained by the bound. Empty if fixed. */
  readonly endPoints: tf.Variable[];
  /** What moves γ in between: w1, b1, w2, b2, w3 of the network, before they are made positive. Empty if linear. */
  readonly interior: tf.Variable[];
  /** All of them. */
  readonly variables: tf.Variable[];
  /** The present schedule as a function of numbers in float64, for samplers. */
  toFunction(): Promise<(t: number) => number>;
  /** Frees the variables. */
  dispose(): void;
}

/**
 * A noise schedule with variables to learn: γ(t) = (1 − r) γ_0 + r γ_1 with r = (γ̃(t) − γ̃(0)) / (γ̃(1) − γ̃(0)), where
 * γ̃(t) = l + Σ_k w3_k σ(w2_k l + b2_k), l = w1 t + b1, has positive weights and so increases. The end points are exact whatever
 * the network. `kind: 'linear'` has r = t.
 *
 * Train the end points by the bound and the interior by the variance of its estimate: see {@link gammaGradients}.
 *
 * @returns γ and γ', differentiable once by the variables, which belong to the caller: end with `dispose()`
 * @throws RangeError unless gamma0 < gamma1 are finite, `hidden` is a whole number ≥ 1, and `kind` and `positive` are known
 *
 * Source: Kingma, Salimans, Poole, Ho 2021 (arXiv:2107.00630), appendix. The released code does not interpolate; the initial
 * weights, a nearly straight line, are ours.
 *
 * @example
 * ```ts
 * import { gammaNetwork } from '@diffgan/objectives';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const gamma = gammaNetwork({ learnEndPoints: false });
 * gamma.at(tf.tensor1d([0, 1])); // [−13.3, 5]
 * gamma.dispose();
 * ```
 */
export function gammaNetwork(options: GammaNetworkOptions = {}): GammaNetwork {
  const { kind = 'monotone', gamma0 = -13.3, gamma1 = 5, learnEndPoints = true, positive = 'softplus' } = options;
  checkOptions({ ...options, kind, gamma0, gamma1, positive });
  const endPoints = learnEndPoints ? variables([[gamma0], [gamma1 - gamma0]], [[], []]) : [];
  const interior = kind === 'monotone' ? initialInterior(options) : [];
  const ends = (): [tf.Tensor, tf.Tensor] => {
    if (!learnEndPoints) return [tf.scalar(gamma0), tf.scalar(gamma1)];
    const [start, span] = endPoints;
    return [start, tf.add(start, tf.abs(span))];
  };
  const network = () => monotone(interior, positive === 'softplus' ? softplus : tf.abs);
  return {
    endPoints,
    interior,
    variables: [...endPoints, ...interior],
    at: (t) =>
      tf.tidy(() => {
        const [low, high] = ends();
        const r = kind === 'linear' ? t : network().share(t);
        return tf.add(tf.mul(tf.sub(1, r), low), tf.mul(r, high)); // exact at r = 0 and 1
      }),
    slope: (t) =>
      tf.tidy(() => {
        const [low, high] = ends();
        const r = kind === 'linear' ? tf.onesLike(t) : network().slope(t);
        return tf.mul(r, tf.sub(high, low));
      }),
    async toFunction() {
      const [start, span] = await Promise.all(endPoints.map(async (v) => (await v.data())[0]));
      const [low, high] = learnEndPoints ? [start, start + Math.abs(span)] : [gamma0, gamma1];
      const share = kind === 'linear' ? (t: number) => t : await hostShare(interior, positive);
      return (t) => (1 - share(t)) * low + share(t) * high;
    },
    dispose: () => tf.dispose([endPoints, interior]),
  };
}

function checkOptions({ kind, gamma0 = 0, gamma1 = 0, positive, hidden = 1 }: GammaNetworkOptions): void {
  const fail = (what: string) => {
    throw new RangeError(`gammaNetwork: ${what}`);
  };
  if (kind !== 'linear' && kind !== 'monotone') fail(`kind is '${String(kind)}'; use 'linear' or 'monotone'`);
  if (positive !== 'softplus' && positive !== 'abs') fail(`positive is '${String(positive)}'; use 'softplus' or 'abs'`);
  if (!(gamma0 < gamma1 && Number.isFinite(gamma1 - gamma0)))
    fail(`gamma0 is ${gamma0} and gamma1 is ${gamma1}; gamma0 < gamma1 must hold`);
  if (!Number.isInteger(hidden) || hidden < 1) fail(`hidden is ${hidden}; give a whole number ≥ 1`);
}

const variables = (values: ArrayLike<number>[], shapes: number[][]): tf.Variable[] =>
  tf.tidy(() => values.map((v, i) => tf.variable(tf.tensor(Float32Array.from(v), shapes[i]))));

/** l = t, and steps of all steepnesses centred everywhere in [0, 1], together a tenth of the whole. */
function initialInterior(options: GammaNetworkOptions): tf.Variable[] {
  const { hidden = 1024, positive = 'softplus', key = newKey(0) } = options;
  const [keyOfSteepness, keyOfCentres] = split(key);
  const w2 = Array.from(normalArray(keyOfSteepness, hidden), (x) => 10 * Math.exp(x / 2));
  const b2 = Array.from(uniformArray(keyOfCentres, hidden), (centre, k) => -w2[k] * centre);
  const raw = (x: number) => (positive === 'softplus' ? x + Math.log(-Math.expm1(-x)) : x);
  const w3 = new Array<number>(hidden).fill(raw(0.1 / hidden));
  return variables([[raw(1)], [0], w2.map(raw), b2, w3], [[], [], [hidden], [hidden], [hidden]]);
}

/** r(t) and r'(t) of the monotone network. */
function monotone([rawW1, b1, rawW2, b2, rawW3]: tf.Variable[], positive: (x: tf.Tensor) => tf.Tensor) {
  const [w1, w2, w3] = [rawW1, rawW2, rawW3].map(positive);
  const line = (t: tf.Tensor1D) => tf.add<tf.Tensor1D>(tf.mul(w1, t), b1);
  const steps = (t: tf.Tensor1D) => sigmoid(tf.add(tf.mul(tf.expandDims(line(t), 1), w2), b2)); // [B, hidden]
  const raw = (t: tf.Tensor1D) => tf.add<tf.Tensor1D>(line(t), tf.sum(tf.mul(steps(t), w3), 1));
  /** γ̃(t), γ̃(0) and γ̃(1) in one batch, so that equal times give equal bits. */
  const withEnds = (t: tf.Tensor1D) => tf.split(raw(tf.concat([t, tf.tensor1d([0, 1])])), [t.size, 1, 1]);
  return {
    share(t: tf.Tensor1D): tf.Tensor1D {
      const [at, atZero, atOne] = withEnds(t);
      return tf.div(tf.sub(at, atZero), tf.sub(atOne, atZero));
    },
    slope(t: tf.Tensor1D): tf.Tensor1D {
      const [, atZero, atOne] = withEnds(t);
      const s = steps(t);
      const bend = tf.sum(tf.mul(tf.mul(s, tf.sub(1, s)), tf.mul(w2, w3)), 1);
      return tf.div(tf.mul(w1, tf.add(1, bend)), tf.sub(atOne, atZero));
    },
  };
}

/** r(t) in float64 from the present values of the variables. */
async function hostShare(interior: tf.Variable[], positive: 'softplus' | 'abs'): Promise<(t: number) => number> {
  const [rawW1, b1, rawW2, b2, rawW3] = await Promise.all(interior.map(async (v) => Array.from(await v.data())));
  const softplusOf = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const [w1, w2, w3] = [rawW1, rawW2, rawW3].map((w) => w.map(positive === 'softplus' ? softplusOf : Math.abs));
  const raw = (t: number) => {
    const l = w1[0] * t + b1[0];
    return w3.reduce((sum, w, k) => sum + w / (1 + Math.exp(-w2[k] * l - b2[k])), l);
  };
  const [atZero, atOne] = [raw(0), raw(1)];
  return (t) => (raw(t) - atZero) / (atOne - atZero);
}
