import { input, type layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { AdaptiveGroupNorm } from './adaptive-group-norm.ts';
import { AttentionPool, type AttentionPoolConfig } from './attention-pool.ts';
import type { GroupNormConfig } from './channel-norm.ts';
import { Conv2d, type Conv2dConfig } from './conv2d.ts';
import { Dropout } from './dropout.ts';
import { GroupNorm } from './group-norm.ts';
import { groupsFor } from './groups-for.ts';
import { Linear, type LinearConfig } from './linear.ts';
import { Operation, type OperationConfig } from './operation.ts';
import { ScaleShiftGroupNorm } from './scale-shift-group-norm.ts';
import { SelfAttention } from './self-attention.ts';
import { known, lastSize } from './shapes.ts';
import { SinusoidalEmbedding, type SinusoidalEmbeddingConfig } from './sinusoidal-embedding.ts';

// One short function per layer, so that an architecture reads as the formula it is.

/** Number of channels of a symbolic tensor. */
export const channelsOf = (x: SymbolicTensor): number => lastSize(x.shape);

/** Height of a symbolic image. */
export const heightOf = (x: SymbolicTensor): number => known(x.shape[1]);

/** The result of a layer on inputs of a graph. */
export const applied = (layer: layers.Layer, inputs: SymbolicTensor | SymbolicTensor[]): SymbolicTensor =>
  layer.apply(inputs) as SymbolicTensor;

const groupsOf = (x: SymbolicTensor): number => groupsFor(channelsOf(x));

/** Options of {@link conv}. */
export type ConvOptions = Partial<Omit<Conv2dConfig, 'filters'>>;

/** A convolution, 3×3 unless said otherwise. */
export function conv(x: SymbolicTensor, name: string, filters: number, options: ConvOptions = {}): SymbolicTensor {
  return applied(new Conv2d({ name, filters, kernelSize: 3, ...options }), x);
}

/** A dense layer. */
export function linear(
  x: SymbolicTensor,
  name: string,
  units: number,
  options: Omit<LinearConfig, 'units'> = {},
): SymbolicTensor {
  return applied(new Linear({ name, units, ...options }), x);
}

/** What a network may say about its group norms. */
export type NormOptions = Partial<Pick<GroupNormConfig, 'groups' | 'epsilon'>>;

/** Group norm followed by SiLU. */
export function normSilu(x: SymbolicTensor, name: string, options: NormOptions = {}): SymbolicTensor {
  return applied(new GroupNorm({ name, groups: groupsOf(x), activation: 'silu', ...options }), x);
}

/** Group norm with scale and shift from `style`, followed by SiLU. */
export function adaptiveNormSilu(x: SymbolicTensor, style: SymbolicTensor, name: string): SymbolicTensor {
  const layer = new AdaptiveGroupNorm({ name, groups: groupsOf(x), activation: 'silu' });
  return applied(layer, [x, style]);
}

/** Group norm, then scaled by 1 + s and shifted by b of `[s, b]`, followed by SiLU. */
export function scaleShiftNormSilu(
  x: SymbolicTensor,
  scaleShift: SymbolicTensor,
  name: string,
  options: NormOptions,
): SymbolicTensor {
  const layer = new ScaleShiftGroupNorm({ name, groups: groupsOf(x), activation: 'silu', ...options });
  return applied(layer, [x, scaleShift]);
}

/** Drops values while training. */
export function dropout(x: SymbolicTensor, name: string, rate: number, stream: number): SymbolicTensor {
  return applied(new Dropout({ name, rate, stream }), x);
}

/** Group norm, unless there is to be none, self-attention and the residual sum. */
export function attentionBlock(
  x: SymbolicTensor,
  name: string,
  { heads = 1, normed = true, ...options }: NormOptions & { heads?: number; normed?: boolean } = {},
): SymbolicTensor {
  const seen = normed ? applied(new GroupNorm({ name: `${name}.norm`, groups: groupsOf(x), ...options }), x) : x;
  return operation('add', [x, applied(new SelfAttention({ name: `${name}.attention`, heads }), seen)]);
}

/** All pixels as one vector: what their mean learns of them by attention. */
export function attentionPool(x: SymbolicTensor, name: string, options: AttentionPoolConfig): SymbolicTensor {
  return applied(new AttentionPool({ name, ...options }), x);
}

/** Group norm and self-attention, whose projections start small, beside the input, over √2. */
export function residualAttentionBlock(x: SymbolicTensor, name: string): SymbolicTensor {
  const normed = applied(new GroupNorm({ name: `${name}.norm`, groups: groupsOf(x) }), x);
  const attention = new SelfAttention({ name: `${name}.attention`, initScale: 0.1 });
  return operation('residual', [x, applied(attention, normed)]);
}

/** A layer without weights. */
export function operation(
  name: OperationConfig['operation'],
  inputs: SymbolicTensor | SymbolicTensor[],
  size?: number,
): SymbolicTensor {
  const settings = size === undefined ? { operation: name } : { operation: name, size };
  return applied(new Operation(settings), inputs);
}

/** A class label and how many there are. */
export interface Label {
  /** `[B]`, from 0. */
  label: SymbolicTensor;
  classes: number;
}

/** The input for the label of a network with `classes`. */
export function labelInput({ classes }: { classes?: number }): Label | undefined {
  return classes === undefined ? undefined : { label: input({ shape: [], name: 'label' }), classes };
}

/** Numbers that say how an image was moved; `augmentImages` of `@diffgan/training` makes them. */
const AUGMENTATION_LABELS = 9;

/** The input for them of a network with `augmentationLabels`. */
export function augmentationInput({ augmentationLabels = false }: { augmentationLabels?: boolean }) {
  return augmentationLabels ? input({ shape: [AUGMENTATION_LABELS], name: 'augmentation' }) : undefined;
}

/**
 * Sinusoidal embedding of the position, then two dense layers with an activation between them and after them. Before the first, what is
 * said of the augmentation is added (Karras et al. 2022, appendix F.2), before the last activation the embedding of a class label, where
 * there are such inputs.
 */
export function timeEmbedding(
  position: SymbolicTensor,
  { hidden: width, ...sinusoid }: SinusoidalEmbeddingConfig & { hidden: number },
  activation: 'silu' | 'leakyRelu',
  { ofClass, augmentation }: { ofClass?: Label; augmentation?: SymbolicTensor } = {},
): SymbolicTensor {
  let waves = applied(new SinusoidalEmbedding({ name: 'time.waves', ...sinusoid }), position);
  if (augmentation !== undefined)
    waves = operation('add', [waves, linear(augmentation, 'time.augmentation', channelsOf(waves), { bias: false })]);
  const hidden = operation(activation, linear(waves, 'time.0', width));
  const time = linear(hidden, 'time.1', width);
  if (ofClass === undefined) return operation(activation, time);
  const oneHot = operation('oneHot', ofClass.label, ofClass.classes);
  return operation(activation, operation('add', [time, linear(oneHot, 'time.label', width, { bias: false })]));
}
