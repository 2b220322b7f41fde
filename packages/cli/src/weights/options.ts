import type { LayoutName } from '@diffgan/unet';

/** Options of `diffgan import`. */
export interface ImportOptions {
  /** Layout of the file; what the names of its tensors tell unless given. */
  layout?: LayoutName;
  /** File with the configuration of the network, of this library or of diffusers. */
  config?: string;
  /** Name of the network among the presets, such as `fashion-mnist-tiny/generator`. */
  preset?: string;
  /** Noise schedule that the network was trained with; what lies beside the weights unless given. */
  schedule?: string;
  /** What the network predicts. */
  predicts?: string;
  /** Variance of a `ddpm` step. */
  variance?: string;
}

/** Options of `diffgan export`. */
export interface ExportOptions {
  /** Layout of the file to write. @defaultValue that of diffusers where it has one for the network, else `'native'` */
  layout?: LayoutName;
}

/** What both commands have done. */
export interface WeightsResult {
  /** The folder that was written. */
  folder: string;
  /** What kind of network it is. */
  kind: string;
  parameters: number;
  layout: LayoutName;
}
