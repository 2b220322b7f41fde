import type { ModelConfig } from '../config/model-config.ts';

/** Where one weight of a model lies in a file of a foreign layout. */
export interface WeightMapping {
  /** Own name in files, layer and weight: `down.0.0.conv1.kernel`. */
  weight: string;
  /** Name in the foreign file. */
  key: string;
  /** Axes of the foreign tensor in own order: OIHW → HWIO is [2, 3, 1, 0], OI → IO is [1, 0]. @defaultValue as they are */
  permutation?: readonly number[];
  /** Indices along axis 0 of the foreign tensor that belong to this weight, where several share it (fused q, k, v). @defaultValue all */
  rows?: readonly number[];
  /**
   * Shape in the file where it is not simply the permuted own shape, such as the [3C, C, 1] of a one-dimensional convolution. It is
   * reshaped after `rows` were taken and before the axes are permuted.
   */
  foreignShape?: readonly number[];
}

/**
 * What programs put before the names of all weights: of a model that was wrapped for several devices, compiled, or kept as a part of
 * another module.
 */
export const wrapperPrefixes: readonly string[] = ['module.', '_orig_mod.', 'model.', 'unet.', 'ema_model.'];

/** How another library names and lays out the weights of a model. */
export interface Layout {
  /** As given to `loadWeights`. */
  name: string;
  /**
   * One mapping for each weight of the model that `config` describes.
   *
   * @throws RangeError if this layout has no place for such a model.
   */
  mappings(config: ModelConfig): WeightMapping[];
  /** Taken off the names in a file, as often as they occur: see {@link wrapperPrefixes}. */
  prefixes?: readonly string[];
  /** The present name of a tensor that older files call something else. Applied after the prefixes are gone. */
  rename?: (key: string) => string;
  /** What is wrong with a file that no model fits, by the names and shapes of its tensors. */
  homeless?: (shapeOf: (key: string) => readonly number[] | undefined) => string | undefined;
  /** True for tensors of a file that are no weights and may be passed over. */
  ignored?: (key: string) => boolean;
}
