import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { callModel, type DropoutPart, dropoutSeed, foldIn, type Key, uniformArray } from '@diffgan/ops';
import { modelConfig } from '@diffgan/unet';
import { AUGMENTATION_LABELS } from './augment-images.ts';
import { streams } from './streams.ts';
import { classesOf, type DataOptions, type Examples, exampleShape, type TrainingData } from './training-data.ts';

/** What a network may be told besides: the class `[B]`, or how an image was moved `[B, 9]`. */
type Condition = 'label' | 'augmentation';

/** What the networks of a batch are told besides, as far as they want to know it, and the seed of their dropout. */
export type ConditionInputs = Readonly<Partial<Record<Condition, tf.Tensor>>> & { readonly dropoutSeed?: tf.Tensor2D };

/** What a network must take and give. */
export interface NetworkSignature {
  /** The trainer, for messages. */
  caller: string;
  /** What the network is called there. */
  role: string;
  /** Shapes of the inputs that come first, without the batch; null is any size. */
  inputs: readonly (readonly (number | null)[])[];
  /** Shape of the output, without the batch. */
  output: readonly (number | null)[];
  /** Who makes such networks. */
  maker: string;
}

/** A network that takes what a trainer gives, and what it is told besides that. */
export class ConditionedNetwork {
  readonly #conditions: readonly Condition[];

  /** @throws TypeError or RangeError when the network takes or gives something else. */
  constructor(
    readonly model: LayersModel,
    readonly signature: NetworkSignature,
    data: TrainingData,
  ) {
    const shapes = [...model.inputs, ...model.outputs].map(({ shape }) => shape.slice(1));
    const [given, [output]] = [shapes.slice(0, model.inputs.length), shapes.slice(model.inputs.length)];
    const { inputs } = signature;
    const extra = given.slice(inputs.length).map(conditionOf);
    const sameRanks =
      inputs.every((shape, i) => shape.length === (given[i] as unknown[] | undefined)?.length) &&
      output.length === signature.output.length &&
      model.outputs.length === 1;
    if (!sameRanks || extra.includes(undefined)) throw wrongKind(model, signature);
    assertSizes(given, output, signature, data);
    this.#conditions = extra as Condition[];
    const kinds = model.layers.map((layer) => layer.getClassName());
    if (kinds.includes('Dropout'))
      throw new TypeError(
        `${signature.caller}: the ${signature.role} has a Dropout layer of TensorFlow.js, whose numbers cannot be repeated; ` +
          'use dropout of the configurations of @diffgan/unet',
      );
    this.hasDropout = kinds.includes('DiffganDropout');
  }

  /** Which rows of a batch this process trains on; all where there is no other one. */
  part?: DropoutPart;

  /** Whether training needs a seed for the network's dropout. */
  readonly hasDropout: boolean;

  /** Whether the network is told the class. */
  get hasLabel(): boolean {
    return this.#conditions.includes('label');
  }

  /** Whether the network is told how images were moved. */
  get hasAugmentation(): boolean {
    return this.#conditions.includes('augmentation');
  }

  /** What the network says, told what it wants to know. */
  call(leading: tf.Tensor[], inputs: ConditionInputs, training: boolean): tf.Tensor {
    const { model, signature } = this;
    const extra = this.#conditions.map((name, i) =>
      tf.cast(inputs[name]!, model.inputs[signature.inputs.length + i].dtype),
    );
    return callModel(model, [...leading, ...extra], {
      training,
      dropoutSeed: inputs.dropoutSeed,
      dropoutPart: this.part,
    });
  }
}

function conditionOf(shape: readonly (number | null)[]): Condition | undefined {
  if (shape.length === 0) return 'label';
  return shape.length === 1 && shape[0] === AUGMENTATION_LABELS ? 'augmentation' : undefined;
}

function wrongKind(model: LayersModel, { caller, role, inputs, output, maker }: NetworkSignature): TypeError {
  const kind = isOurs(model) ? modelConfig(model).kind : 'model of another kind';
  const wanted = [...inputs, output].map((shape) => `[${['B', ...shape.map((size) => size ?? '·')].join()}]`);
  return new TypeError(
    `${caller}: ${role} is a ${kind}; make it with ${maker}, or a LayersModel from ${wanted.slice(0, -1).join(', ')} ` +
      `(and perhaps labels [B], augmentation [B,9]) to ${wanted.at(-1)}`,
  );
}

function assertSizes(
  given: readonly (readonly (number | null)[])[],
  output: readonly (number | null)[],
  { caller, role, inputs, output: wantedOutput }: NetworkSignature,
  data: TrainingData,
): void {
  const size = exampleShape(data).join('×');
  const what = 'points' in data ? 'points' : 'images';
  inputs.forEach((shape, i) => {
    if (!fits(given[i], shape))
      throw new RangeError(
        `training: ${data.name} has ${what} of ${size}, but the ${role} takes ${given[i].join('×')}; ` +
          `make the network for the ${what}${what === 'images' ? ', or resize them' : ''}`,
      );
  });
  if (!fits(output, wantedOutput))
    throw new RangeError(
      `${caller}: the ${role} gives [${output.join()}] for each example; it must give [${wantedOutput.join()}]`,
    );
}

