import { type Model, nextTask } from '@diffgan/ops';
import * as tf from '@tensorflow/tfjs-core';
import {
  drawLatent,
  drawNoise,
  initialState,
  knownAt,
  type Ladder,
  type ReverseStep,
  timesOf,
} from './reverse-chain.ts';
import type { SamplerOptions, SamplerStep } from './sampler-options.ts';

/** A compiled function of tensors; where `runAsync` exists it leaves the thread free. */
export interface CompiledFunction {
  (...inputs: tf.Tensor[]): tf.Tensor;
  runAsync?: (...inputs: tf.Tensor[]) => Promise<tf.Tensor>;
}

/** Makes one graph of a function of tensors: `compile` of `@diffgan/runtime`. */
export type Compile = (compute: (...inputs: tf.Tensor[]) => tf.Tensor) => CompiledFunction;

/** What identifies a compiled chain, besides the model. */
interface Chain {
  compile: Compile;
  ladder: Ladder;
  latentDim: number;
  span: string;
  run: CompiledFunction;
}

/** Chains live as long as their model: the second batch must not pay for the graph again. */
const chains = /* @__PURE__ */ new WeakMap<object, Chain[]>();

/**
 * The chain of a model with a latent as one compiled function of x_T and everything random: all network calls in one run, the same
 * draws and the same samples as step by step. The events come when all steps are done.
 */
export async function* compiledChain(
  { model, ladder, latentDim, step }: { model: Model; ladder: Ladder; latentDim: number; step: ReverseStep },
  options: SamplerOptions & { compile: Compile },
): AsyncGenerator<SamplerStep, tf.Tensor> {
  const { compile, cond, signal } = options;
  const times = timesOf(ladder, options);
  const draws: tf.Tensor[] = [];
  let result: tf.Tensor | undefined;
  try {
    const xT = initialState(options);
    draws.push(xT);
    for (const t of times) draws.push(drawLatent(options, t, [xT.shape[0], latentDim]));
    for (const t of times.filter(noisy)) draws.push(drawNoise(options, t, xT.shape));
    await nextTask();
    signal?.throwIfAborted();
    const run = chainOf(model, { compile, ladder, latentDim, span: `${times[0]}…${times.at(-1)}` }, () =>
      compile(wholeChain(ladder, times, step)),
    );
    const inputs = cond ? [...draws, cond] : draws;
    result = await (run.runAsync?.(...inputs) ?? run(...inputs));
    for (const [index, t] of times.entries()) yield { type: 'step', t, index, total: times.length };
    const x0 = result;
    result = undefined; // handed over
    return x0;
  } finally {
    tf.dispose([draws, result ?? []]);
  }
}

/** The last step adds no noise. */
const noisy = (t: number): boolean => t > 1;

/** x_T, the latents, the noises and perhaps a condition → the last state. */
function wholeChain(ladder: Ladder, times: readonly number[], step: ReverseStep) {
  return (xT: tf.Tensor, ...rest: tf.Tensor[]): tf.Tensor => {
    const cond = rest.at(times.length + times.filter(noisy).length);
    return times.reduce((xt, t, i) => {
      const known = knownAt(ladder, t, xt.shape[0], cond);
      return step({ xt, t, ...known, latent: () => rest[i], noise: () => rest[times.length + i] }).xPrev;
    }, xT);
  };
}

function chainOf(model: Model, wanted: Omit<Chain, 'run'>, make: () => CompiledFunction): CompiledFunction {
  const known = chains.get(model) ?? [];
  const same = (chain: Chain) => Object.entries(wanted).every(([name, value]) => chain[name as keyof Chain] === value);
  const found = known.find(same);
  if (found) return found.run;
  const run = make();
  chains.set(model, [...known, { ...wanted, run }]);
  return run;
}
