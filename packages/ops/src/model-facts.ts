/** What a network says of itself to those who call it. */
export interface ModelFacts {
  /** What messages call it. */
  name?: string;
  /** How many labels it takes as its last input: 0 to `labels − 1`. */
  labels?: number;
}

const known = /* @__PURE__ */ new WeakMap<object, ModelFacts>();

/**
 * Notes facts about a network, a LayersModel or a function, for {@link modelFacts}; the factories of `@diffgan/unet` do it. A network
 * that wraps another one passes on what is known of that.
 *
 * @returns the model itself
 *
 * @example
 * ```ts
 * import { describeModel, modelFacts } from '@diffgan/ops';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * const model = describeModel((xt: tf.Tensor) => tf.zerosLike(xt), { name: 'zero', labels: 10 });
 * modelFacts(model).labels; // 10
 * ```
 */
export function describeModel<M extends object>(model: M, facts: ModelFacts): M {
  known.set(model, { ...modelFacts(model), ...facts });
  return model;
}

/**
 * What {@link describeModel} noted of a network; nothing of others.
 *
 * @example
 * ```ts
 * modelFacts((x: tf.Tensor) => x); // {}
 * ```
 */
export function modelFacts(model: object): ModelFacts {
  return known.get(model) ?? {};
}
