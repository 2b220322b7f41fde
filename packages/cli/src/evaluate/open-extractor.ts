import { fashionCnn, type FeatureExtractor, inceptionV3 } from '@diffgan/fid';
import type { EvaluateCommandOptions } from './options.ts';

/** The network that makes features. The caller disposes it. */
export async function openExtractor({
  extractor,
  weights,
}: Pick<EvaluateCommandOptions, 'extractor' | 'weights'>): Promise<FeatureExtractor> {
  return extractor === 'inception' && weights !== undefined ? inceptionV3(weights) : fashionCnn();
}
