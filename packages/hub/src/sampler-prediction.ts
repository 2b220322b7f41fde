import type { Prediction } from '@diffgan/objectives';
import type { SamplingConfig } from './sampling-config.ts';

/** What samplers are told that the network predicts: in the form of EDM it is given to them as one that predicts x_0. */
export const samplerPrediction = ({ predicts }: Pick<SamplingConfig, 'predicts'>): Prediction | undefined =>
  predicts === 'edm' ? 'x0' : predicts;
