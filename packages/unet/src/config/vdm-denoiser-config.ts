import {
  integer,
  listOf,
  type Misfit,
  number,
  object,
  type ObjectOf,
  oneOf,
  optional,
  together,
} from '@diffgan/config';
import { channelsInFours, count, share } from './bounds.ts';
import { type ImageConfig, imageFields } from './image-config.ts';
import { affordable, attention, convolution, norm, shortcut, timeEmbedding } from './parameter-count.ts';

const fields = {
  kind: oneOf('vdm-denoiser'),
  /** Channels of every block; a multiple of 4. */
  baseChannels: channelsInFours,
  /** Residual blocks one way; there is one more on the way back, and two in the middle. */
  blocks: count,
  /** Share of the values that training drops before the last convolution of each block. @defaultValue 0 */
  dropout: optional(share),
  /** γ = −log SNR that the network sees as position 0: that of the data end. @defaultValue -13.3 */
  gamma0: optional(number()),
  /** γ that it sees as position 1000: that of the noise end. @defaultValue 5 */
  gamma1: optional(number()),
  /** n of the waves sin(2ⁿπz), cos(2ⁿπz) beside the input; an empty list for none. @defaultValue `[7, 8]` */
  fourierExponents: optional(listOf(integer(0, 32), { min: 0, max: 64 })),
};

/** Configuration of {@link vdmDenoiser}. */
export interface VdmDenoiserConfig extends ImageConfig, ObjectOf<typeof fields> {}

/** The defaults of {@link VdmDenoiserConfig}. */
export const vdmDefaults = { gamma0: -13.3, gamma1: 5, fourierExponents: [7, 8] } as const;

const gammaRises = ({
  gamma0 = vdmDefaults.gamma0,
  gamma1 = vdmDefaults.gamma1,
}: VdmDenoiserConfig): Misfit | undefined =>
  gamma0 < gamma1 ? undefined : { field: 'gamma1', problem: `it must be more than gamma0, ${gamma0}` };

/** The number of parameters of {@link vdmDenoiser}. */
export function vdmDenoiserParameters(config: VdmDenoiserConfig): number {
  const { baseChannels: width, blocks, channels, fourierExponents = vdmDefaults.fourierExponents } = config;
  const timeWidth = 4 * width;
  const block = (from: number) =>
    norm(from) +
    convolution(from, width) +
    timeWidth * width +
    norm(width) +
    convolution(width, width) +
    shortcut(from, width);
  return (
    timeEmbedding(width, timeWidth) +
    convolution(channels * (1 + 2 * fourierExponents.length), width) +
    (blocks + 2) * block(width) +
    attention(width) +
    (blocks + 1) * block(2 * width) +
    norm(width) +
    convolution(width, channels)
  );
}

/** What {@link vdmDenoiser} takes. */
export const vdmDenoiserSchema = together(
  object<VdmDenoiserConfig>({ ...fields, ...imageFields }),
  gammaRises,
  affordable(vdmDenoiserParameters),
);
