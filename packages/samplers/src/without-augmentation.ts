import * as tf from '@tensorflow/tfjs-core';
import { callModel, describeModel, type LayersModelLike, modelFacts } from '@diffgan/ops';

/** A LayersModel, as far as its inputs are concerned. */
export interface ModelWithInputs extends LayersModelLike {
  readonly inputs: readonly { readonly shape: readonly (number | null)[] }[];
}

/**
 * A model that is told how images were moved, such as one trained with `augment` of `@diffgan/training`, told that they were not: its
 * last input is always zeros. So it draws images as they are in the data.
 *
 * @param model a LayersModel with a last input `[B, n]`, such as `ddpmUnet` with `augmentationLabels`; stays the caller's
 * @returns a model of the other inputs, for every sampler and for {@link classifierFreeGuidance}
 * @throws TypeError if the model's last input is not of rank 2
 *
 * Source: Karras, Aittala, Aila, Laine 2022 (arXiv:2206.00364), appendix F.2.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ddimSampler, run, withoutAugmentation } from '@diffgan/samplers';
 * import { linearSchedule, respace } from '@diffgan/schedule';
 * import { ddpmUnet } from '@diffgan/unet';
 *
 * const model = ddpmUnet({ kind: 'ddpm-unet', imageSize: 8, channels: 1, baseChannels: 4, channelMultipliers: [1, 2],
 *   blocksPerLevel: 1, attentionResolutions: [], augmentationLabels: true });
 * const schedule = respace(linearSchedule(), 10);
 * const images = await run(ddimSampler(withoutAugmentation(model), schedule, { shape: [4, 8, 8, 1] })); // [4, 8, 8, 1]
 * ```
 */
export function withoutAugmentation(model: ModelWithInputs): (...inputs: tf.Tensor[]) => tf.Tensor {
  const shape = model.inputs?.at(-1)?.shape ?? [];
  const [, labels] = shape;
  if (shape.length !== 2 || typeof labels !== 'number')
    throw new TypeError(
      `withoutAugmentation: the last input of the model is [${shape.map((size) => size ?? 'B').join()}]; it must be [B,n], which says ` +
        'how images were moved. Give other models to the sampler as they are',
    );
  const still = (...inputs: tf.Tensor[]) =>
    tf.tidy(() => callModel(model, [...inputs, tf.zeros([inputs[0].shape[0], labels])]));
  return describeModel(still, modelFacts(model));
}