const fits = (given: readonly (number | null)[], wanted: readonly (number | null)[]) =>
  given.every((size, i) => wanted[i] === null || size === wanted[i]);

/** What a run remembers of a network: its configuration, or the shapes of one that somebody else made. */
export function describeNetwork(model: LayersModel): unknown {
  if (isOurs(model)) return modelConfig(model);
  const shapesOf = (tensors: readonly { shape: readonly (number | null)[] }[]) => tensors.map(({ shape }) => shape);
  return { inputs: shapesOf(model.inputs), weights: shapesOf(model.trainableWeights) };
}

/** What the configuration of a network says about labels. */
function classOptionsOf(model: LayersModel): { classes?: number; nullClass?: boolean } | undefined {
  if (!isOurs(model)) return undefined;
  const { nullClass = false, ...config } = modelConfig(model) as { classes?: number; nullClass?: boolean };
  return { ...config, nullClass };
}

/** Whether the model is one of this library. */
export function isOurs(model: LayersModel): boolean {
  try {
    return modelConfig(model) !== undefined;
  } catch {
    return false;
  }
}

/** How class labels reach networks that take them. */
export interface LabelOptions {
  /** Share of examples whose label is replaced by `nullLabel`, for classifier-free guidance; 0.1 is usual. @defaultValue 0 */
  labelDropping?: number;
  /** The label that stands for none. @defaultValue the number of classes */
  nullLabel?: number;
}

/** The conditions of a batch, for the networks of one trainer. */
export class Conditions {
  readonly #nullLabel: number;

  /** @throws TypeError when a network wants to know what the data does not say. */
  constructor(
    caller: string,
    readonly networks: readonly ConditionedNetwork[],
    readonly options: LabelOptions & DataOptions & { data: TrainingData },
  ) {
    const { data, labelDropping = 0, nullLabel, augment = 0 } = options;
    const told = networks.find(({ hasLabel }) => hasLabel);
    const { classes = classesOf(data), nullClass = true } = (told && classOptionsOf(told.model)) ?? {};
    this.#nullLabel = nullLabel ?? classes;
    if (!(labelDropping >= 0 && labelDropping <= 1))
      throw new RangeError(`${caller}: labelDropping is ${labelDropping}; it is a share from 0 to 1`);
    const role = told?.signature.role;
    if (role !== undefined && !data.labels)
      throw new TypeError(`${caller}: the ${role} takes labels, but ${data.name} has none; use data with labels`);
    if (role !== undefined && classesOf(data) > classes)
      throw new RangeError(
        `${caller}: ${data.name} has labels up to ${classesOf(data) - 1}, but the ${role} knows ${classes} classes; make it for more`,
      );
    if (role === undefined && labelDropping > 0)
      throw new RangeError(`${caller}: labelDropping is ${labelDropping}, but no network takes labels; leave it out`);
    if (labelDropping > 0 && nullLabel === undefined && !nullClass)
      throw new RangeError(
        `${caller}: labelDropping is ${labelDropping}, but the ${role} knows no label for none; make it with nullClass: true`,
      );
    const leaky = networks.find(({ hasAugmentation }) => !hasAugmentation)?.signature.role;
    if (augment > 0 && leaky !== undefined)
      throw new TypeError(
        `${caller}: augment is ${augment}, but the ${leaky} has no input [B,9] to be told how an image was moved, ` +
          'so moved images would leak into what it makes; use a network with that input (ddpmUnet with augmentationLabels), or flip',
      );
  }

  /** The tensors for the networks' further inputs. */
  inputs({ rows, labels, augmentation, shape: [batch] }: Examples, key: Key, training = true): ConditionInputs {
    const { networks } = this;
    const dropped = training && networks.some(({ hasDropout }) => hasDropout);
    return {
      ...(dropped && { dropoutSeed: dropoutSeed(foldIn(key, streams.conditions.dropout)) }),
      ...(networks.some(({ hasLabel }) => hasLabel) && {
        label: this.#labels(
          labels!,
          rows.of(uniformArray(foldIn(key, streams.conditions.labels), rows.batch)),
          training,
        ),
      }),
      ...(networks.some(({ hasAugmentation }) => hasAugmentation) && {
        augmentation: tf.tensor2d(augmentation ?? new Float32Array(AUGMENTATION_LABELS * batch), [
          batch,
          AUGMENTATION_LABELS,
        ]),
      }),
    };
  }

  /** Some labels give way to the one that stands for none. */
  #labels(labels: Int32Array, chances: Float32Array, training: boolean): tf.Tensor1D {
    const { labelDropping = 0 } = this.options;
    const dropping = training ? labelDropping : 0;
    return tf.tensor1d(
      labels.map((label, i) => (chances[i] < dropping ? this.#nullLabel : label)),
      'int32',
    );
  }
}

/** The options of labels with their defaults; the label for none only where it is told. */
export const labelChoices = ({ labelDropping = 0, nullLabel }: LabelOptions) => ({
  labelDropping,
  ...(nullLabel !== undefined && { nullLabel }),
});
