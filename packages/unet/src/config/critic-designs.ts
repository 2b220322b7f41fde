/** How one of the critics of the DDGAN paper is built. */
interface Design {
  /** Channels of each block, in units of `baseChannels`; the stem has 2. */
  widths: readonly number[];
  /** The first block that halves the image; all after it do. */
  firstHalving: number;
  /** Variance scale of the last convolution. */
  headScale: number;
}

/** The two critics of the DDGAN paper, for images of 32² and of 256². */
export const criticDesigns: Readonly<Record<'small' | 'large', Design>> = {
  small: { widths: [2, 4, 8, 8], firstHalving: 1, headScale: 0 },
  large: { widths: [4, 8, 8, 8, 8, 8], firstHalving: 0, headScale: 1 },
};
