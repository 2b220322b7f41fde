import * as tf from '@tensorflow/tfjs-core';
import { type Model, nextTask } from '@diffgan/ops';
import { checkFit } from './check-fit.ts';
import { checkLabels } from './check-labels.ts';
import {
  asked,
  type ChainOptions,
  drawLatent,
  drawNoise,
  initialState,
  knownAt,
  type Ladder,
  type ReverseStep,
  timesOf,
  type Walk,
} from './reverse-chain.ts';
import type { SamplerStep } from './sampler-options.ts';
import { checkNotes, note, noted, resultPlace } from './watch.ts';

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
export async function* compiledChain<Samples extends tf.Tensor>(
  { latentDim, step, ...walk }: Walk & { latentDim: number; step: ReverseStep },
  options: ChainOptions<Samples> & { compile: Compile },
): AsyncGenerator<SamplerStep<Samples>, Samples> {
  const { model, ladder, caller } = walk;
  const { compile, cond, signal } = options;
  const times = timesOf(ladder, options);
  const held: tf.Tensor[] = [];
  try {
    await checkLabels(caller, model, cond);
    checkFit(walk, options);
    const xT = initialState(options);
    held.push(xT);
    for (const t of times) held.push(drawLatent(options, t, [xT.shape[0], latentDim]));
    for (const t of times.filter(noisy)) held.push(drawNoise(options, t, xT.shape));
    await nextTask();
    signal?.throwIfAborted();
    const run = chainOf(model, { compile, ladder, latentDim, span: `${times[0]}…${times.at(-1)}` }, () =>
      compile(wholeChain(walk, times, step)),
    );
    const inputs = cond ? [...held, cond] : [...held];
    const computed = await (run.runAsync?.(...inputs) ?? run(...inputs));
    held.push(computed);
    const [x0, notes] = tf.tidy(() => tf.split(computed, [xT.size, 1]));
    held.push(x0, notes);
    checkNotes(caller, model, (await notes.data())[0], times);
    for (const [index, t] of times.entries()) {
      signal?.throwIfAborted();
      yield { type: 'step', t, index, total: times.length };
    }
    signal?.throwIfAborted();
    return tf.reshape(x0, xT.shape) as Samples;
  } finally {
    tf.dispose(held);
  }
}

/** The last step adds no noise. */
const noisy = (t: number): boolean => t > 1;

/** x_T, the latents, the noises and perhaps a condition → the last state, flat, and the notes of {@link note}. */
function wholeChain({ model, ladder }: Walk, times: readonly number[], step: ReverseStep) {
  return (xT: tf.Tensor, ...rest: tf.Tensor[]): tf.Tensor => {
    const cond = rest.at(times.length + times.filter(noisy).length);
    let notes = noted(xT, times.length);
    let xt = xT;
    for (const [i, t] of times.entries()) {
      const outputs: tf.Tensor[] = [];
      const known = { ...knownAt(ladder, t, xt.shape[0], cond), ask: asked(model, outputs) };
      xt = step({ xt, t, ...known, latent: () => rest[i], noise: () => rest[times.length + i] }).xPrev;
      notes = note(notes, outputs, times.length - i);
    }
    return tf.concat([tf.reshape(xt, [-1]), tf.reshape(note(notes, [xt], resultPlace), [1])]);
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
