/** How samples are drawn: what `diffgan sample` is told. */
export interface Sampling {
  readonly sampler: 'ddgan' | 'ddpm' | 'ddim' | 'vdm' | 'euler' | 'heun' | 'dpm-solver';
  /** Network calls per sample. @defaultValue all steps of the schedule */
  readonly steps?: number;
  readonly eta?: number;
  readonly guidance?: number;
  /** s, of the worse model that the measurement names. */
  readonly autoguidance?: number;
  readonly variance?: 'fixedSmall' | 'fixedLarge' | 'learned' | 'learnedRange';
}
